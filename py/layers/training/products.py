"""Layers with MACs in a training step: convolutions, products, attention, recurrence.

A product with weights has the gradient of its ifmap, where anything before it learns, and that of
its weights; a product of two activations has one of each. What a gradient reads comes from where
the forward pass left it: ofmaps are written by every layer as it is, and read again.
"""

from dataclasses import replace
from typing import Any

from py.layers.layer import Bits, Layer, Zeros
from py.layers.loops import LoopNest
from py.layers.training.learning import channels, operators, trained_parameters
from py.layers.training.nests import input_gradient, map_elements, weight_gradient
from py.layers.training.norms import FORWARD_MORE, gradient_ops
from py.layers.training.parts import (
    Parts,
    activation_parts,
    added_elements,
    forward_part,
    goes_on,
    needs_gradient,
    part,
    plus,
    simple_part,
    times,
)


def product_parts(layer: Layer) -> Parts:
    """Return the parts of a layer with MACs."""
    names = operators(layer)
    normed = names.index("BatchNormalization") if "BatchNormalization" in names[1:] else None
    end = 1 if normed is None else normed + 1
    after = activation_parts(layer, names[end:], layer.nodes[end:])
    if normed is None:
        forward: tuple[Layer, ...] = (forward_part(layer),)
        between: tuple[Layer, ...] = ()
    else:
        forward, between = _normalised(layer, normed)
    gradients = (*_to_ifmap(layer), *_to_weights(layer))
    return Parts((*forward, *after.forward), (*after.backward, *between, *gradients))


def _normalised(layer: Layer, at: int) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
    """Return a product and the batch normalisation after it, apart; and that one's gradient.

    Folded into one layer in an inference, they can't be in training: every value waits for the mean
    over the batch. So the product's result is written and read twice: for the mean, and to be
    normalised; on the way back it and the gradient are read twice.
    """
    size = layer.ofmap_elements
    own = channels(layer, leads=False)
    bias = times(size, 1 if _biases(layer) else 0)
    read = _read(layer)
    before, rest = forward_part(layer), None
    if layer.ops is not None and bias is not None:
        rest = max(0, layer.ops - bias)
        before = replace(before, ops=bias)
    before = replace(
        before,
        op_types=layer.op_types[:at],
        nodes=layer.nodes[:at],
        parameters=layer.parameters - 4 * own,
        ifmap_elements=read,
        zeros=replace(layer.zeros, ofmap=None),
    )
    others = 0 if layer.ifmap_elements is None or read is None else layer.ifmap_elements - read
    normalised = {"op_types": layer.op_types[at:], "nodes": layer.nodes[at:], "kind": "norm"}
    norm = simple_part(
        layer,
        "normalisation",
        "forward",
        ops=plus(rest, times(size, FORWARD_MORE)),
        parameters=4 * own,
        ifmap_elements=plus(times(size, 2), max(0, others)),
        weight_elements=2 * own,
        zeros=Zeros(ofmap=layer.zeros.ofmap),
        **normalised,
    )
    if not needs_gradient(layer):
        return (before, norm), ()
    gradient = simple_part(
        layer,
        "normalisation gradient",
        "input_gradient",
        kind="norm",
        op_types=(layer.op_types[at],),
        nodes=(layer.nodes[at],),
        ops=times(size, gradient_ops("BatchNormalization")),
        ifmap_elements=times(size, 4),
        weight_elements=3 * own,
        ofmap_elements=plus(size, 2 * own),
    )
    return (before, norm), (gradient,)


