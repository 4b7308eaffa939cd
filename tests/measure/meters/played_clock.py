"""A clock for a process that meets the stand-in for NVML: both take the time from one file."""

import os
from pathlib import Path

from tests.measure.meters.stand_in import set_clock


class PlayedClock:
    """Time moves when someone waits, for this process and for the stand-in alike."""

    def __init__(self) -> None:
        self._path = Path(os.environ["STAND_IN_CLOCK"])
        self._now_s = 0.0
        set_clock(self._path, self._now_s)

    def now_s(self) -> float:
        return self._now_s

    def sleep_s(self, seconds: float) -> None:
        self._now_s += seconds
        set_clock(self._path, self._now_s)
