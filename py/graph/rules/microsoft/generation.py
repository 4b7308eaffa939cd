"""Generation of text: searches that run a decoder again and again, and what they do to ids.

The decoders are subgraphs; here only the shapes of what comes out.
"""

from py.graph.fact import Dimension, Fact, fact, limited
from py.graph.file.body import Body
from py.graph.rules.microsoft.dimension import length, plus, positive, ranked
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import Site


def _batch(site: Site) -> Dimension:
    shape = site.shape(0)
    return shape[0] if shape else None


def _vocabulary(site: Site) -> Dimension:
    """Return the attribute, else what the decoder declares as the last dimension of its logits."""
    size = site.node.integer("vocab_size", -1)
    if size > 0:
        return size
    decoder = site.node.attributes.get("decoder")
    body = None if decoder is None else decoder.value
    if isinstance(body, Body) and body.outputs and body.outputs[0].shape:
        last = body.outputs[0].shape[-1]
        return last if isinstance(last, int) and last > 0 else None
    return None


@rule("GreedySearch", MICROSOFT)
def _greedy(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), (_batch(site), length(site, 1)))]


@rule("Sampling", MICROSOFT)
def _sampling(site: Site) -> list[Fact]:
    batch = _batch(site)
    logits = fact("float32", (batch, _vocabulary(site)))
    return [fact(site.dtype(0), (batch, length(site, 1))), logits]


@rule("BeamSearch WhisperBeamSearch", MICROSOFT)
def _beam_search(site: Site) -> list[Fact]:
    # The prompt is (batch, sequence) for a decoder alone, (batch, …) where there is an encoder.
    batch, most = _batch(site), length(site, 1)
    beams, returned = length(site, 3), length(site, 4)
    penalty = site.given(5)
    dtype = "float32" if penalty is None else penalty.dtype
    prompt = site.shape(0)
    start: Dimension = None
    if site.node.integer("model_type", 0) == 0 and prompt is not None and len(prompt) == 2:
        start = prompt[1]
    steps = None if most is None or start is None else max(most - start, 0)
    return [
        fact("int32", (batch, returned, most)),
        fact(dtype, (batch, returned)),
        fact(dtype, (steps, batch, beams, _vocabulary(site))),
        fact("float32", (batch, returned, None, None, None)),
        fact(dtype, (batch,)),
    ]


@rule("BifurcationDetector", MICROSOFT)
def _bifurcation(site: Site) -> list[Fact]:
    # The tokens so far, and of those predicted the ones up to where they and the source part.
    current = ranked(site.shape(1), 1)
    predicted = ranked(site.shape(3), 1) if site.has(3) else None
    sure: Dimension = None if current is None else current[0]
    tokens = fact(site.dtype(1), (sure,))
    if site.has(3):
        most = plus(sure, None if predicted is None else predicted[0])
        tokens = limited(site.dtype(1), (None,), (most,))
    return [tokens, fact(site.dtype(2), ())]


@rule("NGramHashMapping", MICROSOFT)
def _hashed(site: Site) -> list[Fact]:
    ids, dtype = ranked(site.shape(0), 2), site.dtype(0)
    before = positive(site, "max_ngram_size") - 1
    heads = before * positive(site, "n_head_per_ngram")
    if ids is None:
        return [fact(dtype, (None, None, heads)), fact(dtype, (None, before))]
    return [fact(dtype, (*ids, heads)), fact(dtype, (ids[0], before))]


@rule("VarlenNGramHashMapping", MICROSOFT)
def _packed_hashed(site: Site) -> list[Fact]:
    # The ids of the batch one after the other; an input says where each sequence ends.
    ids, ends, dtype = ranked(site.shape(0), 1), ranked(site.shape(3), 1), site.dtype(0)
    before = positive(site, "max_ngram_size") - 1
    heads = before * positive(site, "n_head_per_ngram")
    batch = None if ends is None or ends[0] is None else max(ends[0] - 1, 0)
    capacity = max(site.node.integer("state_update_capacity", 0), 0)
    return [
        fact(dtype, (ids[0] if ids else None, heads)),
        fact(dtype, (batch, before)),
        fact(site.dtype(3), (batch, before)),
        fact(dtype, (batch, capacity, before)),
    ]
