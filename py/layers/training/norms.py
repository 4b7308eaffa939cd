"""Normalisations in a training step.

Batch normalisation takes mean and deviation of the batch itself then: seven operations for an
element, not the two of an inference, and the ifmap is read twice. Its gradient, and that of every
normalisation's constants, is worked out together with that of its input. Those that look at one
image or row at a time read each value once, as forward.
"""

from py.layers.layer import Layer
from py.layers.training.learning import operators, trained_parameters
from py.layers.training.operations import NORMS
from py.layers.training.parts import (
    Parts,
    activation_parts,
    added_elements,
    forward_part,
    goes_on,
    needs_gradient,
    plus,
    simple_part,
    tail_of,
    times,
)

FORWARD_MORE = 5
"""Operations that batch normalisation has in training besides scale and shift."""


def gradient_ops(name: str) -> int | None:
    """Return the operations of a normalisation's gradient for an element; None where not listed."""
    return NORMS.get(name)


def norm_parts(layer: Layer) -> Parts:
    """Return the parts of a normalisation that is a layer of its own."""
    name, size = operators(layer)[0], layer.ofmap_elements
    of_batch = name == "BatchNormalization"
    forward = forward_part(layer)
    if of_batch:
        forward = forward_part(
            layer,
            ops=plus(layer.ops, times(size, FORWARD_MORE)),
            ifmap_elements=times(layer.ifmap_elements, 2),
        )
    after = activation_parts(layer, tail_of(layer), layer.nodes[1:])
    if not needs_gradient(layer):
        return Parts((forward, *after.forward))
    each, added = gradient_ops(name), added_elements(layer)
    ops = layer.ops if each is None else times(size, each)
    backward = goes_on(layer)
    gradient = simple_part(
        layer,
        "input gradient" if backward else "weight gradient",
        "input_gradient" if backward else "weight_gradient",
        op_types=layer.op_types[:1],
        nodes=layer.nodes[:1],
        ops=plus(ops, added),
        ifmap_elements=plus(times(size, 4 if of_batch else 2), added),
        weight_elements=layer.weight_elements,
        ofmap_elements=plus(layer.ifmap_elements if backward else 0, trained_parameters(layer)),
    )
    return Parts((forward, *after.forward), (*after.backward, gradient))
