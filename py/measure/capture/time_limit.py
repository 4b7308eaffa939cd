"""How long a shape may take before the process that measures it counts as hanging."""

from py.errors import JoulegraphError
from py.measure.capture.method import Method
from py.measure.plans.shape import Shape
from py.measure.plans.work import workload_of_shape
from py.measure.table.row import NETWORK

#: Starting a library, finding the fastest kernel and filling tensors, on a slow machine.
_PREPARED_S = 120.0
_NETWORK_S = 900.0
#: A processor without vector instructions: what is slower than this hangs.
_SLOWEST_PER_S = 2e7
#: Forward and backward, over forward alone.
_TRAINING = 3
_MOST_S = 4 * 3600.0


def time_limit_s(shape: Shape, method: Method) -> float:
    """Return a generous limit: a slow machine must never meet it."""
    windows_s = 2 * method.most_warm_up_s + method.most_windows * method.most_window_s
    if shape.op == NETWORK:
        return _NETWORK_S + windows_s
    try:
        work = workload_of_shape(shape)
    except (JoulegraphError, ValueError):
        return _NETWORK_S + windows_s
    elements = work.ifmap_elements + work.weight_elements + work.ofmap_elements
    each_s = (work.macs + work.ops + elements) / _SLOWEST_PER_S
    # A window ends with two runs, however slow; a warm-up has three.
    runs = _TRAINING * (2 * method.most_windows + 3)
    return min(_MOST_S, _PREPARED_S + windows_s + runs * each_s)
