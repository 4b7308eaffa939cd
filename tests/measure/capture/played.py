"""A prepared layer for a clock that only moves when something runs."""

from collections.abc import Callable, Sequence

from tests.measure.meters.fake_clock import FakeClock


class PlayedLayer:
    """Run number ``n`` takes ``seconds(n)``, and as long by the clock for each of its copies."""

    def __init__(self, clock: FakeClock, seconds: Callable[[int], float], copies: int = 1) -> None:
        self._clock, self._seconds, self._copies = clock, seconds, copies
        self.asked: list[int] = []
        self.took: list[float] = []
        self.running = False

    @property
    def count(self) -> int:
        """How often it ran."""
        return sum(self.asked)

    def run(self, times: int) -> tuple[float, ...]:
        self.asked.append(times)
        found: list[float] = []
        for _ in range(times):
            seconds = self._seconds(len(self.took))
            self.running = True
            self._clock.sleep_s(seconds * self._copies)
            self.running = False
            self.took.append(seconds)
            found.append(seconds)
        return tuple(found)

    def close(self) -> None: ...


def steady(seconds: float) -> Callable[[int], float]:
    return lambda _: seconds


def listed(seconds: Sequence[float], then: float) -> Callable[[int], float]:
    """Return these seconds, one run after the other, and the same from then on."""
    return lambda number: seconds[number] if number < len(seconds) else then
