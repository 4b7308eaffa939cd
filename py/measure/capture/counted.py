"""What our own engine counts of a shape: macs, operations, elements."""

from py.errors import JoulegraphError
from py.measure.plans.shape import Shape
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.workload import Workload

_COLUMNS = ("macs", "ops", "ifmap_elements", "weight_elements", "ofmap_elements")


def workload_of(shape: Shape) -> Workload | None:
    """Return what a shape computes; None for a network, and where sizes make no layer."""
    try:
        row = Row(
            *(shape.op, shape.batch, shape.cin, shape.h, shape.w, shape.cout, shape.kh, shape.kw),
            *(shape.stride, shape.pad, shape.groups, shape.dtype),
        )
        return workload_of_row(row)
    except (JoulegraphError, ValueError):
        return None


def counted_cells(shape: Shape) -> dict[str, str]:
    """Return the counts of a shape as cells, blank where they are not known."""
    work = workload_of(shape)
    return {name: "" if work is None else str(getattr(work, name)) for name in _COLUMNS}
