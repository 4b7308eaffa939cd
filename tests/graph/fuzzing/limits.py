"""Limits of time and memory for a process that tries cases."""

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

MOST_SECONDS = 2.0
MOST_BYTES = 2 << 30


class TooSlowError(BaseException):
    """A case that took longer than it may; none of what ``except Exception`` is for."""


def limit_memory() -> None:
    """Give the process no more address space than a case may need, with all that was imported."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


@contextmanager
def limited_time(seconds: float = MOST_SECONDS) -> Iterator[None]:
    """Raise TooSlowError after so much time of the processor, however busy the machine is."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlowError(f"more than {seconds} s")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def used_seconds() -> float:
    """Return the processor time that this process has used."""
    return time.process_time()
