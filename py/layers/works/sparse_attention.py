"""onnxruntime's attention operators that look at some of the keys: selected, in pages, in a window.

Sizes come from the shapes of the inputs and the number of heads. See ``attention`` for what is
counted.
"""

from py.layers.loops import counted
from py.layers.works.attention import Heads, pair
from py.layers.works.fused_attention import projection
from py.layers.works.place import Place, times
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work


@works("PagedAttention", MICROSOFT, multiplies=True)
def paged(place: Place) -> tuple[Work, ...]:
    """Count each token with all the blocks that its sequence has room for."""
    q, cache, table = place.sizes(0), place.sizes(3), place.sizes(7)
    heads, shared = place.node.integer("num_heads", 0), place.node.integer("kv_num_heads", 0)
    sizes = None
    if q and len(q) == 2 and cache and len(cache) == 4 and table and heads > 0 and shared > 0:
        size = q[1] // heads if place.has(1) else q[1] // (heads + 2 * shared)
        value = place.node.integer("v_head_size", 0) or size
        sizes = Heads(1, heads, q[0], table[-1] * cache[1], size, value)
    return pair(place, sizes, 1, scores=(0, 1), values=(2,))


@works("DynamicSparseAttention", MICROSOFT, multiplies=True)
def selected(place: Place) -> tuple[Work, ...]:
    """Count each query with the keys selected for it, and those of a local window."""
    q, chosen = place.sizes(0), place.sizes(7)
    heads, shared = place.node.integer("num_heads", 0), place.node.integer("kv_num_heads", 0)
    sizes = None
    if q and len(q) == 3 and chosen and heads > 0 and shared > 0:
        size = q[2] // heads if place.has(1) else q[2] // (heads + 2 * shared)
        keys = chosen[-1] + max(0, place.node.integer("local_window_size", 0))
        sizes = Heads(q[0], heads, q[1], keys, size, size)
    return pair(place, sizes, 1, scores=(0, 1, 3, 5), values=(2, 4, 6))


@works("SparsePagedAttention", MICROSOFT, multiplies=True)
def paged_selection(place: Place) -> tuple[Work, ...]:
    """Count each token with the entries selected for it, and those of a local window."""
    q, chosen = place.sizes(0), place.sizes(9)
    heads, shared = place.node.integer("num_heads", 0), place.node.integer("kv_num_heads", 0)
    sizes = None
    if q and len(q) == 2 and chosen and heads > 0 and shared > 0:
        size = q[1] // heads if place.has(1) else q[1] // (heads + 2 * shared)
        keys = chosen[-1] + max(0, place.node.integer("local_window_size", 0))
        sizes = Heads(1, heads, q[0], keys, size, size)
    return pair(place, sizes, 1, scores=(0, 1), values=(2,))


@works("SparseAttentionIndexer PackedSparseAttentionIndexer", MICROSOFT, multiplies=True)
def indexer(place: Place) -> tuple[Work, ...]:
    """Count the scores of each query's heads with all keys that are there after the call."""
    packed = place.node.op.startswith("Packed")
    q, keys, norm = place.sizes(0), place.result(2 if packed else 1), place.sizes(2)
    loops, macs, pairs = None, None, None
    if q and len(q) == (2 if packed else 3) and keys and len(keys) == 3 and norm and norm[0]:
        heads = q[-1] // norm[0]
        rows, batch = (q[0], 1) if packed else (q[1], q[0])
        loops, macs = counted(n=rows, g=batch * heads, c=norm[0], m=keys[1])
        pairs = batch * heads * rows * keys[1]
    return (
        place.work(
            "attention",
            loops=loops,
            macs=macs,
            ops=times(pairs, 3),  # weight, sum over heads, comparison
            weight_dtype=place.stored_dtype(place.name(0)),
        ),
    )


@works("LongformerAttention QOrderedLongformerAttention", MICROSOFT, multiplies=True)
def windowed(place: Place) -> tuple[Work, ...]:
    """Count the projections, twice for global attention, and a window on both sides of each query.

    How many queries are global is data; none beyond the window is counted.
    """
    ordered = place.node.op == "QOrderedLongformerAttention"
    weight, bias, world, world_bias = (2, 4, 8, 10) if ordered else (1, 2, 4, 5)
    x, heads = place.sizes(0), place.node.integer("num_heads", 0)
    width = times(x[-1] if x else None, 3)
    first = projection(place, "projection", x, width, (weight,), (bias,))
    second = projection(place, "global projection", x, width, (world,), (world_bias,))
    sizes = None
    if x and len(x) == 3 and heads > 0:
        keys = min(x[1], 2 * max(0, place.node.integer("window", 0)) + 1)
        sizes = Heads(x[0], heads, x[1], keys, x[2] // heads, x[2] // heads)
    return pair(place, sizes, 2, scores=(12 if ordered else 3,), before=(first, second))
