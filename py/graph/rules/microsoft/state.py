"""Layers that carry a state from token to token: linear attention, causal convolution."""

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.microsoft.dimension import plus, positive, ranked, share, times
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show


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
    if shape is None or not weight or len(shape) < 3:
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
    """Return the output, at V's heads, and the state (batch, heads, V size, K size).

    Q, K and V are (tokens, heads, size), or in one (tokens, width) beside a state; tokens may be
    two axes, batch and sequence.
    """
    query, key, value = (site.given(index) for index in range(3))
    state, ends = site.given(6), site.given(3)
    carried = None if state is None else ranked(state.shape, 4)
    heads = size = key_size = None
    if value is not None and value.shape is not None and len(value.shape) > 2:
        heads, size = value.shape[-2:]
    elif carried is not None:
        heads, size = carried[1:3]
    shape = None if query is None else query.shape
    if shape is not None and len(shape) < (1 if key is None else 2):
        raise MismatchError(f"tokens and heads are missing in {show(shape)}")
    if key is not None and shape is not None:
        key_size = shape[-1]
    if carried is None and state is None:
        last = None if ends is None or not ends.shape else ends.shape[0]
        carried = (None if last is None else max(last - 1, 0), heads, size, key_size)
    output = None if shape is None else (*shape[: -2 if key is not None else -1], heads, size)
    dtype = "float32" if state is None else state.dtype
    return [
        fact(site.dtype(0), output),
        fact(dtype, carried),
        fact(dtype, _transition(site, key, carried)),
    ]


def _transition(site: Site, key: Fact | None, state: Shape | None) -> Shape | None:
    """Return the shape of what replays the first tokens: decay, key and difference of each."""
    if state is None:
        return None
    batch, heads, value_size, key_size = state
    own = None if key is None or key.shape is None or len(key.shape) < 2 else key.shape[-2]
    capacity = max(site.node.integer("state_update_capacity", 0), 0)
    width = plus(heads, times(own, key_size), times(heads, value_size))
    return (batch, times(capacity, width))
