"""The measured rows of one kind of layer and one pair of widths."""

import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from py.measure.fit.choice import Choice, Key, Places, rows_at
from py.measure.table.others import Others
from py.measure.table.reasons import Reasons
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.features import feature
from py.platforms.measured.workload import Workload

Floats = NDArray[np.float64]

_CONVOLUTION = ("batch", "groups", "cin", "cout", "kernel", "stride", "in_side", "macs")
_PRODUCT = ("batch", "groups", "cin", "cout", "macs")
_RANGED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("conv", "grouped", "depthwise"), _CONVOLUTION),
    **dict.fromkeys(("dense", "matmul"), _PRODUCT),
    "pool": ("batch", "cin", "kernel", "stride", "in_side", "ops"),
}
_BY_COUNTS = ("macs", "ops", "bytes")
_ROWS_OF_A_WINDOW = 30
_FIXABLE = ("kh", "kw", "stride")
"""Of features that never varied, those about which a model says nothing at other values."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Workloads with their measured times, and powers where known (else NaN)."""

    kind: str
    dtype: str
    works: tuple[Workload, ...]
    time_s: Floats
    power_w: Floats
    rows: tuple[Row, ...]

    @property
    def ranged(self) -> tuple[str, ...]:
        """Return the features by which a layer lies inside of what was measured, or outside."""
        return _RANGED.get(self.kind, _BY_COUNTS)

    @property
    def work_name(self) -> str:
        """Return the feature that says how much work a layer is: MACs, window reads or bytes."""
        return "ops" if self.kind == "pool" else ("macs" if self.kind in _RANGED else "bytes")

    def feature(self, name: str) -> Floats:
        """Return a feature of each workload."""
        return np.array([feature(name, work) for work in self.works])

    def ranges(self) -> dict[str, list[float]]:
        """Return the least and the most of each feature."""
        names = (*self.ranged, "clock_hz") if self.clocked else self.ranged
        return {name: _ends(self.feature(name)) for name in names}

    def fixed(self) -> dict[str, float]:
        """Return the window and the stride where all rows have the same."""
        if self.kind not in _RANGED or self.kind in ("dense", "matmul"):
            return {}
        ends = {name: _ends(self.feature(name)) for name in _FIXABLE}
        return {name: low for name, (low, high) in ends.items() if low == high}

    def constant(self) -> frozenset[str]:
        """Return the features of which all rows have the same."""
        names = (*self.ranged, "images", "in_side", "out_side")
        return frozenset(name for name in names if len(set(self.feature(name))) == 1)

    def windows(self) -> list[int]:
        """Return the sides of windows that enough rows have."""
        sides = Counter(round(math.sqrt(work.kh * work.kw)) for work in self.works)
        return sorted(side for side, rows in sides.items() if rows >= _ROWS_OF_A_WINDOW)

    @property
    def clocked(self) -> bool:
        """Say whether the rows' clock varied, and each states it."""
        clocks = {work.clock_hz for work in self.works}
        return len(clocks) > 1 and min(clocks) > 0

    @property
    def clock_hz(self) -> float | None:
        """Return the highest clock where it varied: that of layers that state none."""
        return max(work.clock_hz for work in self.works) if self.clocked else None

    def part(self, places: NDArray[np.intp]) -> "Samples":
        """Return some of the samples."""
        return Samples(
            self.kind,
            self.dtype,
            tuple(self.works[place] for place in places),
            self.time_s[places],
            self.power_w[places],
            tuple(self.rows[place] for place in places),
        )


def _ends(values: Floats) -> list[float]:
    return [float(f"{values.min():.12g}"), float(f"{values.max():.12g}")]


def samples_of(rows: Iterable[Row]) -> tuple[dict[Key, Samples], Reasons]:
    """Return the samples by kind and widths, and why the other rows are left out.

    Rows are of layers, and are gone through twice.
    """
    choice = Choice()
    for row in rows:
        choice.see(row)
    return samples_at(rows, choice.taken()), choice.left


def samples_at(rows: Iterable[Row], taken: Mapping[Key, Places]) -> dict[Key, Samples]:
    """Return the samples whose rows are at places in ascending order."""
    places = np.concatenate([np.empty(0, np.int64), *taken.values()])
    groups: dict[Key, list[Row]] = {key: [] for key in taken}
    keys = [key for key, found in taken.items() for _ in found]
    order = np.argsort(places, kind="stable")
    for place, row in zip(order.tolist(), rows_at(rows, places[order]), strict=True):
        groups[keys[place]].append(_packed(row))
    return {key: _samples(key, found) for key, found in groups.items()}


def _samples(key: Key, rows: Sequence[Row]) -> Samples:
    return Samples(
        *key,
        works=tuple(map(workload_of_row, rows)),
        time_s=np.array([row.runtime_s for row in rows], dtype=np.float64),
        power_w=np.array(
            [math.nan if row.power_w is None else row.power_w for row in rows], dtype=np.float64
        ),
        rows=tuple(rows),
    )


def _packed(row: Row) -> Row:
    """Return a row in half of the memory: its further cells as one text, its words shared."""
    others = row.others.packed() if isinstance(row.others, Others) else row.others
    dtype = None if row.dtype is None else sys.intern(row.dtype)
    return replace(row, op=sys.intern(row.op), dtype=dtype, others=others)
