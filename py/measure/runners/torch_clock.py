"""The seconds of runs: by events on a CUDA device, by a clock on a processor."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Protocol

from py.measure.runners.runner import shared_times, timings_of

Step = Callable[[], object]

_LEAST_S = 200e-6
"""Between two events: an event takes a microsecond or two, and must not be what is measured."""
_TICK_S = 0.5e-6
"""The resolution of events, as CUDA states it: no run counts as shorter."""


class RunClock(Protocol):
    """Runs a step so often, and says how long each took."""

    def seconds(self, step: Step, times: int) -> tuple[float, ...]: ...


class ProcessorClock:
    """Runs one after the other, each timed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def seconds(self, step: Step, times: int) -> tuple[float, ...]:
        clock = self._clock
        ticks = [clock()]
        for _ in range(times):
            step()
            ticks.append(clock())
        return _differences(ticks)


class EventClock:
    """Enqueues all runs with events between them, and waits at the end.

    Short runs share a pair of events, and each is said to take their mean: the queue stays full,
    and recording an event costs none of them.
    """

    def __init__(self, torch: Any, device: Any) -> None:
        self._torch, self._device = torch, device
        self._last_s: float | None = None

    def seconds(self, step: Step, times: int) -> tuple[float, ...]:
        if self._last_s is None and times > 1:
            first = self._timed(step, 1, 1)
            rest = self._timed(step, times - 1, self._together())
            return shared_times(first + rest, 1 + timings_of(rest))
        return self._timed(step, times, self._together())

    def _together(self) -> int:
        if self._last_s is None:
            return 1
        return max(1, round(_LEAST_S / self._last_s))

    def _timed(self, step: Step, times: int, together: int) -> tuple[float, ...]:
        cuda = self._torch.cuda
        stream = cuda.current_stream(self._device)
        sizes = [together] * (times // together)
        if times % together:
            sizes.append(times % together)
        events = [cuda.Event(enable_timing=True) for _ in range(len(sizes) + 1)]
        events[0].record(stream)
        for size, event in zip(sizes, events[1:], strict=True):
            for _ in range(size):
                step()
            event.record(stream)
        cuda.synchronize(self._device)
        found: list[float] = []
        for size, begin, end in zip(sizes, events, events[1:], strict=False):
            found += [begin.elapsed_time(end) / 1000 / size] * size
        self._last_s = max(min(found), _TICK_S)
        return shared_times(found, len(sizes))


def _differences(ticks: list[float]) -> tuple[float, ...]:
    return tuple(end - begin for begin, end in pairwise(ticks))
