"""Elements put in other places, chosen, or made of nothing."""

from dataclasses import replace

from py.graph.fact import Fact, Shape, fact, limited
from py.graph.rules.microsoft.dimension import plus, positive, ranked, times
from py.graph.rules.microsoft.standard import MICROSOFT, as_standard
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis
from py.graph.tensor_type import TensorType


@rule("Pad GatherND", MICROSOFT)
def _as_in_the_standard(site: Site) -> list[Fact]:
    return as_standard(site, site.node.op)


@rule("Range", MICROSOFT)
def _range(site: Site) -> list[Fact]:
    one = Fact(TensorType(site.dtype(0), ()), (1,))
    start, limit, delta = (site.need(0), site.need(1), site.given(2) or one)
    return as_standard(site, "Range", (start, limit, delta))


@rule("ExpandDims", MICROSOFT)
def _expand_dims(site: Site) -> list[Fact]:
    data, axis = site.need(0), site.need(1).integer()
    if data.shape is None:
        return [fact(data.dtype, None)]
    if axis is None:
        return [fact(data.dtype, (None,) * (len(data.shape) + 1))]
    place = normal_axis(axis, len(data.shape) + 1)
    shape = (*data.shape[:place], 1, *data.shape[place:])
    return [replace(data, type=TensorType(data.dtype, shape))]


@rule("UnfoldTensor", MICROSOFT)
def _unfold(site: Site) -> list[Fact]:
    data, size, step = site.need(0), positive(site, "size"), site.node.integer("step", 1)
    if data.shape is None:
        return [fact(data.dtype, None)]
    axis = normal_axis(site.node.integer("dim", -1), len(data.shape))
    whole = data.shape[axis]
    if step < 1 or (whole is not None and whole < size):
        raise MismatchError(f"slices of {size}, {step} apart, of a dimension of {whole}")
    count = None if whole is None else (whole - size) // step + 1
    return [fact(data.dtype, (*data.shape[:axis], count, *data.shape[axis + 1 :], size))]


@rule("Unique", MICROSOFT)
def _unique(site: Site) -> list[Fact]:
    shape = ranked(site.shape(0), 1)
    most = (None,) if shape is None else shape
    return [
        limited(site.dtype(0), (None,), most),
        fact("int64", most),
        limited("int64", (None,), most),
    ]


@rule("CropAndResize", MICROSOFT)
def _crop_and_resize(site: Site) -> list[Fact]:
    data, regions, sizes = ranked(site.shape(0), 4), site.shape(1), site.need(3).integers()
    if sizes is None:
        sizes = (None, None)
    if len(sizes) != 2 or any(size is not None and size < 1 for size in sizes):
        raise MismatchError(f"the size of the crops should be two numbers, got {list(sizes)}")
    channels = None if data is None else data[1]
    return [fact(site.dtype(0), (regions[0] if regions else None, channels, *sizes))]


@rule("GridSample", MICROSOFT)
def _grid_sample(site: Site) -> list[Fact]:
    data, grid = ranked(site.shape(0), 4), ranked(site.shape(1), 4)
    batch, channels = data[:2] if data else (None, None)
    return [fact(site.dtype(0), (batch, channels, *(grid[1:3] if grid else (None, None))))]


@rule("RemovePadding", MICROSOFT)
def _remove_padding(site: Site) -> list[Fact]:
    """(batch, sequence, hidden) becomes (tokens, hidden), as many as are not padding."""
    shape, dtype, counts = ranked(site.shape(0), 3), site.dtype(0), site.dtype(1)
    batch, sequence, hidden = shape or (None, None, None)
    tokens: Shape = (None, hidden)
    return [
        limited(dtype, tokens, (times(batch, sequence), hidden)),
        fact(counts, (batch, sequence)),
        fact(counts, (plus(batch, 1),)),
        fact(counts, (1,)),
    ]


@rule("RestorePadding", MICROSOFT)
def _restore_padding(site: Site) -> list[Fact]:
    tokens, offsets = ranked(site.shape(0), 2), ranked(site.shape(1), 2)
    hidden = None if tokens is None else tokens[1]
    return [fact(site.dtype(0), (*(offsets or (None, None)), hidden))]


@rule("DynamicTimeWarping", MICROSOFT)
def _dynamic_time_warping(site: Site) -> list[Fact]:
    # A path from corner to corner of M by N: at least the longer side, less than both.
    shape = ranked(site.shape(0), 2, 3)
    most = None if shape is None else plus(shape[-2], shape[-1], -1)
    return [limited("int32", (2, None), (2, most))]


@rule("CDist", MICROSOFT)
def _distances(site: Site) -> list[Fact]:
    a, b = ranked(site.shape(0), 2), ranked(site.shape(1), 2)
    return [fact(site.dtype(0), (a[0] if a else None, b[0] if b else None))]
