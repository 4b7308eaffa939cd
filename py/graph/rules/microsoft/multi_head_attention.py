"""Attention of a Q, K and V that are projected already, each alone or packed with others.

Q (batch, sequence, hidden); K and V (batch, kept sequence, hidden) or (batch, heads, kept
sequence, head size); K and V in one (batch, kept sequence, heads, 2, head size); all in one
(batch, sequence, heads, 3, head size). Past and present (batch, heads, total sequence, head size).
"""

from dataclasses import dataclass

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.microsoft.dimension import (
    length,
    plus,
    positive,
    ranked,
    share,
    times,
)
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site


@dataclass(frozen=True, slots=True)
class _Operands:
    """What the shapes of Q, K and V say; ``kept`` is the length of K and V."""

    batch: Dimension
    sequence: Dimension
    kept: Dimension
    key_head: Dimension
    value_head: Dimension
    width: Dimension


@rule("MultiHeadAttention", MICROSOFT)
def _multi_head_attention(site: Site) -> list[Fact]:
    heads = positive(site, "num_heads")
    found = _operands(site, heads)
    shared = site.has(6) and site.has(8)
    return _attended(site, heads, found, past=6, shared=shared, past_length=8)


@rule("DecoderMaskedMultiHeadAttention", MICROSOFT)
def _decoder_masked(site: Site) -> list[Fact]:
    heads = positive(site, "num_heads")
    query = ranked(site.shape(0), 3)
    if query is not None and not site.has(1) and not site.has(2):
        # Q, K and V beside each other in the last dimension.
        width = share(query[2], 3)
        head = share(width, heads)
        found: _Operands | None = _Operands(query[0], query[1], query[1], head, head, width)
    else:
        found = _operands(site, heads)
    shared = bool(site.node.integer("past_present_share_buffer", 0))
    return _attended(site, heads, found, past=5, shared=shared, past_length=7)


def _attended(
    site: Site, heads: int, found: _Operands | None, *, past: int, shared: bool, past_length: int
) -> list[Fact]:
    """Return output, present K, present V and the product of Q and K."""
    dtype = site.dtype(0)
    if found is None:
        return [fact(dtype, None)] * 4
    before = [
        ranked(given.shape, 4) if given is not None else None
        for given in (site.given(past), site.given(past + 1))
    ]
    total = found.kept
    if site.has(past):
        earlier = length(site, past_length) if shared else (before[0] or (None,) * 4)[2]
        total = plus(total, earlier)
    present: list[Shape | None] = []
    for shape, head in zip(before, (found.key_head, found.value_head), strict=True):
        present.append(shape if shared else (found.batch, heads, total, head))
    product = (found.batch, heads, found.sequence, total)
    output = (found.batch, found.sequence, found.width)
    return [fact(dtype, shape) for shape in (output, *present, product)]


def _operands(site: Site, heads: int) -> _Operands | None:
    query = ranked(site.shape(0), 3, 5)
    if query is None:
        return None
    batch, sequence = query[:2]
    if len(query) == 5:
        return _Operands(batch, sequence, sequence, query[4], query[4], times(query[2], query[4]))
    key_head = share(query[2], heads)
    key = ranked(site.shape(1), 3, 4, 5) if site.has(1) else query
    if key is None:
        return _Operands(batch, sequence, None, key_head, None, None)
    if len(key) == 5:
        return _Operands(batch, sequence, key[1], key_head, key[4], times(key[2], key[4]))
    kept = key[1] if len(key) == 3 else key[2]
    value = ranked(site.shape(2), 3, 4) if site.has(2) else query
    if value is None:
        return _Operands(batch, sequence, kept, key_head, None, None)
    if len(value) == 4:
        return _Operands(batch, sequence, kept, key_head, value[3], times(value[1], value[3]))
    return _Operands(batch, sequence, kept, key_head, share(value[2], heads), value[2])


@rule("PackedMultiHeadAttention", MICROSOFT)
def _packed(site: Site) -> list[Fact]:
    # Tokens without padding: (tokens, hidden) each, or (tokens, heads, 3, head size).
    query = ranked(site.shape(0), 2, 4)
    if query is None:
        return [fact(site.dtype(0), None)]
    if len(query) == 4:
        return [fact(site.dtype(0), (query[0], times(query[1], query[3])))]
    value = ranked(site.shape(2), 2)
    if not site.has(1):
        raise MismatchError("the key is missing")
    return [fact(site.dtype(0), (query[0], None if value is None else value[1]))]
