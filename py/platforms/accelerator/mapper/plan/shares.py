"""Which stage pays for which factor of a flow.

A flow's words are a product with a factor for each loop. A factor belongs to the stage whose tiles
(or PEs) it counts. Most flows belong to one stage. Where one belongs to two, X at the outer and Y
at the inner, the product is never below X * least(Y) + least(X) * Y - least(X) * least(Y): so each
stage pays its own part, and what all stages pay lies at or below the energy.
"""

from typing import Literal, NamedTuple

from py.platforms.accelerator.mapper.ask.places import Places
from py.platforms.accelerator.mapper.plan.factors import Counting
from py.platforms.accelerator.nest.dims import REUSED_BY, WINDOWS

How = Literal["tiles", "outer", "pes", "per_pe", "stretch"]


class Share(NamedTuple):
    """A factor of a flow: what a stage counts along a loop, or, of ifmap stretches, a window.

    ``tiles`` of the level, ``outer`` tiles around the array, ``pes`` side by side, ``per_pe``: one
    over the PEs.
    """

    stage: int
    loop: str
    how: How


def shares(tensor: str, counting: Counting, places: Places, long: str) -> tuple[Share, ...]:
    """Return the factors of a flow; those of loops that turn once are left out."""
    found = []
    for dim in REUSED_BY[tensor]:
        if dim in long:
            found += _of_reused(dim, counting, places)
    if tensor == "ifmap":
        stage = places.stage(counting.end)
        if counting.together:
            stage = places.array
        for out, tap in WINDOWS:
            if out in long or tap in long:
                found.append(Share(stage, out, "stretch"))
    return tuple(found)


def _of_reused(dim: str, counting: Counting, places: Places) -> list[Share]:
    counted, array = counting.counted, places.array
    if counting.together and counted > array:
        inner = places.stage(counted)
        if inner == array:
            return [Share(array, dim, "outer")]
        return [Share(array, dim, "per_pe"), Share(inner, dim, "tiles")]
    if counted == array and not (counting.inside and not counting.together):
        return [Share(array, dim, "outer")]
    if counted == array:
        return [Share(array, dim, "tiles")]
    outside = [Share(places.stage(counted), dim, "tiles")] if counted else []
    if counting.together or not counting.inside or counted > array:
        return outside
    return [*outside, Share(array, dim, "pes")]