def _to_ifmap(layer: Layer) -> tuple[Layer, ...]:
    """Return the gradient of the ifmap; of both factors where both are activations.

    Gradients of softmax and gates are counted with as many operations as they have forward.
    """
    if not goes_on(layer):
        return ()
    added, loops = added_elements(layer), layer.loops
    more = layer.ops if layer.kind == "attention" or _has_gates(layer) else 0
    came, left = _left(layer), _read(layer)
    if layer.kind == "recurrent" and _has_gates(layer):  # they are kept, and get gradients
        came, left = plus(layer.ofmap_elements, layer.ifmap_elements), layer.ifmap_elements
    elif layer.kind == "attention" and more:
        came = times(came, 2)  # what the softmax made is kept
    factors = _is_of_activations(layer)
    second = 0 if loops is None or not factors else loops.weight_elements
    gradient = part(
        layer,
        "input gradient",
        "input_gradient",
        op_types=layer.op_types[:1],
        nodes=layer.nodes[:1],
        ops=plus(more, added),
        ifmap_elements=plus(came, added, second),
        ofmap_elements=left,
        loops=None if loops is None else input_gradient(loops),
        zeros=Zeros(ifmap=_zeros_back(layer), weight=layer.zeros.weight),
    )
    if not factors:
        return (gradient,)
    other = replace(
        gradient,
        name=f"{layer.name} / second input gradient",
        ops=0,
        ifmap_elements=plus(_left(layer), _read(layer)),
        ofmap_elements=second,
        loops=None if loops is None else weight_gradient(loops),
        zeros=Zeros(ifmap=layer.zeros.ifmap, weight=_zeros_back(layer)),
        **_as_activations(layer),
    )
    return gradient, other


def _to_weights(layer: Layer) -> tuple[Layer, ...]:
    """Return the gradient of the weights and biases, added up over the batch.

    A recurrent layer's is worked out after all steps, in one product over them (Appleyard et al.,
    Optimizing performance of recurrent neural networks on GPUs, 2016, section 3.3).
    """
    if not trained_parameters(layer):
        return ()
    loops, read, left, macs, runs = layer.loops, _read(layer), _left(layer), layer.macs, layer.runs
    biases = _biases(layer)
    if layer.kind == "recurrent" and isinstance(runs, int) and runs > 1:
        loops = None if loops is None else replace(loops, n=loops.n * runs)
        read, left, macs, runs = times(read, runs), times(left, runs), times(macs, runs), 1
    weights = layer.weight_elements
    met = 0 if layer.learning is None else layer.learning.again
    again = weights if weights and met >= weights else 0  # added to what the later layer left
    return (
        part(
            layer,
            "weight gradient",
            "weight_gradient",
            op_types=layer.op_types[:1],
            nodes=layer.nodes[:1],
            macs=macs,
            ops=plus(left if biases else 0, again),
            ifmap_elements=plus(read, left, again),
            weight_elements=0,
            ofmap_elements=plus(weights, biases),
            loops=None if loops is None else weight_gradient(loops),
            zeros=Zeros(ifmap=layer.zeros.ifmap, weight=_zeros_back(layer)),
            runs=runs,
            **_as_activations(layer),
        ),
    )


def _as_activations(layer: Layer) -> dict[str, Any]:
    """Return the widths of a product of two maps."""
    width = layer.bits.activation
    return {"bits": Bits(width, width), "weight_dtype": layer.activation_dtype}


def _has_gates(layer: Layer) -> bool:
    """Say whether this is the part of a recurrent layer that takes steps, with its gates."""
    if layer.kind != "recurrent" or layer.loops is None or layer.ifmap_elements is None:
        return False
    return layer.ifmap_elements > layer.loops.ifmap_elements


def _is_of_activations(layer: Layer) -> bool:
    return not layer.weight_elements and not trained_parameters(layer)


def _biases(layer: Layer) -> int:
    """Return the parameters that are added to a product's result, without those of a norm."""
    normed = 2 * channels(layer, leads=False) * ("BatchNormalization" in operators(layer)[1:])
    return max(0, trained_parameters(layer) - (layer.weight_elements or 0) - normed)


def _read(layer: Layer) -> int | None:
    """Return the elements of the ifmap that is multiplied, without what is added later."""
    loops, known = layer.loops, layer.ifmap_elements
    if loops is None or known is None:
        return known
    return min(known, map_elements(loops))


def _left(layer: Layer) -> int | None:
    """Return the elements that the product leaves."""
    loops = layer.loops
    if loops is None or _is_transposed(layer):
        return layer.ofmap_elements
    return _ofmap(loops)


def _is_transposed(layer: Layer) -> bool:
    return "Transpose" in operators(layer)[0]


def _ofmap(loops: LoopNest) -> int:
    return loops.ofmap_elements


def _zeros_back(layer: Layer) -> float | None:
    """Return the share of zeros in the gradient that comes back: where a relu left none."""
    names = operators(layer)
    return layer.zeros.ofmap if "Relu" in names and "BatchNormalization" not in names else None
