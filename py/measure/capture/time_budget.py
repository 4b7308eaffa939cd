"""How long the layers of a plan may take; whole networks come after, however long they take.

What counts is how long the rows themselves took, as the capture keeps it: one that was stopped and
gone on with has the same time as one that was not, and so the same rows.
"""

from collections.abc import Iterable, Mapping

from py.measure.capture.columns import IDLE
from py.measure.capture.method import Method
from py.measure.plans.shape import Shape
from py.measure.table.row import NETWORK

#: Of a network, beside its windows: loading it takes the most.
_LOADED_S = 1.5
_WINDOWS_OF_A_NETWORK = 2
_MOST_TOOK_S = 24 * 3600.0
"""What a row can have taken: a cell that says more is no time."""


class TimeBudget:
    """Says whether there is time for one more layer; ``layers_s`` None is all the time."""

    def __init__(self, layers_s: float | None) -> None:
        self._layers_s = layers_s
        self._layers = 0
        self.taken_s = 0.0

    @property
    def left_s(self) -> float | None:
        """The seconds that are left for layers."""
        return None if self._layers_s is None else max(0.0, self._layers_s - self.taken_s)

    def has_time_for(self, shape: Shape) -> bool:
        """Return whether a shape is to be measured: a network always, a layer if time allows."""
        if self._layers_s is None or shape.op == NETWORK:
            return True
        each_s = self.taken_s / self._layers if self._layers else 0.0
        return self.taken_s + each_s <= self._layers_s

    def charge(self, row: Mapping[str, str]) -> None:
        """Take off what a row of the capture took, if it is one of a layer."""
        if row["op"] not in (NETWORK, IDLE):
            self._layers += 1
            self.taken_s += took_s(row)

    def charge_all(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Take off what earlier rows took."""
        for row in rows:
            self.charge(row)


def took_cell(seconds: float) -> str:
    """Return the cell that says how long a row took, from the shape to its cells."""
    return f"{max(0.0, seconds):.3f}"


def took_s(row: Mapping[str, str]) -> float:
    """Return how long a row took; 0 where it does not say."""
    try:
        seconds = float(row.get("took_s", ""))
    except ValueError:
        return 0.0
    return seconds if 0 <= seconds <= _MOST_TOOK_S else 0.0


def network_s(method: Method, window_s: float) -> float:
    """Return about how long a network takes; a window with energy takes ``window_s`` or more."""
    return _WINDOWS_OF_A_NETWORK * max(method.network_s, window_s) + _LOADED_S


def expected_s(layers_s: float | None, networks: int, network_s: float) -> float | None:
    """Return about how long a capture takes at most, where its layers' time is bounded."""
    return None if layers_s is None else layers_s + networks * network_s
