"""An operator applied to tensors of given shapes, and the layer that it leads.

The functions take the shapes of the tensors that are read, the batch first, work out the shape of
the result, and raise ValueError for what can't be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Literal, ParamSpec, TypeVar, cast

from py.layers import Layer
from py.quantities import total_count
from py.sweep.population.operators import Attributes, Counted, Operand, Shape, counted, shape_of

Then = tuple[str, ...]
Sides = int | tuple[int, int]
Edges = int | tuple[int, int, int, int]
VIEWS = frozenset({"Flatten", "Identity", "Dropout"})
NORM = "BatchNormalization"
_NORM_CONSTANTS = 4
"""Scale, shift, mean and variance of each channel."""
_RANK_OF_MAPS = 4
_CACHED = 65_536
P = ParamSpec("P")
R = TypeVar("R")


def _remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that makes the same only once, and keeps the types of its arguments."""
    return cast(Callable[P, R], lru_cache(_CACHED)(function))


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """An operator of the ONNX standard with its operands, each tensor once, and its result.

    The functions here make one for all that ask the same; so it is told from others by identity,
    which is what makes drawing a million networks cheap.
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


@_remembered
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
    shape, window, edges = _maps(ifmap), _pair(kernel), _edges(padding)
    steps, apart = _pair(stride), _pair(dilation)
    if groups < 1 or filters < 1 or shape[1] % groups or filters % groups:
        raise ValueError(f"conv: groups that divide {shape[1]} and {filters}, got {groups}")
    operands = [Operand(shape), Operand((filters, shape[1] // groups, *window), constant=True)]
    if bias:
        operands.append(Operand((filters,), constant=True))
    attributes: Attributes = (
        *(("group", groups), ("strides", steps), ("dilations", apart), ("pads", edges)),
    )
    result = (shape[0], filters, *_outputs(shape[2:], window, steps, edges, apart))
    return Applied("Conv", tuple(operands), result, attributes)


@_remembered
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


@_remembered
def matmul(left: Shape, right: Shape) -> Applied:
    """Return a product of two activations, (…, rows, inputs) by (…, inputs, outputs)."""
    first, second = shape_of(left), shape_of(right)
    if min(len(first), len(second)) < 2 or first[-1] != second[-2]:
        raise ValueError(f"matmul: (…, rows, inputs) by (…, inputs, outputs), got {left}, {right}")
    stacked = broadcast(first[:-2], second[:-2])
    result = (*stacked, first[-2], second[-1])
    return Applied("MatMul", (Operand(first), Operand(second)), result)


@_remembered
def pool(
    ifmap: Shape,
    kernel: Sides,
    *,
    of: Literal["avg", "max"] = "max",
    stride: Sides = 1,
    padding: Edges = 0,
) -> Applied:
    """Return a pooling of windows."""
    shape, window, steps, edges = _maps(ifmap), _pair(kernel), _pair(stride), _edges(padding)
    result = (*shape[:2], *_outputs(shape[2:], window, steps, edges, (1, 1)))
    attributes: Attributes = (("kernel_shape", window), ("strides", steps), ("pads", edges))
    name = {"avg": "AveragePool", "max": "MaxPool"}
    return Applied(_chosen(name, of), (Operand(shape),), result, attributes)


@_remembered
def global_pool(ifmap: Shape, *, of: Literal["avg", "max"] = "avg") -> Applied:
    """Return a pooling over the whole of each map."""
    shape = _maps(ifmap)
    name = {"avg": "GlobalAveragePool", "max": "GlobalMaxPool"}
    return Applied(_chosen(name, of), (Operand(shape),), (*shape[:2], 1, 1))


@_remembered
def elementwise(operator: str, *shapes: Shape) -> Applied:
    """Return an elementwise operator on activations, which are broadcast."""
    operands = tuple(Operand(shape_of(shape)) for shape in shapes)
    if not operands:
        raise ValueError("elementwise: at least one shape, got none")
    return Applied(operator, operands, broadcast(*(own.shape for own in operands)))


@_remembered
def scaled(shape: Shape) -> Applied:
    """Return a product with one constant number."""
    own = shape_of(shape)
    return Applied("Mul", (Operand(own), Operand((1,), constant=True)), own)


@_remembered
def norm(shape: Shape, operator: str = NORM) -> Applied:
    """Return a normalisation with its constants."""
    own = shape_of(shape)
    operands = [Operand(own)]
    if operator == NORM:
        operands += [Operand((own[min(1, len(own) - 1)],), constant=True)] * _NORM_CONSTANTS
    elif operator == "LayerNormalization":
        operands += [Operand((own[-1],), constant=True)] * 2
    return Applied(operator, tuple(operands), own)


@_remembered
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


@_remembered
def view(shape: Shape, operator: str = "Flatten") -> Applied:
    """Return a view: the same bytes, laid flat or under another name."""
    own = shape_of(shape)
    if operator not in VIEWS:
        raise ValueError(f"view: one of {', '.join(sorted(VIEWS))}, got {operator!r}")
    return Applied(operator, (Operand(own),), after(operator, own))


@_remembered
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
        constants = norm(shape).operands
        return counted(operator, constants, shape, (), dtype)
    found = counted(operator, (Operand(shape),), after(operator, shape), (), dtype)
    if found.work.is_view:
        return found
    if found.work.kind != "elementwise" or lead.work.kind == "movement":
        raise ValueError(f"then: what a {lead.work.kind} layer takes in, got {operator!r}")
    return found


def after(operator: str, shape: Shape) -> Shape:
    """Return the shape that an operator of one operand leaves."""
    return (shape[0], prod(shape[1:])) if operator == "Flatten" else shape


def broadcast(*shapes: Shape) -> Shape:
    """Return the shape that operands have together, as numpy broadcasts them."""
    rank = max(len(shape) for shape in shapes)
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    result = []
    for sizes in zip(*padded, strict=True):
        others = {size for size in sizes if size != 1}
        if len(others) > 1:
            raise ValueError(f"shapes: such as can be broadcast, got {shapes}")
        result.append(others.pop() if others else 1)
    return tuple(result)


def channels_of(ifmap: Shape) -> int:
    """Return the channels of maps."""
    return _maps(ifmap)[1]


def _chosen(names: dict[str, str], of: str) -> str:
    if of not in names:
        raise ValueError(f"pooling: one of {', '.join(names)}, got {of!r}")
    return names[of]


def _edges(padding: Edges) -> tuple[int, int, int, int]:
    """Return padding as (top, left, bottom, right)."""
    edges = (padding,) * 4 if isinstance(padding, int) else padding
    if len(edges) != 4 or min(edges) < 0:
        raise ValueError(f"padding: a number from 0 or four of them, got {padding!r}")
    return edges


def _maps(given: Shape) -> Shape:
    shape = shape_of(given)
    if len(shape) != _RANK_OF_MAPS:
        raise ValueError(f"ifmap: (images, channels, rows, columns), got {given!r}")
    return shape


def _pair(given: Sides) -> tuple[int, int]:
    rows, columns = (given, given) if isinstance(given, int) else given
    if min(rows, columns) < 1:
        raise ValueError(f"sides: from 1, got {given!r}")
    return rows, columns


def _outputs(
    sizes: Shape,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int, int, int],
    dilation: tuple[int, int],
) -> tuple[int, int]:
    """Return the rows and columns of what a window leaves."""
    found = []
    for axis in (0, 1):
        taps = (kernel[axis] - 1) * dilation[axis] + 1
        room = sizes[axis] + padding[axis] + padding[axis + 2] - taps
        if room < 0:
            raise ValueError(f"window: within the padded maps, got {kernel} on {sizes}")
        found.append(room // stride[axis] + 1)
    return found[0], found[1]
