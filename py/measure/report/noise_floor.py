"""How far off even a perfect function of the sizes would be: from rows measured more than once.

Rows of the same sizes have one prediction, so they can't all be hit. For measurements y of one
workload, the prediction c with the least sum of (c / y - 1)^2 is sum(1 / y) / sum(1 / y^2). Over
all workloads measured more than once, these least sums over the degrees of freedom (a workload's
rows less one, because c was taken from them) are the square of the RMSPE that noise alone makes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from py.measure.fit.errors_of_fit import rmspe
from py.measure.table.row import Row
from py.platforms.measured.workload import Workload

_MOST_VALUES = 12
_UNTOLD = frozenset({"notes", "source"})


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """``workloads`` measured more than once, in ``rows`` rows, and the RMSPE that noise makes.

    ``ours`` is the RMSPE of the fit on these rows. ``differing`` are columns with few values in
    which rows of the same sizes differ: that much of the noise may be theirs.
    """

    workloads: int
    rows: int
    rmspe: float
    ours: float
    differing: tuple[str, ...]


def least_sum(measured: Sequence[float]) -> float:
    """Return the least sum of squared relative errors that one prediction for all of them has."""
    inverse = math.fsum(1 / value for value in measured)
    squares = math.fsum(1 / (value * value) for value in measured)
    best = inverse / squares
    return math.fsum((best / value - 1) ** 2 for value in measured)


def noise_floor(
    works: Sequence[Workload],
    rows: Sequence[Row],
    measured: Sequence[float],
    predicted: Sequence[float],
) -> NoiseFloor | None:
    """Return the noise floor of rows; None where no workload was measured more than once."""
    places: dict[Workload, list[int]] = {}
    for place, work in enumerate(works):
        places.setdefault(work, []).append(place)
    repeated = [found for found in places.values() if len(found) > 1]
    if not repeated:
        return None
    sums = [least_sum([measured[place] for place in found]) for found in repeated]
    every = [place for found in repeated for place in found]
    return NoiseFloor(
        workloads=len(repeated),
        rows=len(every),
        rmspe=math.sqrt(math.fsum(sums) / (len(every) - len(repeated))),
        ours=rmspe([predicted[place] for place in every], [measured[place] for place in every]),
        differing=_differing(rows, repeated),
    )


def _differing(rows: Sequence[Row], repeated: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """Return the columns with a few values, more than one of them within a workload's rows."""
    names = sorted({name for row in rows for name in row.others} - _UNTOLD)
    return tuple(
        name
        for name in names
        if len({row.others.get(name, "") for row in rows}) <= _MOST_VALUES
        and any(
            len({rows[place].others.get(name, "") for place in found}) > 1 for found in repeated
        )
    )
