"""Position: rotation of embeddings, and biases by distance."""

from py.graph.fact import Fact, fact
from py.graph.rules.microsoft.dimension import length, positive, ranked
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import Site


@rule("GemmaRotaryEmbedding", MICROSOFT)
def _gemma_rotary(site: Site) -> list[Fact]:
    return [fact(site.dtype(1), site.shape(1)), fact(site.dtype(3), site.shape(3))]


@rule("RelativePositionBias", MICROSOFT)
def _relative_position_bias(site: Site) -> list[Fact]:
    # The table is (buckets, heads); the lengths are values.
    table = ranked(site.shape(0), 2)
    heads = None if table is None else table[1]
    return [fact(site.dtype(0), (1, heads, length(site, 1), length(site, 2)))]


@rule("GatedRelativePositionBias", MICROSOFT)
def _gated_relative_position_bias(site: Site) -> list[Fact]:
    heads = positive(site, "num_heads")
    # Without padding the query is (tokens, hidden), and the offsets are (batch, sequence).
    shape = ranked(site.shape(6), 2) if site.has(6) else ranked(site.shape(0), 3)
    if shape is None:
        return [fact(site.dtype(0), (None, heads, None, None))]
    return [fact(site.dtype(0), (shape[0], heads, shape[1], shape[1]))]
