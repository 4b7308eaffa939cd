"""onnxruntime's attention operators: with projections inside, with caches, packed.

Sizes come from the shapes of the inputs and the number of heads. See ``attention`` for what is
counted.
"""

from py.layers.loops import counted
from py.layers.works.attention import Heads, pair, with_past
from py.layers.works.place import Place, Sizes, times
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work


@works("Attention", MICROSOFT, multiplies=True)
def attention(place: Place) -> tuple[Work, ...]:
    """Count the projection to queries, keys and values, then attention."""
    return _projected(place, weight=1, bias=2, mask=(3, 5), past=4)


@works("DecoderMaskedSelfAttention", MICROSOFT, multiplies=True)
def decoder_attention(place: Place) -> tuple[Work, ...]:
    """Count the same for one new token."""
    return _projected(place, weight=1, bias=2, mask=(3, 5), past=4)


@works("QAttention", MICROSOFT, multiplies=True)
def quantised_attention(place: Place) -> tuple[Work, ...]:
    """Count the same with a quantised projection."""
    return _projected(place, weight=1, bias=2, mask=(5,), past=8)


@works("QOrderedAttention", MICROSOFT, multiplies=True)
def ordered_attention(place: Place) -> tuple[Work, ...]:
    """Count the same with three separate weights."""
    x, heads = place.sizes(0), place.node.integer("num_heads", 0)
    widths = [shape[-1] if shape else None for shape in map(place.sizes, (5, 6, 7))]
    total = None if None in widths else sum(width or 0 for width in widths)
    first = projection(place, "projection", x, total, (5, 6, 7), (11, 12, 13))
    sizes = None
    if x and len(x) == 3 and widths[0] and widths[2] and heads > 0:
        keys = with_past(x[1], place.sizes(18))
        sizes = Heads(x[0], heads, x[1], keys, widths[0] // heads, widths[2] // heads)
    each = 1 + place.has(17) + place.has(19)
    return pair(place, sizes, each, scores=(17, 19), before=(first,))


@works("PackedAttention", MICROSOFT, multiplies=True)
def packed_attention(place: Place) -> tuple[Work, ...]:
    """Count tokens of all sequences in one row; each token meets a sequence of the full length."""
    x, offsets = place.sizes(0), place.sizes(3)
    widths = _widths(place, 1)
    first = projection(place, "projection", x, sum(widths) if widths else None, (1,), (2,))
    heads = place.node.integer("num_heads", 0)
    sizes = None
    if x and offsets and len(offsets) == 2 and widths and heads > 0:
        sizes = Heads(1, heads, x[0], offsets[1], widths[0] // heads, widths[2] // heads)
    return pair(place, sizes, 1 + place.has(5), scores=(5,), before=(first,))


@works("DecoderAttention", MICROSOFT, multiplies=True)
def cross_attention(place: Place) -> tuple[Work, ...]:
    """Count the projections of queries, and of keys with values, then attention; time goes first.

    Keys that a cache already has are counted as projected anew: a flag at run time decides.
    """
    q, k = place.sizes(0), place.sizes(1)
    width, heads = (q[-1] if q else None), place.node.integer("num_heads", 0)
    queries = projection(place, "query", q, width, (2,), (4,))
    keys = projection(place, "keys and values", k, times(width, 2), (3,), (), read=(1,))
    sizes = None
    if q and k and len(q) == 3 and len(k) == 3 and heads > 0:
        sizes = Heads(q[1], heads, q[0], k[0], q[2] // heads, q[2] // heads)
    return pair(place, sizes, 2, scores=(5,), before=(queries, keys))


@works("MultiHeadAttention", MICROSOFT, multiplies=True)
def multi_head(place: Place) -> tuple[Work, ...]:
    """Count queries, keys and values as inputs, separate or packed into one."""
    sizes = _separate(place, past=6)
    each = 1 + place.has(4) + place.has(5)
    return pair(place, sizes, each, scores=(0, 1, 4, 5, 6), values=(2, 7))


@works("DecoderMaskedMultiHeadAttention", MICROSOFT, multiplies=True)
def decoder_multi_head(place: Place) -> tuple[Work, ...]:
    """Count the same for one new token."""
    sizes = _separate(place, past=5)
    each = 1 + place.has(3) + place.has(4)
    return pair(place, sizes, each, scores=(0, 1, 3, 4, 5), values=(2, 6))


@works("PackedMultiHeadAttention", MICROSOFT, multiplies=True)
def packed_multi_head(place: Place) -> tuple[Work, ...]:
    """Count tokens of all sequences in one row; each token meets a sequence of the full length."""
    q, v, offsets = place.sizes(0), place.sizes(2), place.sizes(4)
    heads, sizes = place.node.integer("num_heads", 0), None
    if q and offsets and len(offsets) == 2 and heads > 0:
        packed = len(q) == 4
        size = q[3] if packed else q[-1] // heads
        value = size if packed or not v else v[-1] // heads
        sizes = Heads(1, heads, q[0], offsets[1], size, value)
    return pair(place, sizes, 1 + place.has(6), scores=(0, 1, 6), values=(2,))


@works("GroupQueryAttention SparseAttention", MICROSOFT, multiplies=True)
def grouped(place: Place) -> tuple[Work, ...]:
    """Count each head's queries with the keys of its group, and rotation where asked for.

    The blocks that SparseAttention leaves out are counted: which they are is data.
    """
    node, q, k = place.node, place.sizes(0), place.sizes(1)
    heads, shared = node.integer("num_heads", 0), node.integer("kv_num_heads", 0)
    sizes, turned = None, 0
    if q and len(q) == 3 and heads > 0 and shared > 0:
        size = q[2] // heads if place.has(1) else q[2] // (heads + 2 * shared)
        fresh = k[1] if k and len(k) == 3 else q[1]
        if node.integer("do_rotary", 0):  # two products and a sum for each element
            turned = 3 * q[0] * (q[1] * heads + fresh * shared) * size
        keys = with_past(fresh, place.sizes(3), place.result(1))
        sizes = Heads(q[0], heads, q[1], keys, size, size)
    bias = 10 if node.op == "GroupQueryAttention" else -1
    each = 1 + (3 if node.number("softcap", 0.0) else 0) + (bias > 0 and place.has(bias))
    return pair(place, sizes, each, scores=(0, 1, 3, max(bias, 0)), values=(2, 4), more=turned)


def _projected(
    place: Place, *, weight: int, bias: int, mask: tuple[int, ...], past: int
) -> tuple[Work, ...]:
    """Return the projection and the attention of its results."""
    x, heads = place.sizes(0), place.node.integer("num_heads", 0)
    widths = _widths(place, weight)
    first = projection(place, "projection", x, sum(widths) if widths else None, (weight,), (bias,))
    sizes = None
    if x and len(x) == 3 and widths and heads > 0:
        keys = with_past(x[1], place.sizes(past), place.result(1))
        sizes = Heads(x[0], heads, x[1], keys, widths[0] // heads, widths[2] // heads)
    each = 1 + sum(place.has(index) for index in mask)
    return pair(place, sizes, each, scores=mask, before=(first,))


def _widths(place: Place, weight: int) -> tuple[int, ...] | None:
    """Return the widths of queries, keys and values in a merged projection."""
    shape = place.sizes(weight)
    stated = place.node.integers("qkv_hidden_sizes")
    if stated and len(stated) == 3:
        return tuple(max(0, width) for width in stated)
    return None if not shape else (shape[-1] // 3,) * 3


def projection(
    place: Place,
    part: str,
    rows: Sizes | None,
    width: int | None,
    weights: tuple[int, ...],
    biases: tuple[int, ...],
    read: tuple[int, ...] = (0,),
) -> Work:
    """Return a product of the rows with constant weights, as wide as ``width``."""
    loops, macs, left = None, None, None
    if rows and width is not None:
        count = 1
        for size in rows[:-1]:
            count *= size
        loops, macs = counted(n=count, c=rows[-1], m=width)
        left = count * width
    biased = any(place.has(index) for index in biases)
    return place.work(
        "dense",
        part=part,
        loops=loops,
        macs=macs,
        ops=left if biased else 0,
        activations=place.read(*read),
        weight_elements=place.words([place.name(index) for index in weights]),
        ofmap_elements=left,
        outputs=(place.inner(part),),
        weights=place.constants(*weights, *biases),
        weight_dtype=place.stored_dtype(place.name(weights[0])),
    )


def _separate(place: Place, past: int) -> Heads | None:
    """Return the sizes where Q, K and V are inputs: side by side, packed, or with heads apart."""
    heads = place.node.integer("num_heads", 0)
    q, k, v = place.sizes(0), place.sizes(1), place.sizes(2)
    if not q or heads < 1:
        return None
    if len(q) == 5:  # all packed: [batch, length, heads, 3, size]
        return Heads(
            q[0], q[2], q[1], with_past(q[1], place.sizes(past), place.result(1)), q[4], q[4]
        )
    if len(q) != 3:
        return None
    size = q[2] // heads
    if not place.has(1):  # packed side by side
        size = q[2] // (3 * heads)
        keys, value = q[1], size
    elif not k or len(k) < 3 or (place.has(2) and not v):
        return None
    elif len(k) == 5:  # keys and values packed: [batch, length, heads, 2, size]
        keys, value = k[1], k[4]
    elif len(k) == 4:  # [batch, heads, length, size]
        keys, value = k[2], v[3] if v and len(v) == 4 else size
    else:
        keys, value = k[1], v[-1] // heads if v else size
    return Heads(
        q[0], heads, q[1], with_past(keys, place.sizes(past), place.result(1)), size, value
    )
