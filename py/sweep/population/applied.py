"""An operator applied to tensors of given shapes, and the layer that it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import ParamSpec, TypeVar, cast

from py.layers import Layer
from py.quantities import total_count
from py.sweep.population.operators import Attributes, Counted, Operand, counted
from py.sweep.population.shapes import Shape

Then = tuple[str, ...]
VIEWS = frozenset({"Flatten", "Identity", "Dropout"})
NORM = "BatchNormalization"
_NORM_CONSTANTS = 4
"""Scale, shift, mean and variance of each channel."""
_CACHED = 65_536
P = ParamSpec("P")
R = TypeVar("R")


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that makes the same only once, and keeps the types of its arguments."""
    return cast(Callable[P, R], lru_cache(_CACHED)(function))


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """An operator of the ONNX standard with its operands, each tensor once, and its result.

    ``apply`` makes one for all that ask the same; so it is told from others by identity, which is
    what makes drawing a million networks cheap.
    """

    name: str
    operands: tuple[Operand, ...]
    result: Shape
    attributes: Attributes = ()

    def layer(self, then: Then = (), dtype: str = "float32") -> Layer:
        """Return the layer that the operator leads, with those that follow it folded in.

        Raises:
            ValueError: one of ``then`` is not folded into such a layer.
        """
        return _layer(self, then, dtype)


def normalised(shape: Shape) -> tuple[Operand, ...]:
    """Return what a batch normalisation reads: a tensor and its constants of each channel."""
    constant = Operand((shape[min(1, len(shape) - 1)],), constant=True)
    return (Operand(shape), *[constant] * _NORM_CONSTANTS)


@remembered
def _layer(lead: Applied, then: Then, dtype: str) -> Layer:
    first = counted(lead.name, lead.operands, lead.result, lead.attributes, dtype)
    group, shape, work = [first], lead.result, first.work
    for name in then:
        group.append(_following(name, shape, first, dtype))
        shape = after(name, shape)
    return Layer(
        name="",
        kind=work.kind,
        op_types=(lead.name, *then),
        nodes=(),
        macs=work.macs,
        ops=total_count(one.work.ops for one in group),
        parameters=total_count(one.parameters for one in group) or 0,
        ifmap_elements=work.ifmap_elements,
        weight_elements=work.weight_elements,
        ofmap_elements=group[-1].work.ofmap_elements,
        loops=work.loops,
        activation_dtype=work.activation_dtype,
        weight_dtype=None if work.loops is None else work.weight_dtype,
        in_place=all(one.work.in_place for one in group),
        runs=work.runs,
        ofmap_shape=shape,
        window=work.window,
    )


def _following(operator: str, shape: Shape, lead: Counted, dtype: str) -> Counted:
    """Return an operator that follows the one that leads a layer."""
    if operator == NORM:
        if lead.work.kind not in ("conv", "dense", "matmul"):
            raise ValueError(f"then: a norm after conv, dense or matmul, got {lead.work.kind}")
        return counted(operator, normalised(shape), shape, (), dtype)
    found = counted(operator, (Operand(shape),), after(operator, shape), (), dtype)
    if found.work.is_view:
        return found
    if found.work.kind != "elementwise" or lead.work.kind == "movement":
        raise ValueError(f"then: what a {lead.work.kind} layer takes in, got {operator!r}")
    return found


def after(operator: str, shape: Shape) -> Shape:
    """Return the shape that an operator of one operand leaves."""
    return (shape[0], prod(shape[1:])) if operator == "Flatten" else shape
