"""Layers that carry a state from token to token: linear attention, causal convolution."""

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.microsoft.dimension import positive, ranked, share
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import Site


@rule("LinearAttention", MICROSOFT)
def _linear_attention(site: Site) -> list[Fact]:
    # Q (batch, tokens, heads * K size), V (batch, tokens, heads * V size); a state K by V.
    query, value = ranked(site.shape(0), 3), ranked(site.shape(2), 3)
    heads, kept = positive(site, "q_num_heads"), positive(site, "kv_num_heads")
    past = site.given(3)
    state_dtype = site.dtype(0) if past is None else past.dtype
    if query is None or value is None:
        return [fact(site.dtype(0), None), fact(state_dtype, None)]
    key_head, value_head = share(query[2], heads), share(value[2], kept)
    width = None if value_head is None else value_head * max(heads, kept)
    state = _windowed(site, (query[0], kept, key_head, value_head))
    return [fact(site.dtype(0), (*query[:2], width)), fact(state_dtype, state)]


def _windowed(site: Site, state: Shape) -> Shape:
    """Return the state's shape with the axis of the positions that it is kept for, if there is."""
    window = site.node.integer("state_window", 0)
    return (window, *state) if window > 0 else state


@rule("LinearAttentionGate", MICROSOFT)
def _linear_attention_gate(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), site.shape(0))] * 2


@rule("CausalConvWithState", MICROSOFT)
def _causal_convolution(site: Site) -> list[Fact]:
    data, weight = site.need(0), site.shape(1)
    shape = data.shape
    if shape is None or weight is None or len(shape) < 3:
        return [fact(data.dtype, shape), fact(data.dtype, None)]
    kept = _receptive(site, weight[-1])
    if site.node.integer("channels_last", 0):
        state: Shape = (shape[0], kept, *shape[2:])
    else:
        state = (*shape[:-1], kept)
    return [fact(data.dtype, shape), fact(data.dtype, _windowed(site, state))]


def _receptive(site: Site, kernel: Dimension) -> Dimension:
    """Return how many positions before the present one the kernel sees."""
    dilation = max(site.node.integer("dilation", 1), 1)
    return None if kernel is None else max(kernel - 1, 0) * dilation


@rule("VarlenCausalConvWithState", MICROSOFT)
def _packed_causal_convolution(site: Site) -> list[Fact]:
    # Input (tokens, channels), state (batch, channels, positions).
    data, state = site.need(0), ranked(site.shape(4), 3)
    captured = None if state is None else _captured(site, state[0], state[1])
    return [fact(data.dtype, data.shape), fact(site.dtype(4), state), fact(data.dtype, captured)]


def _captured(site: Site, batch: Dimension, width: Dimension) -> Shape:
    return (batch, max(site.node.integer("state_update_capacity", 0), 0), width)


@rule("GatedDeltaNet", MICROSOFT)
def _gated_delta_net(site: Site) -> list[Fact]:
    """Q, K, V (tokens, heads, size), or all in one (tokens, width) beside a state.

    The state is (batch, heads of V, V size, K size).
    """
    query, state = ranked(site.shape(0), 2, 3), site.given(6)
    carried = None if state is None else ranked(state.shape, 4)
    key, value = (ranked(site.shape(i), 3) if site.has(i) else None for i in (1, 2))
    dtype = site.dtype(0)
    if query is None:
        return [fact(dtype, None), fact(None if state is None else state.dtype, carried)]
    kept = value[1] if value else carried[1] if carried else None
    size = value[2] if value else carried[2] if carried else None
    state_dtype = dtype if state is None else state.dtype
    heads = kept
    if len(query) == 3:
        heads = None if kept is None or query[1] is None else max(kept, query[1])
    elif carried is not None:
        heads = _heads_of_all(query[1], carried)
    final = carried
    if final is None and query is not None and len(query) == 3 and value is not None:
        batch = site.given(3)
        ends = None if batch is None or batch.shape is None else batch.shape[0]
        final = (None if ends is None else ends - 1, kept, size, query[2])
    update = _transition(site, key, final)
    return [
        fact(dtype, (query[0], heads, size)),
        fact(state_dtype, final),
        fact(state_dtype, update),
    ]


def _heads_of_all(width: Dimension, state: Shape) -> Dimension:
    """Return the heads of the output; Q and K have as many as each other, and what is left."""
    kept, value_size, key_size = state[1:]
    if width is None or kept is None or value_size is None or key_size is None:
        return None
    own = share(width - kept * value_size, 2 * key_size)
    return None if own is None else max(own, kept)


def _transition(site: Site, key: Shape | None, state: Shape | None) -> Shape | None:
    capacity = max(site.node.integer("state_update_capacity", 0), 0)
    if state is None or key is None or None in state or key[1] is None:
        return None
    batch, heads, value_size, key_size = (size or 0 for size in state)
    return (batch, capacity * (heads + key[1] * key_size + heads * value_size))
