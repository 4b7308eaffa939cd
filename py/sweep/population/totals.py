"""The totals of candidates as arrays, and what each layer adds to them."""

from dataclasses import dataclass, fields
from math import isnan, nan

import numpy as np

from py.layers import Layer
from py.sweep.population.distinct import Distinct
from py.sweep.population.exact import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """What candidates cost, an array each, in their order; NaN where it is not known.

    Energies in joules and in MAC energies, times in seconds, for the whole batch; ``low`` and
    ``high`` are the ends of the interval of level 0.8, combined by ``rule``. ``macs`` and
    ``parameters`` are whole numbers. ``covered_share`` is the part of the MACs that has an
    estimate. ``unpriced`` are the distinct layers without one, and why.
    """

    energy_j: Floats
    energy_low_j: Floats
    energy_high_j: Floats
    time_s: Floats
    time_low_s: Floats
    time_high_s: Floats
    energy_macs: Floats
    macs: Floats
    parameters: Floats
    covered_share: Floats
    rule: str | None = None
    unpriced: tuple[tuple[Layer, str], ...] = ()

    def __len__(self) -> int:
        return len(self.macs)

    @property
    def power_w(self) -> Floats:
        """The mean power, NaN where energy or time is not known or there is no time."""
        time_s = np.where(self.time_s > 0, self.time_s, nan)
        power: Floats = self.energy_j / time_s
        return power


EMPTY = Distinct(0.0, 0.0, "nothing")
ARRAYS = [*(field.name for field in fields(Costs) if field.type in (Floats, "Floats")), "timed"]
_AT = {name: place for place, name in enumerate(ARRAYS)}
TIMED = _AT["timed"]
LOW = [_AT["energy_low_j"], _AT["time_low_s"]]
HIGH = [_AT["energy_high_j"], _AT["time_high_s"]]
ENDS = [*LOW, *HIGH]
_WORTH = [_AT["energy_j"], _AT["energy_macs"], _AT["time_s"]]


def columns_of(distinct: list[Distinct]) -> Floats:
    """Return what layers add to each sum, a row each, and one of zeros for no layer.

    Energy in both units, time, MACs, parameters; layers with an estimate, those that take time;
    MACs with an estimate, and without.
    """
    rows = []
    for own in (*distinct, EMPTY):
        modelled = own.reason is None
        covered = 0.0 if isnan(own.macs) else own.macs
        rows.append(
            (
                *(own.energy_j, own.energy_macs, own.time_s, own.macs, own.parameters),
                *(float(modelled), float(modelled and own.time_s > 0)),
                *((covered, 0.0) if modelled else (0.0, own.macs)),
            )
        )
    return np.array(rows)


def write_totals(rows: Floats, added: Floats) -> None:
    """Write what was added up in the columns of costs."""
    *worth, macs, parameters, modelled, timed, covered, missing = added.T
    for place, value in zip(_WORTH, worth, strict=True):
        rows[:, place] = np.where(modelled > 0, value, nan)  # of nothing the sum is unknown, not 0
    every = covered + missing
    rows[:, _AT["macs"]] = macs
    rows[:, _AT["parameters"]] = parameters
    nothing = np.where(every == 0, 1.0, every)
    rows[:, _AT["covered_share"]] = np.where(every == 0, 1.0, covered / nothing)
    rows[:, TIMED] = timed
