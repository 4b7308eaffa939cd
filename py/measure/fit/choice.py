"""Which rows of layers a fit takes: all that it can use, or of very many as many as memory bears.

Where there are more than a fit takes, kinds (with the widths of their elements) have the same
number of places each; a kind with fewer rows leaves its places to the others. The rows of a kind
are spread evenly over all of its own.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from py.errors import JoulegraphError
from py.measure.table.reasons import Reasons
from py.measure.table.row import Row
from py.measure.table.row_stream import RowStream
from py.measure.table.row_workload import workload_of_row

Key = tuple[str, str]
Places = NDArray[np.int64]

MOST_OF_A_KIND = 40_000
"""More rows of a kind would not fit a usual memory, and say little more."""
MOST_OF_ALL = 120_000
"""With their workloads, a fifth of a gigabyte."""
_HELD_BACK = frozenset(
    {"hw_slowdown", "hw_thermal_slowdown", "sw_thermal_slowdown", "hw_power_brake"}
)
"""Reasons of throttling that come from heat and faults. A power limit is the device's own way."""
_NONE = 0


class Choice:
    """Sees rows one by one, and then says which of them a fit takes; ``left`` says why not others.

    Of each row it keeps two bytes.
    """

    def __init__(self) -> None:
        self.left = Reasons()
        self._numbers: dict[Key, int] = {}
        self._kinds = array("H")

    def see(self, row: Row) -> None:
        """See the next row of a layer."""
        why = _unusable(row)
        if why is not None:
            self.left.add(f"line {row.line} of {row.file}: {why}")
            self.pass_by()
            return
        try:
            work = workload_of_row(row)
        except JoulegraphError as error:
            self.left.add(error.message)
            self.pass_by()
            return
        key = work.kind, work.dtype
        self._kinds.append(self._numbers.setdefault(key, len(self._numbers) + 1))

    def pass_by(self) -> None:
        """Let the next row be, which is none of a layer."""
        self._kinds.append(_NONE)

    def taken(self) -> Mapping[Key, Places]:
        """Return the places of the rows taken of each kind; say how many were too many."""
        kinds = np.array(self._kinds, dtype=np.uint16)
        places = {key: np.flatnonzero(kinds == number) for key, number in self._numbers.items()}
        most = _fair([len(found) for found in places.values()])
        for key, found in places.items():
            if len(found) > most:
                said = f"{len(found)} rows of {key[0]} ({key[1]})"
                self.left.add(f"{said}: a fit takes {most}, spread evenly")
        return {key: spread(places[key], most) for key in sorted(places)}


def spread(places: Places, most: int) -> Places:
    """Return at most so many places, spread evenly."""
    count = len(places)
    return places if count <= most else places[np.arange(most) * count // most]


def rows_at(rows: Iterable[Row], places: Places) -> Iterator[Row]:
    """Yield the rows at places in ascending order."""
    if isinstance(rows, RowStream):
        yield from rows.at(places.tolist())
        return
    wanted = set(places.tolist())
    yield from (row for place, row in enumerate(rows) if place in wanted)


def _unusable(row: Row) -> str | None:
    """Return why nothing can be learned from a row; None where it can."""
    if row.runtime_s is None:
        return row.others.get("note", "").strip() or "no runtime"
    held_back = _HELD_BACK & set(row.others.get("throttled", "").split())
    if held_back:
        return f"measured while the device was held back ({', '.join(sorted(held_back))})"
    return None


def _fair(counts: list[int]) -> int:
    """Return how many rows each kind may have, so that there are not too many in all."""
    room, kinds = MOST_OF_ALL, len(counts)
    for count in sorted(counts):
        if count * kinds > room:
            return min(MOST_OF_A_KIND, room // kinds)
        room, kinds = room - count, kinds - 1
    return MOST_OF_A_KIND
