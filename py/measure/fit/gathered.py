"""What a fit takes of rows, in memory that does not grow with them: they are gone through twice."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from py.measure.fit.choice import Choice, Key, rows_at, spread
from py.measure.fit.samples import Samples, samples_at
from py.measure.table.reasons import Reasons
from py.measure.table.row import Row

MOST_NETWORKS = 200
"""A profile says no more of them."""
_MOST_VALUES = 1_000
_NAMED = ("device", "direction", "software")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a fit takes: ``samples`` by kind and widths, and ``networks``; ``left`` says what not.

    ``layers`` is how many rows of layers there were. ``named`` are the first of these to name a
    device, a direction, a software or a precision: each that any row names, up to a thousand.
    """

    layers: int
    samples: dict[Key, Samples]
    networks: tuple[Row, ...]
    named: tuple[Row, ...]
    left: Reasons


def gathered(rows: Iterable[Row]) -> Gathered:
    """Return what a fit takes of rows, which can be gone through more than once."""
    choice, named = Choice(), _Named()
    layers, networks = 0, array("q")
    for place, row in enumerate(rows):
        if row.is_layer:
            layers += 1
            named.see(row)
            choice.see(row)
            continue
        choice.pass_by()
        if row.is_network:
            networks.append(place)
    taken = choice.taken()
    left = choice.left
    shown = spread(np.array(networks, dtype=np.int64), MOST_NETWORKS)
    if len(shown) < len(networks):
        left.add(f"{len(networks)} rows of networks: a profile has {len(shown)}, spread evenly")
    samples = samples_at(rows, taken)
    return Gathered(
        layers, samples, tuple(rows_at(rows, shown)) if len(shown) else (), named.rows, left
    )


class _Named:
    """Keeps the rows that name what no row before them named."""

    def __init__(self) -> None:
        self._kept: list[Row] = []
        self._values: tuple[set[str], ...] = tuple(set() for _ in (*_NAMED, "dtype"))

    def see(self, row: Row) -> None:
        """See the next row."""
        named = [row.others.get(column, "").strip() for column in _NAMED]
        new = False
        for value, values in zip([*named, row.dtype or ""], self._values, strict=True):
            if value not in values and len(values) < _MOST_VALUES:
                values.add(value)
                new = True
        if new:
            self._kept.append(row)

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(self._kept)
