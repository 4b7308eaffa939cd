"""Choosing which keys a sparse attention looks at."""

from py.graph.fact import NOTHING, Dimension, Fact, Shape, fact
from py.graph.rules.microsoft.dimension import plus, positive, ranked
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import Site


def _capacity(site: Site) -> int:
    """Return how many entries are chosen for one query."""
    if site.node.text("policy_mode", "") == "csa":
        return positive(site, "index_topk")
    return positive(site, "token_budget") + positive(site, "compress_ratio") - 1


@rule("SparseAttentionIndexer", MICROSOFT)
def _indexer(site: Site) -> list[Fact]:
    query, dtype = ranked(site.shape(0), 3), site.dtype(0)
    if query is None:
        return [fact("int32", None), fact(dtype, None), fact(dtype, None)]
    chosen = fact("int32", (*query[:2], _capacity(site)))
    weight = site.shape(2)
    past = site.given(7)
    keys = None if past is None else ranked(past.shape, 3)
    buffer = site.given(13)
    pending = None if buffer is None else ranked(buffer.shape, 4)
    fresh, left = _folded(site, query[1], pending)
    if site.has(12):
        present = keys
    else:
        before: Dimension = 0 if past is None else None if keys is None else keys[1]
        present = (query[0], plus(before, fresh), weight[0] if weight else None)
    rest = None if pending is None else (2, query[0], left, pending[3])
    return [chosen, fact(dtype, present), fact(dtype, rest)]


def _folded(site: Site, sequence: Dimension, pending: Shape | None) -> tuple[Dimension, Dimension]:
    """Return how many entries this call adds and how many tokens wait for the next."""
    if site.node.text("policy_mode", "") != "csa":
        return sequence, None
    waiting = None if pending is None else pending[2]
    if sequence is None or waiting is None:
        return None, None
    ratio = positive(site, "compress_ratio")
    overlap = ratio if waiting >= ratio else 0
    tokens = waiting - overlap + sequence
    windows = tokens // ratio
    return windows, ratio + tokens % ratio if windows else waiting + sequence


@rule("PackedSparseAttentionIndexer", MICROSOFT)
def _packed_indexer(site: Site) -> list[Fact]:
    query, dtype = ranked(site.shape(0), 2), site.dtype(0)
    tokens = None if query is None else query[0]
    states = [site.given(index) for index in (12, 13, 14, 15)]
    keys = None if states[0] is None else ranked(states[0].shape, 3)
    update: Shape | None = None
    if keys is not None:
        update = (keys[0], max(site.node.integer("state_update_capacity", 0), 0), keys[2])
    return [
        fact("int32", (tokens, _capacity(site))),
        fact("int32", (tokens,)),
        *(NOTHING if state is None else fact(state.dtype, state.shape) for state in states),
        fact(dtype, update),
    ]
