"""What our own engine counts of a shape: macs, operations, elements."""

from py.errors import JoulegraphError
from py.measure.plans.shape import Shape
from py.measure.plans.work import workload_of_shape

_COLUMNS = ("macs", "ops", "ifmap_elements", "weight_elements", "ofmap_elements")


def counted_cells(shape: Shape) -> dict[str, str]:
    """Return the counts of a shape as cells, blank for a network and where they are not known."""
    try:
        work = workload_of_shape(shape)
    except (JoulegraphError, ValueError):
        return dict.fromkeys(_COLUMNS, "")
    return {name: str(getattr(work, name)) for name in _COLUMNS}
