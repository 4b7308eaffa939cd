"""Layers without MACs and constants in a training step: what comes back goes on."""

from py.layers.layer import Layer
from py.layers.training.learning import is_cut, operators
from py.layers.training.operations import FROM_RESULT, PASSED_ON, UNKEPT, derivative_ops
from py.layers.training.parts import (
    Parts,
    activation_parts,
    added_elements,
    forward_part,
    goes_on,
    plus,
    simple_part,
    tail_of,
    times,
)

_COMPARES = frozenset({"ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceProd", "TopK"})
"""Reductions whose gradient looks at what was read."""


_COPIES = frozenset({"Expand", "Tile"})


def other_parts(layer: Layer) -> Parts:
    """Return the parts of a layer by its kind; no gradient passes what has none."""
    forward = forward_part(layer)
    if not goes_on(layer) or is_cut(layer):
        return Parts((forward,))
    if layer.kind == "elementwise":
        return Parts((forward,), (_elementwise(layer),))
    after = activation_parts(layer, tail_of(layer), layer.nodes[1:])
    kept: tuple[Layer, ...] = ()
    if layer.kind == "pool":
        kept, gradient = _pool(layer)
    elif layer.kind == "reduce":
        gradient = _reduce(layer)
    else:
        gradient = _moved(layer)
    return Parts((forward, *kept, *after.forward), (*after.backward, gradient))


def _elementwise(layer: Layer) -> Layer:
    """Return the gradient of a chain of functions of each element.

    Sums hand on what comes back, without a copy.
    """
    names = [name for name in operators(layer) if name not in PASSED_ON]
    each = sum(derivative_ops(name) for name in names)
    came, read = layer.ofmap_elements, layer.ifmap_elements
    kept: int | None = read
    if UNKEPT.issuperset(names):
        kept = 0
    elif FROM_RESULT.union(UNKEPT).issuperset(names):
        kept = came
    if not each:
        return _passed_on(layer)
    added = added_elements(layer)
    return simple_part(
        layer,
        "input gradient",
        "input_gradient",
        ops=plus(times(came, each), added),
        ifmap_elements=plus(came, kept, added),
        ofmap_elements=read,
    )


def _passed_on(layer: Layer) -> Layer:
    """Return a gradient that goes on as it came, but for what is added at a fork."""
    added = added_elements(layer)
    return simple_part(
        layer,
        "input gradient",
        "input_gradient",
        ops=added,
        ifmap_elements=2 * added if added else layer.ofmap_elements,
        ofmap_elements=added or layer.ifmap_elements,
        in_place=not added,
    )


def _pool(layer: Layer) -> tuple[tuple[Layer, ...], Layer]:
    """Return what pooling keeps, and its gradient.

    A maximum keeps where it was, a word for each output, and one addition brings each gradient
    there; a mean gives each value of its window a share. The whole ifmap's gradient is written.
    """
    outputs, added = layer.ofmap_elements, added_elements(layer)
    of_most = "Max" in operators(layer)[0]
    kept: tuple[Layer, ...] = ()
    if of_most:
        kept = (simple_part(layer, "indices", "forward", kind="movement", ifmap_elements=0),)
    gradient = simple_part(
        layer,
        "input gradient",
        "input_gradient",
        ops=plus(outputs if of_most else layer.ops, added),
        ifmap_elements=plus(times(outputs, 2 if of_most else 1), added),
        ofmap_elements=layer.ifmap_elements,
        op_types=layer.op_types[:1],
        nodes=layer.nodes[:1],
    )
    return kept, gradient


def _reduce(layer: Layer) -> Layer:
    """Return the gradient of a reduction: each value that was read gets its share."""
    read, added = layer.ifmap_elements, added_elements(layer)
    looks = operators(layer)[0] in _COMPARES
    return simple_part(
        layer,
        "input gradient",
        "input_gradient",
        ops=plus(read, added),
        ifmap_elements=plus(layer.ofmap_elements, read if looks else 0, added),
        ofmap_elements=read,
    )


def _moved(layer: Layer) -> Layer:
    """Return the way back of what was moved; operations count as many again.

    What was copied to several places gets the sum of what they send back.
    """
    if layer.in_place:
        return _passed_on(layer)
    added = added_elements(layer)
    return simple_part(
        layer,
        "input gradient",
        "input_gradient",
        ops=plus(layer.ofmap_elements if operators(layer)[0] in _COPIES else layer.ops, added),
        ifmap_elements=plus(layer.ofmap_elements, added),
        ofmap_elements=layer.ifmap_elements,
    )
