"""The same elements, mostly under another shape: Reshape, Flatten, Squeeze, Unsqueeze, Identity."""

from math import prod

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.file.initializer import MAX_RANK
from py.graph.rules.constants import length_of
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis, show
from py.graph.tensor_type import TensorType, elements_of


def _with_shape(data: Fact, shape: Shape | None) -> Fact:
    return Fact(TensorType(data.dtype, shape), data.values, data.payload)


@rule("Identity")
def _identity(site: Site) -> list[Fact]:
    return [site.need(0)]


@rule("Dropout")
def _dropout(site: Site) -> list[Fact]:
    data = kept = site.need(0)
    training = site.given(2)
    if training is not None and training.integer() != 0:
        kept = fact(data.dtype, data.shape)  # elements are dropped at random
    # Before opset 10 the mask had the type of the data.
    return [kept, fact("bool" if site.opset >= 10 else data.dtype, data.shape)]


@rule("Reshape")
def _reshape(site: Site) -> list[Fact]:
    data = site.need(0)
    given, target = site.integers_from("shape", 1)
    if not given:
        raise MismatchError("the new shape is missing")
    if target is None:
        count = length_of(site.shape(1))
        unknown = None if count is None or count > MAX_RANK else (None,) * count
        return [fact(data.dtype, unknown)]
    if len(target) > MAX_RANK:
        raise MismatchError(f"a shape of {len(target):,} dimensions")
    keeps_zero = bool(site.node.integer("allowzero", 0))
    return [_with_shape(data, reshaped(data.shape, target, keeps_zero))]


def reshaped(shape: Shape | None, target: Shape, keeps_zero: bool) -> Shape:
    """Return the target with 0 (copy, unless ``keeps_zero``) and -1 (what is left) filled in."""
    result: list[Dimension] = []
    free: int | None = None
    for axis, size in enumerate(target):
        if size == -1:
            if free is not None:
                raise MismatchError(f"the new shape {show(target)} has more than one -1")
            free = axis
            result.append(None)
        elif size == 0 and not keeps_zero:
            if shape is not None and axis >= len(shape):
                raise MismatchError(
                    f"the new shape {show(target)} copies dimension {axis} of "
                    f"{show(shape)}, which has none"
                )
            result.append(None if shape is None else shape[axis])
        elif size is not None and size < -1:
            raise MismatchError(f"the new shape {show(target)} has a negative dimension")
        else:
            result.append(size)
    if shape is None:
        return tuple(result)
    if free is not None:
        result[free] = _left_over(shape, result, free, target)
        return tuple(result)
    _fill_one(shape, result)
    before, after = elements_of(shape), elements_of(result)
    if before is not None and after is not None and before != after:
        raise MismatchError(
            f"{before:,} elements of shape {show(shape)} do not make {after:,} of shape "
            f"{show(tuple(result))}"
        )
    return tuple(result)


def _left_over(shape: Shape, result: list[Dimension], free: int, target: Shape) -> Dimension:
    """Return the size that -1 stands for; unknown dimensions that are copied cancel out."""
    copied = {axis for axis, size in enumerate(target) if size == 0 and result[axis] is None}
    whole = elements_of(d for axis, d in enumerate(shape) if axis not in copied)
    part = elements_of(d for axis, d in enumerate(result) if axis not in copied | {free})
    if whole is None or part is None:
        return None
    if part == 0:
        return 0 if whole == 0 else None
    if whole % part:
        raise MismatchError(f"{whole:,} elements of shape {show(shape)} do not fill {show(target)}")
    return whole // part


def _fill_one(shape: Shape, result: list[Dimension]) -> None:
    """Work out a single unknown dimension of the result where the number of elements is known."""
    whole = elements_of(shape)
    if whole is not None and result.count(None) == 1:
        part = prod(d for d in result if d is not None)
        if part and whole % part == 0:
            result[result.index(None)] = whole // part


@rule("Flatten")
def _flatten(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, (None, None))]
    axis = site.node.integer("axis", 1)
    if not -len(data.shape) <= axis <= len(data.shape):
        raise MismatchError(f"axis {axis} is outside of a tensor of {len(data.shape)} dimensions")
    axis = axis + len(data.shape) if axis < 0 else axis
    shape = (elements_of(data.shape[:axis]), elements_of(data.shape[axis:]))
    return [_with_shape(data, shape)]


@rule("Unsqueeze")
def _unsqueeze(site: Site) -> list[Fact]:
    data = site.need(0)
    given, axes = site.integers_from("axes", 1)
    if not given:
        raise MismatchError("the axes are missing")
    if data.shape is None:
        return [fact(data.dtype, None)]
    if axes is None:
        count = length_of(site.shape(1))
        axes = None if count is None or count > MAX_RANK else (None,) * count
    if axes is None:
        return [fact(data.dtype, None)]
    rank = len(data.shape) + len(axes)
    if rank > MAX_RANK:
        raise MismatchError(f"a result of {rank:,} dimensions")
    if None in axes:
        return [fact(data.dtype, (None,) * rank)]
    places = {normal_axis(axis, rank) for axis in axes if axis is not None}
    if len(places) != len(axes):
        raise MismatchError(f"axes {list(axes)} name one axis twice")
    rest = iter(data.shape)
    return [_with_shape(data, tuple(1 if i in places else next(rest) for i in range(rank)))]


@rule("Squeeze")
def _squeeze(site: Site) -> list[Fact]:
    data = site.need(0)
    given, axes = site.integers_from("axes", 1)
    if data.shape is None:
        return [fact(data.dtype, None)]
    if given and (axes is None or None in axes):
        count = length_of(site.shape(1)) if site.has(1) else None
        left = len(data.shape) - count if count else None
        return [fact(data.dtype, None if left is None or left < 0 else (None,) * left)]
    if not given or not axes:  # an empty list is as good as none, as the kernels have it
        if None in data.shape:
            return [fact(data.dtype, None)]
        return [_with_shape(data, tuple(size for size in data.shape if size != 1))]
    places = {normal_axis(axis, len(data.shape)) for axis in axes or () if axis is not None}
    for place in places:
        if data.shape[place] not in (1, None):
            raise MismatchError(f"axis {place} of {show(data.shape)} is not 1")
    kept = tuple(size for place, size in enumerate(data.shape) if place not in places)
    return [_with_shape(data, kept)]
