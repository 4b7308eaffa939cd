"""Operators applied to shapes: the operands that each has, and the shape of its result.

The functions take the shapes of the tensors that are read, the batch first, and raise ValueError
for what can't be.
"""

from math import prod
from typing import Literal

from py.quantities import total_count
from py.sweep.population.applied import NORM, VIEWS, Applied, after, normalised, remembered
from py.sweep.population.operators import Attributes, Operand
from py.sweep.population.shapes import (
    Edges,
    Shape,
    Sides,
    broadcast,
    edges_of,
    maps_of,
    outputs_of,
    pair_of,
    shape_of,
)


@remembered
def conv(
    ifmap: Shape,
    filters: int,
    kernel: Sides,
    *,
    stride: Sides = 1,
    padding: Edges = 0,
    dilation: Sides = 1,
    groups: int = 1,
    bias: bool = False,
) -> Applied:
    """Return a convolution of maps (images, channels, rows, columns)."""
    shape, window, edges = maps_of(ifmap), pair_of(kernel), edges_of(padding)
    steps, apart = pair_of(stride), pair_of(dilation)
    if groups < 1 or filters < 1 or shape[1] % groups or filters % groups:
        raise ValueError(f"conv: groups that divide {shape[1]} and {filters}, got {groups}")
    operands = [Operand(shape), Operand((filters, shape[1] // groups, *window), constant=True)]
    if bias:
        operands.append(Operand((filters,), constant=True))
    attributes: Attributes = (
        *(("group", groups), ("strides", steps), ("dilations", apart), ("pads", edges)),
    )
    result = (shape[0], filters, *outputs_of(shape[2:], window, steps, edges, apart))
    return Applied("Conv", tuple(operands), result, attributes)


@remembered
def dense(
    ifmap: Shape,
    outputs: int,
    *,
    bias: bool = True,
    maps: Shape | None = None,
    operator: Literal["Gemm", "MatMul"] = "Gemm",
) -> Applied:
    """Return a product with constant weights; ``ifmap`` ends with the inputs."""
    shape = shape_of(ifmap)
    if operator not in ("Gemm", "MatMul") or (operator == "Gemm" and len(shape) != 2):
        raise ValueError(f"dense: a Gemm of rows of inputs or a MatMul, got {operator} of {shape}")
    if outputs < 1 or (maps is not None and prod(maps) != prod(shape)):
        raise ValueError(f"dense: outputs from 1 and maps of {prod(shape)}, got {outputs}, {maps}")
    flat = None if maps is None else shape_of(maps)
    operands = [Operand(shape, unflattened=flat), Operand((shape[-1], outputs), constant=True)]
    if bias and operator == "Gemm":
        operands.append(Operand((outputs,), constant=True))
    return Applied(operator, tuple(operands), (*shape[:-1], outputs))


@remembered
def matmul(left: Shape, right: Shape) -> Applied:
    """Return a product of two activations, (…, rows, inputs) by (…, inputs, outputs)."""
    first, second = shape_of(left), shape_of(right)
    if min(len(first), len(second)) < 2 or first[-1] != second[-2]:
        raise ValueError(f"matmul: (…, rows, inputs) by (…, inputs, outputs), got {left}, {right}")
    stacked = broadcast(first[:-2], second[:-2])
    result = (*stacked, first[-2], second[-1])
    return Applied("MatMul", (Operand(first), Operand(second)), result)


@remembered
def pool(
    ifmap: Shape,
    kernel: Sides,
    *,
    of: Literal["avg", "max"] = "max",
    stride: Sides = 1,
    padding: Edges = 0,
) -> Applied:
    """Return a pooling of windows."""
    shape, window, steps, edges = (
        maps_of(ifmap),
        pair_of(kernel),
        pair_of(stride),
        edges_of(padding),
    )
    result = (*shape[:2], *outputs_of(shape[2:], window, steps, edges, (1, 1)))
    attributes: Attributes = (("kernel_shape", window), ("strides", steps), ("pads", edges))
    name = {"avg": "AveragePool", "max": "MaxPool"}
    return Applied(_chosen(name, of), (Operand(shape),), result, attributes)


@remembered
def global_pool(ifmap: Shape, *, of: Literal["avg", "max"] = "avg") -> Applied:
    """Return a pooling over the whole of each map."""
    shape = maps_of(ifmap)
    name = {"avg": "GlobalAveragePool", "max": "GlobalMaxPool"}
    return Applied(_chosen(name, of), (Operand(shape),), (*shape[:2], 1, 1))


@remembered
def elementwise(operator: str, *shapes: Shape) -> Applied:
    """Return an elementwise operator on activations, which are broadcast."""
    operands = tuple(Operand(shape_of(shape)) for shape in shapes)
    if not operands:
        raise ValueError("elementwise: at least one shape, got none")
    return Applied(operator, operands, broadcast(*(own.shape for own in operands)))


@remembered
def scaled(shape: Shape) -> Applied:
    """Return a product with one constant number."""
    own = shape_of(shape)
    return Applied("Mul", (Operand(own), Operand((1,), constant=True)), own)


@remembered
def norm(shape: Shape, operator: str = NORM) -> Applied:
    """Return a normalisation with its constants."""
    own = shape_of(shape)
    operands: tuple[Operand, ...] = (Operand(own),)
    if operator == NORM:
        operands = normalised(own)
    elif operator == "LayerNormalization":
        operands += (Operand((own[-1],), constant=True),) * 2
    return Applied(operator, operands, own)


@remembered
def concat(*shapes: Shape, axis: int = 1) -> Applied:
    """Return a concatenation along an axis."""
    parts = [shape_of(shape) for shape in shapes]
    if not parts or not 0 <= axis < len(parts[0]):
        raise ValueError(f"concat: shapes that have the axis {axis}, got {shapes}")
    if len({(len(part), part[:axis], part[axis + 1 :]) for part in parts}) != 1:
        raise ValueError(f"concat: equal shapes but for axis {axis}, got {shapes}")
    along = total_count(part[axis] for part in parts) or 0
    result = (*parts[0][:axis], along, *parts[0][axis + 1 :])
    return Applied("Concat", tuple(Operand(part) for part in parts), result, (("axis", axis),))


@remembered
def view(shape: Shape, operator: str = "Flatten") -> Applied:
    """Return a view: the same bytes, laid flat or under another name."""
    own = shape_of(shape)
    if operator not in VIEWS:
        raise ValueError(f"view: one of {', '.join(sorted(VIEWS))}, got {operator!r}")
    return Applied(operator, (Operand(own),), after(operator, own))


def _chosen(names: dict[str, str], of: str) -> str:
    if of not in names:
        raise ValueError(f"pooling: one of {', '.join(names)}, got {of!r}")
    return names[of]
