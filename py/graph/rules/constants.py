"""Tensors that a node makes of nothing, or of a shape: Constant, ConstantOfShape, Range, random."""

from math import ceil, prod

from py.graph.dtype import dtype_of
from py.graph.fact import Fact, Scalar, Shape, fact
from py.graph.initializer import MAX_RANK
from py.graph.payload import MAX_VALUES
from py.graph.rules.registry import rule
from py.graph.rules.site import Mismatch, Site


@rule("Constant")
def _constant(site: Site) -> list[Fact]:
    attributes = site.node.attributes
    tensor = site.node.tensor("value")
    if tensor is not None:
        return [Fact(tensor.type, None, tensor.payload)]
    for name, dtype in (
        ("value_int", "int64"),
        ("value_float", "float32"),
        ("value_string", "object"),
    ):
        if name in attributes:
            return [fact(dtype, (), (attributes[name].value,))]
    for name, dtype in (
        ("value_ints", "int64"),
        ("value_floats", "float32"),
        ("value_strings", "object"),
    ):
        if name in attributes:
            return [fact(dtype, (attributes[name].count,), attributes[name].value)]
    if "sparse_value" in attributes:
        return [fact(None, None)]
    raise Mismatch("none of its attributes gives a value")


def shape_from(given: tuple[int | None, ...] | None, rank: int | None) -> Shape | None:
    """Return a shape that is the value of a tensor; ``rank`` where only its length is known."""
    if given is None:
        return None if rank is None or rank > MAX_RANK else (None,) * rank
    if len(given) > MAX_RANK:
        raise Mismatch(f"a shape of {len(given):,} dimensions")
    if any(dimension is not None and dimension < 0 for dimension in given):
        raise Mismatch(f"a shape with a negative dimension: {list(given)}")
    return given


def length_of(shape: Shape | None) -> int | None:
    """Return the length of a list, None where it is not known."""
    return shape[0] if shape is not None and len(shape) == 1 else None


@rule("ConstantOfShape")
def _constant_of_shape(site: Site) -> list[Fact]:
    shape = shape_from(site.need(0).integers(), length_of(site.shape(0)))
    dtype, fill = "float32", (0.0,)
    tensor = site.node.tensor("value")
    if tensor is not None:
        dtype = tensor.type.dtype  # type: ignore[assignment]  # None is an unknown type
        fill = tensor.payload.values() or (None,)  # type: ignore[assignment]  # may be integers
    values: tuple[Scalar, ...] | None = None
    if shape is not None and None not in shape:
        count = prod(d for d in shape if d is not None)
        values = tuple(fill[:1]) * count if count <= MAX_VALUES else None
    return [fact(dtype, shape, values)]


@rule("Range")
def _range(site: Site) -> list[Fact]:
    dtype = site.dtype(0)
    numbers = []
    for index in range(3):
        values = site.need(index).read()
        value = values[0] if values is not None and len(values) == 1 else None
        if isinstance(value, (int, float)):
            numbers.append(value)
    if len(numbers) < 3:
        return [fact(dtype, (None,))]
    start, limit, delta = numbers
    if delta == 0:
        raise Mismatch("a range with a step of 0")
    if all(isinstance(number, int) for number in numbers):
        count = max(0, -int((start - limit) // delta))
    else:
        count = max(0, ceil((limit - start) / delta))
    filled = None
    if count <= MAX_VALUES:
        filled = tuple(start + step * delta for step in range(count))
    return [fact(dtype, (count,), filled)]


@rule("RandomNormal", "RandomUniform")
def _random(site: Site) -> list[Fact]:
    shape = site.node.integers("shape")
    return [fact(dtype_of(site.node.integer("dtype", 1)), shape_from(shape, None))]


@rule("RandomNormalLike", "RandomUniformLike", "Bernoulli", "EyeLike")
def _like(site: Site) -> list[Fact]:
    dtype = dtype_of(site.node.integer("dtype", 0)) or site.dtype(0)
    return [fact(dtype, site.shape(0))]
