"""The clock that measuring runs by: steady, and passed in, so that tests bring their own."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells time and waits. Its zero is arbitrary; it never goes back, whatever the date does."""

    def now_s(self) -> float: ...

    def sleep_s(self, seconds: float) -> None: ...


class SteadyClock:
    """The machine's own steady clock."""

    def now_s(self) -> float:
        return time.perf_counter()

    def sleep_s(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds))
