"""A result's layers as the blocks of ``py.layers``'s table, with what they cost."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from py.breakdown.basis import Basis
from py.breakdown.result import LayerResult, Result
from py.layers.report.block import Amounts
from py.layers.report.tree import Tree
from py.layers.report.view import Row
from py.platforms.estimate import STATIC, TENSORS, Estimate
from py.platforms.timed import ROLES

WORTH = 0
"""Where among a block's amounts that stands by which layers are ranked: an energy, or a time."""
ENERGY, WITHOUT_ENERGY, TIME, WITHOUT_TIME = 1, 2, 3, 4
"""Where the energy stands, and of how many layers it is unknown; the same of the time."""
LOW, HIGH, WITHOUT_INTERVAL = 5, 6, 7
"""Where the ends of an interval stand (see ``spread_of``), and how many layers have none."""
ESTIMATED, OUTSIDE, PRICED = 8, 9, 10
"""How many layers are from a datasheet, how many out of the range measured, and how many at all."""
_PARTS_AT = 11
SHOWN = (*TENSORS, STATIC, *(role for role in ROLES if role not in TENSORS))
PARTS = {tensor: _PARTS_AT + place for place, tensor in enumerate(SHOWN)}
"""Where what goes into a tensor, into computation, or into something else stands."""
_FIRST = _PARTS_AT + len(SHOWN)
ZEROS = {"ifmap": (_FIRST, _FIRST + 1), "weight": (_FIRST + 2, _FIRST + 3)}
"""Where a tensor's zeros stand, and the elements among which they were counted."""


class Spread(NamedTuple):
    """A quantity that has intervals, the word for it, and their level."""

    name: str
    word: str
    level: float


def tree_of(result: Result, *, repeats: bool = True) -> Tree:
    """Return the blocks of a result's model; energies are in joules where these are known."""
    return Tree(result.model, repeats=repeats, amounts=list(_amounts(result)))


def sums(rows: Sequence[Row]) -> Amounts:
    """Return what rows that are not in each other come to; nothing where none is priced."""
    priced = [row.amounts for row in rows if row.amounts]
    return tuple(math.fsum(column) for column in zip(*priced, strict=True))


def _amounts(result: Result) -> Iterator[Amounts | None]:
    """Yield the amounts of each of the model's layers, None for those without an estimate."""
    basis, spread = result.basis, spread_of(result)
    rows = iter(result.rows)
    row = next(rows, None)
    for layer in result.model.layers:
        own = (layer.name, layer.path, layer.nodes, layer.kind)
        if row is not None and own == (
            *(row.layer.name, row.layer.path, row.layer.nodes, row.layer.kind),
        ):
            yield _amounts_of(basis, spread, row)
            row = next(rows, None)
        else:
            yield None


def _amounts_of(basis: Basis, spread: Spread | None, row: LayerResult) -> Amounts:
    layer, estimate = row.layer, row.estimate
    energy = estimate.energy_macs if estimate.energy_j is None else estimate.energy_j
    time = estimate.time_s
    parts = basis.parts_of(estimate)
    zeros = []
    for share, elements in (
        (layer.zeros.ifmap, layer.ifmap_elements),
        (layer.zeros.weight, layer.weight_elements),
    ):
        known = 0.0 if share is None or not elements else elements * float(layer.runs)
        zeros += [(share or 0.0) * known, known]
    return (
        basis.of(estimate),
        *(energy or 0.0, float(energy is None)),
        *(time or 0.0, float(time is None)),
        *_ends(estimate, spread),
        *(float(estimate.origin == "datasheet"), float(estimate.in_range is False), 1.0),
        *(math.fsum(parts.get(tensor, {}).values()) for tensor in SHOWN),
        *zeros,
    )


def spread_of(result: Result) -> Spread | None:
    """Return the quantity whose intervals a table shows: that by which layers rank, or time."""
    intervals = [row.estimate.interval for row in result.rows]
    known = [interval for interval in intervals if interval is not None]
    for name, word in ((result.basis.name, result.basis.word), ("time_s", "time")):
        if any(interval.of(name) is not None for interval in known):
            return Spread(name, word, known[0].level)
    return None


def _ends(estimate: Estimate, spread: Spread | None) -> tuple[float, float, float]:
    """Return low and high of a quantity, and 1 where it has no interval; no time needs none."""
    if estimate.time_s == 0.0:
        return 0.0, 0.0, 0.0
    interval = estimate.interval
    ends = None if interval is None or spread is None else interval.of(spread.name)
    return (0.0, 0.0, 1.0) if ends is None else (*ends, 0.0)
