"""How long a capture may take, and what of it is kept back for the networks at its end."""

from py.measure.meters.clock import Clock
from py.measure.plans.shape import Shape
from py.measure.table.row import NETWORK

#: Of a network, before one was measured: loading it takes the most.
_NETWORK_S = 3.0
_RESERVE = 1.2


class TimeBudget:
    """Says whether there is time for one more layer; ``seconds`` None is all the time."""

    def __init__(self, clock: Clock, seconds: float | None, networks: int) -> None:
        self._clock = clock
        self._began_s = clock.now_s()
        self._networks = networks
        self._taken: dict[bool, list[float]] = {True: [], False: []}
        self.expected_s = seconds

    def has_time_for(self, shape: Shape) -> bool:
        """Return whether a shape is to be measured: a network always, a layer if time allows."""
        if self.expected_s is None or shape.op == NETWORK:
            return True
        layers, networks = self._taken[False], self._taken[True]
        layer_s = sum(layers) / len(layers) if layers else 0.0
        network_s = sum(networks) / len(networks) if networks else max(_NETWORK_S, 3 * layer_s)
        passed_s = self._clock.now_s() - self._began_s
        return passed_s + layer_s + _RESERVE * self._networks * network_s <= self.expected_s

    def took(self, shape: Shape, seconds: float) -> None:
        """Learn from how long a shape took."""
        network = shape.op == NETWORK
        self._taken[network].append(seconds)
        self._networks -= network
