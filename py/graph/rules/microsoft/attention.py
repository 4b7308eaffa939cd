"""Attention that projects its input itself: the weights of Q, K and V are one matrix.

Shapes as onnxruntime names them: input (batch, sequence, input hidden), weights (input hidden,
Q + K + V hidden), past and present (2, batch, heads, total sequence, head size).
"""

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.microsoft.dimension import plus, positive, ranked, same, share
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site


@rule("Attention DecoderMaskedSelfAttention", MICROSOFT)
def _attention(site: Site) -> list[Fact]:
    return _attended(site, site.dtype(0), past=4)


@rule("QAttention", MICROSOFT)
def _quantised_attention(site: Site) -> list[Fact]:
    return _attended(site, site.dtype(3), past=8)


def _attended(site: Site, dtype: str | None, past: int) -> list[Fact]:
    hidden = ranked(site.shape(0), 3)
    width, head = _value_and_head(site)
    if hidden is None:
        return [fact(dtype, None), fact(dtype, None)]
    batch, sequence = hidden[:2]
    before = site.given(past)
    shape: Shape | None = (2, batch, positive(site, "num_heads"), sequence, head)
    if before is not None:
        shape = ranked(before.shape, 5)
        if shape is not None and not site.node.integer("past_present_share_buffer", 0):
            shape = (*shape[:3], plus(shape[3], sequence), shape[4])
    return [fact(dtype, (batch, sequence, width)), fact(dtype, shape)]


def _value_and_head(site: Site) -> tuple[Dimension, Dimension]:
    """Return the hidden size of V, and of one head of it."""
    sizes = site.node.integers("qkv_hidden_sizes")
    heads = positive(site, "num_heads")
    if sizes:
        if len(sizes) != 3 or min(sizes) < 1:
            raise MismatchError(f"qkv_hidden_sizes should be three sizes, got {list(sizes)}")
        return sizes[2], share(sizes[2], heads)
    weights = ranked(site.shape(1), 2)
    merged = None if weights is None else weights[1]
    bias = site.given(2)
    if bias is not None and bias.shape is not None and len(bias.shape) == 1:
        merged = same((merged, bias.shape[0]), "weights and bias")
    width = share(merged, 3)
    return width, share(width, heads)


@rule("QOrderedAttention", MICROSOFT)
def _ordered_attention(site: Site) -> list[Fact]:
    hidden, weight = ranked(site.shape(0), 3), ranked(site.shape(7), 2)
    if hidden is None:
        return [fact(site.dtype(0), None)]
    return [fact(site.dtype(0), (*hidden[:2], None if weight is None else weight[1]))]


@rule("PackedAttention", MICROSOFT)
def _packed_attention(site: Site) -> list[Fact]:
    # Without padding the tokens of the batch are one after the other: (tokens, hidden).
    tokens, (width, _) = ranked(site.shape(0), 2), _value_and_head(site)
    return [fact(site.dtype(0), None if tokens is None else (tokens[0], width))]


@rule("DecoderAttention", MICROSOFT)
def _decoder_attention(site: Site) -> list[Fact]:
    # Query (sequence, batch, hidden); caches (batch, heads, kept sequence, head size).
    query, heads = ranked(site.shape(0), 3), positive(site, "num_heads")
    dtype = site.dtype(0)
    if query is None:
        return [fact(dtype, None)] * 3
    cache = fact(dtype, (query[1], heads, _kept(site, query), share(query[2], heads)))
    return [fact(dtype, query), cache, cache]


def _kept(site: Site, query: Shape) -> Dimension:
    """Return how long the new cache is, which three switches decide."""
    static, use_past, has_state = (_switch(site, index) for index in (8, 9, 10))
    key, cache = ranked(site.shape(1), 3), site.given(6)
    if static is None or use_past is None or (use_past and has_state is None):
        return None
    if not (use_past and has_state):
        return (None if key is None else key[0]) if static else query[0]
    before = None if cache is None else ranked(cache.shape, 4)
    if before is None:
        return None
    return before[2] if static else plus(before[2], query[0])


def _switch(site: Site, index: int) -> bool | None:
    given = site.given(index)
    values = None if given is None else given.read()
    if not values or values[0] is None:
        return None
    return bool(values[0])
