"""What a runner is: it makes one layer or network ready on a device, and runs it.

A runner lives in a process of its own (``py.measure.capture``), so that a shape that kills it costs
that shape alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from py.measure.plans.shape import Shape


class NotRunnableError(Exception):
    """A shape that this runner can't run, for a reason in one sentence: no kernel, no memory."""


class SharedTimes(tuple[float, ...]):
    """Seconds of runs of which several shared a timing, each said to take their mean."""

    timings: int


def shared_times(seconds: Iterable[float], timings: int) -> SharedTimes:
    """Return the seconds of runs that were timed in so many groups."""
    found = SharedTimes(seconds)
    found.timings = timings
    return found


def timings_of(seconds: Sequence[float]) -> int:
    """Return how many timings of their own there are among the seconds of runs."""
    return seconds.timings if isinstance(seconds, SharedTimes) else len(seconds)


class Prepared(Protocol):
    """A layer on its device, with random data, ready to run."""

    def run(self, times: int) -> tuple[float, ...]:
        """Run so often, inputs rotated, and wait until all is done.

        Returns the seconds of each run by the device's own clock (events on a GPU), the inputs
        taken in turn from several sets that together exceed the last cache. ``SharedTimes`` where
        short runs were timed together.

        Raises:
            NotRunnableError: out of memory, or the device refused.
        """
        ...

    def close(self) -> None:
        """Give the memory back."""
        ...


class Runner(Protocol):
    """Runs shapes on one device."""

    @property
    def identity(self) -> Mapping[str, str]:
        """Name, version, device and settings: part of the identity of a profile."""
        ...

    def needed_bytes(self, shape: Shape) -> int | None:
        """Return about how much device memory a shape takes; None where that is not known."""
        ...

    def prepare(self, shape: Shape) -> Prepared:
        """Build a layer and put it on the device.

        Raises:
            NotRunnableError: the shape can't run here, and why.
        """
        ...
