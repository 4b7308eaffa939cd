"""Attention and what goes with it: rotary positions, caches, linear and flexible attention.

B batch, H heads, S positions (of queries or of keys and values), D size of a head.
"""

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.constants import length_of
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, same_shape, same_size, show


@rule("Attention")
def _attention(site: Site) -> list[Fact]:
    q, k, v = (site.shape(index) for index in range(3))
    dtype, of_values = site.dtype(0), site.dtype(2)
    heads, kv_heads = (_attribute(site, f"{name}_num_heads") for name in ("q", "kv"))
    queries = _as_heads(q, heads)
    keys = _as_heads(k, kv_heads)
    values = _as_heads(v, kv_heads)
    past = site.given(4)
    total = _total(keys, past.shape if past is not None else ()) if keys is not None else None
    cached = site.given(5)
    if cached is not None and total is None and values is not None:
        total = _total(values, cached.shape)
    key_cache = None if keys is None else (keys[0], keys[1], total, keys[3])
    value_cache = None if values is None else (values[0], values[1], total, values[3])
    scores = None if queries is None else (*queries[:3], total)
    return [
        fact(dtype, _attended(q, queries, values)),
        fact(site.dtype(1), key_cache),
        fact(of_values, value_cache),
        fact(dtype, scores),
    ]


def _attribute(site: Site, name: str) -> Dimension:
    return site.node.integer(name, 0) or None


def _as_heads(shape: Shape | None, heads: Dimension) -> Shape | None:
    """Return (B, H, S, D) of that, or of (B, S, H·D)."""
    if shape is None or len(shape) == 4:
        return shape
    if len(shape) != 3:
        raise MismatchError(f"an input should have 3 or 4 dimensions, got {show(shape)}")
    batch, positions, hidden = shape
    if heads is not None and hidden is not None and hidden % heads:
        raise MismatchError(f"{hidden} features do not divide by {heads} heads")
    size = None if heads is None or hidden is None else hidden // heads
    return (batch, heads, positions, size)


def _total(keys: Shape, past: Shape | None) -> Dimension:
    if past == ():
        return keys[2]
    if past is None or len(past) != 4 or past[2] is None or keys[2] is None:
        return None
    return past[2] + keys[2]


def _attended(q: Shape | None, queries: Shape | None, values: Shape | None) -> Shape | None:
    if q is None or queries is None:
        return None
    size = None if values is None else values[3]
    batch, heads, positions, _ = queries
    if len(q) == 4:
        return (batch, heads, positions, size)
    return (batch, positions, None if heads is None or size is None else heads * size)


@rule("FlexAttention", "ai.onnx.preview")
def _flex_attention(site: Site) -> list[Fact]:
    q, v = site.shape(0), site.shape(2)
    for shape in (q, site.shape(1), v):
        if shape is not None and len(shape) != 4:
            raise MismatchError(f"an input should have 4 dimensions, got {show(shape)}")
    if q is None:
        return [fact(site.dtype(0), None)]
    batch = same_size(*(shape[0] for shape in (q, site.shape(1), v) if shape is not None))
    return [fact(site.dtype(0), (batch, *q[1:3], None if v is None else v[3]))]


@rule("LinearAttention")
def _linear_attention(site: Site) -> list[Fact]:
    # Batch and positions are the same in all but the state.
    given = [site.given(index) for index in (0, 1, 2, 4, 5)]
    shapes = [found.shape for found in given if found is not None and found.shape is not None]
    for shape in shapes:
        if len(shape) != 3:
            raise MismatchError(f"an input should have 3 dimensions, got {show(shape)}")
    common = same_shape(*(shape[:2] for shape in shapes))
    q, k, v = (
        shape if shape is None or common is None else (*common, shape[2])
        for shape in (site.shape(0), site.shape(1), site.shape(2))
    )
    heads, kv_heads = (_attribute(site, f"{name}_num_heads") for name in ("q", "kv"))
    queries, values = _as_heads(q, heads), _as_heads(v, kv_heads)
    past, keys = site.given(3), _as_heads(k, kv_heads)
    state: Shape | None = None
    if queries is not None and values is not None:
        size = queries[3] if keys is None else same_size(queries[3], keys[3])
        state = (queries[0], kv_heads, size, values[3])
    state = same_shape(state, None if past is None else past.shape)
    if state is not None and values is not None and queries is not None:
        queries, values = (state[0], *queries[1:]), (*values[:3], state[3])
    kind = site.dtype(0) if past is None else past.dtype
    return [fact(site.dtype(0), _attended(q, queries, values)), fact(kind, state)]


@rule("CausalConvWithState")
def _causal_convolution(site: Site) -> list[Fact]:
    data, weight, past = site.need(0), site.shape(1), site.given(3)
    if data.shape is not None:
        if len(data.shape) != 3:
            raise MismatchError(f"the input should have 3 dimensions, got {show(data.shape)}")
        batch, channels, length = data.shape
        kernel = weight[2] if weight is not None and len(weight) == 3 else None
        state = (
            same_shape(
                (batch, channels, None if kernel is None else kernel - 1),
                None if past is None else past.shape,
            )
            or (None,) * 3
        )
        bias = length_of(site.shape(2)) if site.has(2) else None
        channels = same_size(state[1], bias, weight[0] if weight else None)
        state = (state[0], channels, state[2])
        whole: Shape = (state[0], channels, length)
        return [fact(data.dtype, whole), fact(data.dtype, state)]
    return [fact(data.dtype, None), fact(data.dtype, None if past is None else past.shape)]


@rule("RotaryEmbedding TensorScatter")
def _same(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), site.shape(0))]
