"""How long the layers of a plan may take; whole networks come after, however long they take."""

from py.measure.meters.clock import Clock
from py.measure.plans.shape import Shape
from py.measure.table.row import NETWORK

#: Of a network, to say beforehand how long a capture takes: loading it takes the most.
_NETWORK_S = 2.5


class TimeBudget:
    """Says whether there is time for one more layer; ``layers_s`` None is all the time."""

    def __init__(self, clock: Clock, layers_s: float | None) -> None:
        self._clock = clock
        self._began_s = clock.now_s()
        self._layers_s = layers_s
        self._taken_s = 0.0
        self._layers = 0

    def has_time_for(self, shape: Shape) -> bool:
        """Return whether a shape is to be measured: a network always, a layer if time allows."""
        if self._layers_s is None or shape.op == NETWORK:
            return True
        each_s = self._taken_s / self._layers if self._layers else 0.0
        return self._clock.now_s() - self._began_s + each_s <= self._layers_s

    def took(self, shape: Shape, seconds: float) -> None:
        """Learn from how long a shape took."""
        if shape.op != NETWORK:
            self._layers += 1
            self._taken_s += seconds


def expected_s(layers_s: float | None, networks: int) -> float | None:
    """Return about how long a capture takes at most, where its layers' time is bounded."""
    return None if layers_s is None else layers_s + networks * _NETWORK_S
