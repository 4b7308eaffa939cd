"""A mixture of experts: each row is multiplied with the weights of its k best experts.

Which experts those are is data. The weights that are read are those of min(experts, rows x k).
"""

from math import prod

from py.layers.loops import counted
from py.layers.works.elementwise import ACTIVATIONS
from py.layers.works.packed_products import packed_dtype
from py.layers.works.place import Place
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work

_ACTIVATIONS = {name.lower(): ops for name, ops in ACTIVATIONS.items()}


@works("MoE ShardedMoE", MICROSOFT, multiplies=True)
def experts(place: Place) -> tuple[Work, ...]:
    """Count the two or three products of every chosen expert."""
    return _experts(place, {"fc1": (2, 3), "fc3": (6, 7), "fc2": (4, 5)}, quantised=False)


@works("QMoE", MICROSOFT, multiplies=True)
def quantised_experts(place: Place) -> tuple[Work, ...]:
    """Count the same with weights packed into bytes."""
    return _experts(place, {"fc1": (2, 4), "fc3": (8, 10), "fc2": (5, 7)}, quantised=True)


def _experts(
    place: Place, parts: dict[str, tuple[int, int]], *, quantised: bool
) -> tuple[Work, ...]:
    given = {part: where for part, where in parts.items() if part != "fc3" or place.has(where[0])}
    return tuple(
        _expert(place, part, where, quantised=quantised, gated="fc3" in given)
        for part, where in given.items()
    )


def _expert(
    place: Place, part: str, where: tuple[int, int], *, quantised: bool, gated: bool
) -> Work:
    node, (weight, bias) = place.node, where
    x, w = place.sizes(0), place.sizes(weight)
    chosen = max(1, node.integer("k", 1))
    bits = node.integer(f"{part}_expert_weight_bits", 0) or node.integer("expert_weight_bits", 4)
    loops, macs, rows, left, held, count = None, None, None, None, None, 0
    inputs = outputs = 0
    if x and w and len(w) == 3 and x[-1]:
        count = w[0]
        held = w[1] * w[2] * (8 // bits if quantised and bits in (1, 2, 4) else 1)
        rows = prod(x[:-1]) * chosen
        hidden, other = x[-1], held // x[-1]
        inputs, outputs = (hidden, other) if part != "fc2" else (other, hidden)
        loops, macs = counted(n=rows, c=inputs, m=outputs)
        left = rows * outputs
    each = int(place.has(bias))
    if part == "fc1":
        each += _ACTIVATIONS.get(node.text("activation_type", "relu"), 1) + gated
    if part == "fc2":
        each += 2  # the router's weight, and the sum over experts
    last = part == "fc2"
    weights = place.constants(weight, bias)
    packed = quantised and bool(weights) and weights[0] == place.name(weight)
    return place.work(
        "dense",
        part=part,
        loops=loops,
        macs=macs,
        ops=None if left is None else left * each,
        activations=place.read(0, 1) if part == "fc1" else () if last else place.read(0),
        ifmap_elements=None if rows is None else rows * inputs,
        weight_elements=None if held is None or rows is None else min(count, rows) * held,
        ofmap_elements=place.words(node.outputs) if last else left,
        inner=(place.inner("fc1"),) if last else (),
        outputs=tuple(filter(None, node.outputs)) if last else (place.inner(part),),
        weights=weights,
        unpacked=count * held if packed and held is not None else None,
        activation_dtype=place.stored_dtype(place.name(0)),
        weight_dtype=packed_dtype(bits) if quantised else place.stored_dtype(place.name(weight)),
    )
