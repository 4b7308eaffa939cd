"""A meter for a device that states its power but counts no energy: sampled and added up."""

import threading
from collections.abc import Callable

from py.measure.meters.background import Background
from py.measure.meters.clock import Clock
from py.measure.meters.meter import MeterError, MeterFacts
from py.measure.meters.power_integral import PowerIntegral

SAMPLE_PERIOD_S = 0.02


class SampledMeter:
    """Samples power in a thread of its own and integrates it by the trapezoidal rule.

    ``read_w`` returns the power or raises ``MeterError``; ``leave`` is called when it is closed.
    Energy is as good as the samples: what the power does between two of them is not seen.
    """

    def __init__(
        self,
        facts: MeterFacts,
        read_w: Callable[[], float],
        clock: Clock,
        leave: Callable[[], None] = lambda: None,
        period_s: float = SAMPLE_PERIOD_S,
    ) -> None:
        self.facts = facts
        self._read_w = read_w
        self._clock = clock
        self._leave = leave
        self._lock = threading.Lock()
        self._failed: MeterError | None = None
        power_w = read_w()
        self._integral = PowerIntegral(clock.now_s(), power_w)
        self._sampler = Background(self.sample, period_s, f"{facts.name} sampler")
        self._sampler.start()

    def sample(self) -> None:
        """Take a sample now. A meter that has failed stays failed: what it missed is not known.

        Raises:
            MeterError: the power can't be read.
        """
        with self._lock:
            if self._failed is not None:
                raise MeterError(f"{self.facts.name} failed before: {self._failed}")
            try:
                power_w = self._read_w()
            except MeterError as error:
                self._failed = error
                raise
            self._integral.add(self._clock.now_s(), power_w)

    def energy_j(self) -> float:
        self.sample()
        return self._integral.energy_j

    def power_w(self) -> float | None:
        return self._read_w()

    def close(self) -> None:
        self._sampler.close()
        self._leave()
