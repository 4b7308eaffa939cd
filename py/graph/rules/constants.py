"""Tensors that a node makes of nothing, or of a shape: Constant, ConstantOfShape, Range, random."""

from math import ceil, isfinite, prod

from py.graph.dtype import dtype_of, is_integer
from py.graph.fact import Fact, Shape, Values, fact
from py.graph.file.initializer import MAX_RANK, Initializer
from py.graph.file.payload import MAX_VALUES
from py.graph.rules.arithmetic import settle
from py.graph.rules.indexing import known_shape
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show

_LISTS = {"value_ints": "int64", "value_floats": "float32", "value_strings": "object"}


@rule("Constant")
def _constant(site: Site) -> list[Fact]:
    attributes = site.node.attributes
    tensor = site.node.tensor("value")
    if tensor is not None:
        return [Fact(tensor.type, None, tensor.payload)]
    if "value_int" in attributes:
        return [fact("int64", (), (site.node.integer("value_int", 0),))]
    if "value_float" in attributes:
        return [fact("float32", (), (site.node.number("value_float", 0.0),))]
    if "value_string" in attributes:
        return [fact("object", (), (site.node.text("value_string", ""),))]
    for name, dtype in _LISTS.items():
        if name in attributes:
            attribute = attributes[name]
            values = attribute.value if attribute.kind == name.removeprefix("value_") else None
            return [fact(dtype, (attribute.count,), values)]
    if "sparse_value" in attributes:
        sparse = attributes["sparse_value"].value
        return [Fact(sparse.type) if isinstance(sparse, Initializer) else fact(None, None)]
    raise MismatchError("none of its attributes gives a value")


def shape_from(given: tuple[int | None, ...] | None, rank: int | None) -> Shape | None:
    """Return a shape that is the value of a tensor; ``rank`` where only its length is known."""
    if given is None:
        return None if rank is None or rank > MAX_RANK else (None,) * rank
    if len(given) > MAX_RANK:
        raise MismatchError(f"a shape of {len(given):,} dimensions")
    if any(dimension is not None and dimension < 0 for dimension in given):
        raise MismatchError(f"a shape with a negative dimension: {list(given)}")
    return given


def length_of(shape: Shape | None) -> int | None:
    """Return the length of a list, None where it is not known."""
    return shape[0] if shape is not None and len(shape) == 1 else None


@rule("ConstantOfShape")
def _constant_of_shape(site: Site) -> list[Fact]:
    shape = shape_from(site.need(0).integers(), length_of(site.shape(0)))
    tensor = site.node.tensor("value")
    dtype = "float32" if tensor is None else tensor.type.dtype
    fill: Values = (0.0,)
    if tensor is not None:
        fill = (tensor.payload.values() or (None,))[:1]
    own = known_shape(shape)
    return [fact(dtype, shape, None if own is None else fill * prod(own))]


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
        raise MismatchError("a range with a step of 0")
    if not all(isfinite(number) for number in numbers):
        return [fact(dtype, (None,))]
    if is_integer(dtype):
        count = max(0, int(-((start - limit) // delta)))
    else:
        count = max(0, ceil((limit - start) / delta))
    filled: Values | None = None
    if count <= MAX_VALUES:
        filled = tuple(settle(start + step * delta, dtype) for step in range(count))
    return [fact(dtype, (count,), filled)]


@rule("RandomNormal RandomUniform")
def _random(site: Site) -> list[Fact]:
    shape = site.node.integers("shape")
    return [fact(dtype_of(site.node.integer("dtype", 1)), shape_from(shape, None))]


@rule("Multinomial")
def _multinomial(site: Site) -> list[Fact]:
    shape = site.shape(0)
    if shape is not None and len(shape) != 2:
        raise MismatchError(f"the input should be a matrix, got {show(shape)}")
    rows = None if shape is None else shape[0]
    dtype = dtype_of(site.node.integer("dtype", 6))
    return [fact(dtype, (rows, site.size("sample_size", 1)))]


@rule("RandomNormalLike RandomUniformLike Bernoulli")
def _like(site: Site) -> list[Fact]:
    dtype = dtype_of(site.node.integer("dtype", 0)) or site.dtype(0)
    return [fact(dtype, site.shape(0))]
