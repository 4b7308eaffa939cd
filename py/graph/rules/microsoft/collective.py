"""What devices that run one model together send each other; seen from one of them."""

from py.graph.fact import Fact, fact
from py.graph.rules.microsoft.dimension import times
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis


@rule("AllReduce AllToAll", MICROSOFT)
def _as_many(site: Site) -> list[Fact]:
    return [fact(site.dtype(index), site.shape(index)) for index in range(len(site.facts))]


@rule("AllGather", MICROSOFT)
def _gathered(site: Site) -> list[Fact]:
    devices = site.node.integer("group_size", 1)
    if devices < 1:
        raise MismatchError(f"a group of {devices} devices")
    results = []
    for index in range(len(site.facts)):
        shape = site.shape(index)
        if shape is not None:
            axis = normal_axis(site.node.integer("axis", 1), len(shape))
            shape = (*shape[:axis], times(shape[axis], devices), *shape[axis + 1 :])
        results.append(fact(site.dtype(index), shape))
    return results
