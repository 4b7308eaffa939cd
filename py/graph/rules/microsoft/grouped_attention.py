"""Attention in which several heads of Q share one of K and V, and its caches.

Q (batch, sequence, heads * head size), or with K and V beside it in the last dimension; caches
(batch, heads of K and V, sequence, head size), paged ones in blocks, and changed in place.
"""

from py.graph.fact import NOTHING, Dimension, Fact, Shape, fact, limited
from py.graph.rules.microsoft.dimension import length, plus, positive, ranked, share
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import Site


def _width_and_head(site: Site, query: Shape) -> tuple[Dimension, Dimension]:
    """Return the hidden size of Q alone, and of one head."""
    heads = positive(site, "num_heads")
    if site.has(1):
        return query[-1], share(query[-1], heads)
    head = share(query[-1], heads + 2 * positive(site, "kv_num_heads"))
    return None if head is None else head * heads, head


@rule("GroupQueryAttention DynamicSparseAttention", MICROSOFT)
def _group_query(site: Site) -> list[Fact]:
    query, dtype = ranked(site.shape(0), 3), site.dtype(0)
    if query is None:
        return [fact(dtype, None)] * 4
    width, head = _width_and_head(site, query)
    grouped = site.node.op == "GroupQueryAttention"
    total = length(site, 6 if grouped else 10)
    key = ranked(site.shape(1), 3, 4) if site.has(1) else query
    fresh = None if key is None else key[1] if len(key) == 3 else key[2]
    shape = (query[0], positive(site, "kv_num_heads"), None, head)
    present = [_present(site, index, shape, total, fresh, dtype) for index in (3, 4)]
    product = fact(dtype, (query[0], positive(site, "num_heads"), query[1], total))
    return [fact(dtype, (*query[:2], width)), *present, *([product] if grouped else [])]


def _present(
    site: Site, past: int, shape: Shape, total: Dimension, fresh: Dimension, dtype: str | None
) -> Fact:
    """Return what is kept for the next run: as long as the past, or as the whole if that is more.

    How long the whole is, an input says; it can't be more than the past and what is new.
    """
    given = site.given(past)
    before = None if given is None else ranked(given.shape, 4)
    if given is not None:
        dtype = given.dtype
        shape = before or (None,) * 4
    fixed = site.node.integer("sliding_window_cache", 0) or site.node.op != "GroupQueryAttention"
    if before is not None and fixed:
        return fact(dtype, before)
    earlier = 0 if given is None else shape[2]
    kept = None if total is None or earlier is None else max(total, earlier)
    if kept is not None:
        return fact(dtype, (*shape[:2], kept, shape[3]))
    return limited(
        dtype, (*shape[:2], None, shape[3]), (*shape[:2], plus(earlier, fresh), shape[3])
    )


@rule("SparseAttention", MICROSOFT)
def _sparse(site: Site) -> list[Fact]:
    query, caches = ranked(site.shape(0), 3), _caches(site)
    if query is None:
        return [fact(site.dtype(0), None), *caches]
    width, _ = _width_and_head(site, query)
    return [fact(site.dtype(0), (*query[:2], width)), *caches]


@rule("PagedAttention SparsePagedAttention", MICROSOFT)
def _paged(site: Site) -> list[Fact]:
    # Q is (tokens, hidden): the sequences of the batch are one after the other.
    query, caches = ranked(site.shape(0), 2), _caches(site)
    if query is None:
        return [fact(site.dtype(0), None), *caches]
    if site.node.text("kv_cache_layout", "SEPARATE") == "LATENT":
        heads = positive(site, "num_heads")
        head = site.node.integer("v_head_size", 0) or share(query[1], heads)
        width = None if head is None else head * heads
    else:
        width, _ = _width_and_head(site, query)
    return [fact(site.dtype(0), (query[0], width)), *caches]


def _caches(site: Site) -> list[Fact]:
    caches = (site.given(3), site.given(4))
    return [NOTHING if given is None else fact(given.dtype, given.shape) for given in caches]
