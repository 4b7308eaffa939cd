"""Linear attention: a state of key size x value size for each head, updated token by token.

MACs for each token: the state takes the outer product of key and value, the result is the query
times the state, and with a delta rule the state is asked for the key's value first; each is key
size x value size for a head. ``runs`` are the tokens of a sequence.
"""

from typing import NamedTuple

from py.layers.loops import counted
from py.layers.works.place import Place
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work


class _Sizes(NamedTuple):
    """Sequences, tokens of each, heads of the state and of the result, a head's two sizes."""

    batch: int
    tokens: int
    states: int
    heads: int
    key: int
    value: int


@works("LinearAttention", multiplies=True)
@works("LinearAttention", MICROSOFT, multiplies=True)
def linear_attention(place: Place) -> tuple[Work, ...]:
    """Count the steps of the rule that the node names."""
    node, q, v = place.node, place.sizes(0), place.sizes(2)
    heads, states = node.integer("q_num_heads", 0), node.integer("kv_num_heads", 0)
    sizes = None
    if q and v and len(q) == len(v) == 3 and heads > 0 and states > 0:
        most = max(heads, states)
        sizes = _Sizes(q[0], q[1], states, most, q[2] // heads, v[2] // states)
    return _steps(place, sizes, node.text("update_rule", "gated_delta"))


@works("GatedDeltaNet", MICROSOFT, multiplies=True)
def gated_delta(place: Place) -> tuple[Work, ...]:
    """Count tokens of all sequences in one row, each a step of one of the sequences."""
    q, state = place.sizes(0), place.result(1)
    sizes = None
    if q and state and len(state) == 4:
        sizes = _Sizes(1, q[0], state[1], state[1], state[3], state[2])
    return _steps(place, sizes, place.node.text("update_rule", "gated_delta"))


def _steps(place: Place, sizes: _Sizes | None, rule: str) -> tuple[Work, ...]:
    delta, gated = "delta" in rule, "gated" in rule
    works_ = []
    if delta:
        works_.append(_step(place, sizes, "retrieval", after=2))  # difference, times the rate
    works_.append(_step(place, sizes, "update", after=2 if gated else 0))  # exponential, decay
    works_.append(_step(place, sizes, "output", after=1))  # scale
    return tuple(works_)


def _step(place: Place, sizes: _Sizes | None, part: str, after: int) -> Work:
    last, update = part == "output", part == "update"
    activations = place.read(0) if last else place.read(1, 2, 3, 4, 5)
    inner = {"retrieval": (), "update": (), "output": (place.inner("update"),)}[part]
    fixed = {
        "part": part,
        "activations": activations,
        "inner": inner,
        "outputs": tuple(filter(None, place.node.outputs)) if last else (place.inner(part),),
        "activation_dtype": place.stored_dtype(place.name(0)),
        "weight_dtype": place.stored_dtype(place.name(0)),
    }
    if sizes is None:
        unknown = dict.fromkeys(("macs", "ops", "ifmap_elements", "ofmap_elements"))
        return place.work("attention", **fixed, **unknown)
    groups = sizes.batch * (sizes.heads if last else sizes.states)
    state = groups * sizes.key * sizes.value
    rows, inputs = (sizes.key, 1) if update else (1, sizes.key)
    loops, macs = counted(g=groups, n=rows, c=inputs, m=sizes.value)
    left = state if update else groups * sizes.value
    return place.work(
        "attention",
        **fixed,
        loops=loops,
        macs=macs,
        ops=left * after,
        ifmap_elements=state + groups * (sizes.key + (sizes.value if update else 0)),
        ofmap_elements=left,
        runs=sizes.tokens,
    )
