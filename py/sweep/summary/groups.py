"""Rows that differ in their model alone: a platform at a point of the grid."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from py.breakdown.basis import JOULES, MAC_ENERGIES, TIME, Basis
from py.breakdown.quantity import with_unit
from py.sweep.summary.collected import AXES, Collected, Floats, Places
from py.sweep.summary.keys import Keys, combined

_COLUMNS: Mapping[Basis, str] = {
    JOULES: "per_inference_energy_j",
    MAC_ENERGIES: "energy_macs",
    TIME: "per_inference_time_s",
}
_WORDS = {"clock_hz": "clock", "dims": "sizes", "zeros": "zero fractions"}


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """What one inference of each row costs on a platform, by what is known there.

    That is joules where any row has them, else MAC energies, else seconds.
    """

    basis: Basis
    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Rows of a platform: ``ranked`` have a known cost, ``whole`` also got an estimate of all.

    ``point`` is where in the grid they are, empty where there is but one point, and None where no
    two rows are at the same point, so that all of a platform are one group. ``axes`` are those of
    which the platform has several values.
    """

    platform: str
    point: str | None
    costs: Costs
    ranked: Places
    whole: Places
    axes: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"{self.platform}, {self.point}" if self.point else self.platform

    def positive(self, collected: Collected) -> Places:
        """Return the rows that have MACs and cost something: those that have logarithms."""
        return self.whole[(collected.macs[self.whole] > 0) & (self.costs.values[self.whole] > 0)]


def groups_of(collected: Collected) -> tuple[Group, ...]:
    """Return the groups by platform, then by point; those without any row of known cost too."""
    whole = collected.of_status("ok")
    some = whole | collected.of_status("partial")
    platforms = collected.texts["platform"]
    found: list[Group] = []
    for code, name in enumerate(platforms.values):
        own = np.flatnonzero(platforms.codes == code)
        costs = costs_of(collected, own)
        known = own[some[own] & np.isfinite(costs.values[own])]
        varying = varying_axes(collected, known)
        keys = combined([collected.texts[axis].sized for axis in varying], collected.count)[known]
        points, each = np.unique(keys, return_counts=True)
        together = len(points) > 1 and int(each.max()) < 2
        split = [known] if together or not len(points) else _split(known, keys)
        for places in split:
            point = None if together else point_of(collected, varying, places)
            found.append(Group(str(name), point, costs, places, places[whole[places]], varying))
    return tuple(found)


def _split(places: Places, keys: Keys) -> list[Places]:
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    return np.split(places[order], cuts)


def costs_of(collected: Collected, own: Places) -> Costs:
    """Return the costs of one inference on the platform that these rows are of."""
    for basis, column in _COLUMNS.items():
        if bool(np.isfinite(collected.numbers[column][own]).any()):
            return Costs(basis, collected.numbers[column])
    return Costs(JOULES, collected.numbers[_COLUMNS[JOULES]])


def varying_axes(collected: Collected, places: Places) -> tuple[str, ...]:
    """Return the axes of the grid of which these rows have more than one value."""
    found = []
    for axis in AXES:
        codes = collected.texts[axis].codes[places]
        if len(codes) and int(codes.min()) < int(codes.max()):
            found.append(axis)
    return tuple(found)


def point_of(collected: Collected, axes: tuple[str, ...], places: Places) -> str:
    """Return what rows of one point have of these axes, in words: ``batch 4, bits 8``."""
    if not len(places):
        return ""
    said = [value_in_words(axis, collected.texts[axis].at(int(places[0]))) for axis in axes]
    return ", ".join(
        f"{axis_in_words(axis)} {value}" for axis, value in zip(axes, said, strict=True)
    )


def axis_in_words(axis: str) -> str:
    """Return what an axis of the grid is called."""
    return _WORDS.get(axis, axis)


def value_in_words(axis: str, value: str | int | float | None) -> str:
    """Return a value of an axis; where none was asked for, that it is as it comes."""
    if value is None:
        return "as given"
    if axis == "clock_hz" and isinstance(value, int | float):
        number, _, unit = with_unit(value, "Hz").partition(" ")
        return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {unit}"
    return f"{value:g}" if isinstance(value, float) else str(value)
