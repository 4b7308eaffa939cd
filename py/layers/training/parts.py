"""The parts that a layer of an inference becomes in a training step."""

from dataclasses import dataclass, replace
from typing import Any

from py.layers.layer import Bits, Layer, Phase
from py.layers.training.learning import operators, trained_parameters
from py.layers.training.operations import FROM_RESULT, PASSED_ON, UNKEPT, derivative_ops
from py.layers.training.optimizers import Optimizer
from py.quantities import total_count


@dataclass(frozen=True, slots=True)
class Parts:
    """A layer's parts: ``forward`` in order, ``backward`` from its ofmap to its ifmap."""

    forward: tuple[Layer, ...]
    backward: tuple[Layer, ...] = ()


def forward_part(layer: Layer, **differences: Any) -> Layer:
    """Return what a layer does on the way forward; nobody may fuse it, its ofmap is kept."""
    return replace(layer, phase="forward", inference=layer, reader=None, **differences)


def part(layer: Layer, what: str, phase: Phase, **differences: Any) -> Layer:
    """Return a further part of a layer, named after it; no parameters are counted twice."""
    fixed: dict[str, Any] = {
        "name": f"{layer.name} / {what}",
        "phase": phase,
        "inference": layer,
        "parameters": 0,
        "reader": None,
        "ofmap_shape": None,
        "ifmaps": (),
        "ofmaps": (),
        "weights": (),
        "window": None,
    }
    return replace(layer, **(fixed | differences))


def simple_part(layer: Layer, what: str, phase: Phase, **differences: Any) -> Layer:
    """Return a part without MACs, constants and zeros that anybody counted."""
    fixed: dict[str, Any] = {
        "macs": 0,
        "ops": 0,
        "weight_elements": 0,
        "loops": None,
        "weight_dtype": None,
        "bits": Bits(None, layer.bits.activation),
        "zeros": type(layer.zeros)(),
        "in_place": False,
    }
    return part(layer, what, phase, **(fixed | differences))


def added_elements(layer: Layer) -> int:
    """Return the elements of a layer's ifmap gradient that are added to another reader's."""
    if layer.learning is None or layer.ifmap_elements is None:
        return 0
    return round(layer.learning.added * layer.ifmap_elements)


def needs_gradient(layer: Layer) -> bool:
    """Say whether a gradient comes as far as a layer: it learns, or something before it does."""
    return trained_parameters(layer) > 0 or layer.learning is None or layer.learning.backward


def goes_on(layer: Layer) -> bool:
    """Say whether a layer sends a gradient on to those before it."""
    return layer.learning is None or layer.learning.backward


def activation_parts(layer: Layer, tail: tuple[str, ...], nodes: tuple[int, ...]) -> Parts:
    """Return what the functions at the end of a layer keep, and their gradient.

    The derivative of most follows from their result, which is written anyhow; for others the value
    before them is written besides.
    """
    size = layer.ofmap_elements
    places = [place for place, name in enumerate(tail) if name not in PASSED_ON]
    names = [tail[place] for place in places]
    each = sum(derivative_ops(name) for name in names)
    if not each or not needs_gradient(layer):
        return Parts(())
    own = {
        "op_types": tuple(layer.op_types[len(layer.op_types) - len(tail) + p] for p in places),
        "nodes": tuple(nodes[place] for place in places),
    }
    kept: tuple[Layer, ...] = ()
    if not FROM_RESULT.union(UNKEPT).issuperset(names):
        kept = (
            simple_part(
                layer,
                "kept for the gradient",
                "forward",
                kind="movement",
                ifmap_elements=0,
                **own,
            ),
        )
    gradient = simple_part(
        layer,
        "activation gradient",
        "input_gradient",
        kind="elementwise",
        ops=times(size, each),
        ifmap_elements=times(size, 1 if UNKEPT.issuperset(names) else 2),
        **own,
    )
    return Parts(kept, (gradient,))


def update_part(layer: Layer, optimizer: Optimizer) -> Layer | None:
    """Return the update of a layer's parameters, once a step; None where it has none of its own.

    All that is read and written is as wide as the weights: the parameter, its gradient and what the
    optimizer keeps for it.
    """
    count = trained_parameters(layer) - (layer.learning.again if layer.learning else 0)
    if count <= 0:
        return None
    width = layer.bits.weight if layer.bits.weight is not None else layer.bits.activation
    return simple_part(
        layer,
        "update",
        "update",
        kind="elementwise",
        op_types=(optimizer.name,),
        ops=optimizer.ops * count,
        ifmap_elements=(1 + optimizer.state) * count,
        weight_elements=count,
        ofmap_elements=(1 + optimizer.state) * count,
        bits=Bits(width, width),
        activation_dtype=layer.weight_dtype or layer.activation_dtype,
        weight_dtype=layer.weight_dtype or layer.activation_dtype,
        runs=1 if layer.runs else 0,
    )


def tail_of(layer: Layer) -> tuple[str, ...]:
    """Return the names of the operators that follow a layer's first."""
    return operators(layer)[1:]


def times(count: int | None, by: int | None) -> int | None:
    """Return a product, unknown where a factor is."""
    return None if count is None or by is None else count * by


def plus(*counts: int | None) -> int | None:
    """Return a sum, unknown where a part is."""
    return total_count(counts)
