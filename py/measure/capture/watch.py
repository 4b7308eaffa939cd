"""Looking at meters and at the device while it works.

A processor's meters step so often that a look between two runs is enough, and costs no thread. A
GPU must be looked at beside its work: between two runs it idles, and says so of its clocks and of
what holds it back, and a counter that steps every 100 ms has to be seen to step within some
milliseconds.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType

from py.measure.meters.background import Background
from py.measure.meters.clock import Clock
from py.measure.meters.device_state import DeviceState, StateReader
from py.measure.meters.meter import Domain, Meter, MeterError
from py.measure.meters.sampler import PowerSampler
from py.measure.meters.window import EnergyWindow

SOON_S = 0.01
"""A meter that steps as often as this is looked at between runs."""
BESIDE_EVERY_S = 0.005
STATE_EVERY_S = 0.1
"""A state is some calls to the driver: few of them."""

Beside = Callable[[Callable[[], None], float, str], AbstractContextManager[object]]
"""Repeats an action, every so many seconds, while a block runs: a thread; a test's clock."""


class Watch:
    """What meters and the device say in one window; a context, within which it works."""

    def __init__(
        self,
        meters: Sequence[Meter],
        state: StateReader | None,
        clock: Clock,
        measured: Domain,
        beside: Beside = Background,
    ) -> None:
        own = next((meter for meter in meters if meter.facts.domain == measured), None)
        self.slowest_s = max((meter.facts.update_period_s or 0.0 for meter in meters), default=0.0)
        self.energy = EnergyWindow(meters, clock)
        self.sampler = PowerSampler(own, clock)
        self.states: list[DeviceState] = []
        self._state, self._clock = state, clock
        self._state_s = clock.now_s()
        self._thread: AbstractContextManager[object] | None = None
        if state is not None or self.slowest_s > SOON_S:
            self._thread = beside(self._look, BESIDE_EVERY_S, "meters")

    def between(self) -> None:
        """Look between two runs, unless a thread looks beside them."""
        if self._thread is None:
            self._look()

    def __enter__(self) -> "Watch":
        self.energy.look()
        if self._thread is not None:
            self._thread.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._thread is not None:
            self._thread.__exit__(kind, error, trace)
        failed = getattr(self._thread, "error", None)
        if failed is not None and error is None:
            raise failed
        if not self.states:  # all was over before the thread could look
            self.states.append(look_at(self._state))

    def _look(self) -> None:
        self.energy.look()
        self.sampler.look()
        if self._state is not None and self._clock.now_s() >= self._state_s:
            self.states.append(look_at(self._state))
            self._state_s = self._clock.now_s() + STATE_EVERY_S


def look_at(state: StateReader | None) -> DeviceState:
    """Return the state right now; nothing is known where it can't be read."""
    try:
        return DeviceState() if state is None else state.state()
    except MeterError:
        return DeviceState()
