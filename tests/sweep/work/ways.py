"""What the tests of all ways of working ask for."""

import os
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from py.sweep.work.failed import TaskFailed
from py.sweep.work.pool import Workers

B = TypeVar("B")


def alive(process: int) -> bool:
    """Whether a process still does something: one that nobody has fetched yet doesn't."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return os.path.isdir("/proc/self") is False


def eventually(condition: Callable[[], bool], patience_s: float = 20.0) -> bool:
    """Whether something comes true: as soon as it does, or at the latest at the end of patience."""
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class Counted:
    """Numbers that count how many have been taken."""

    def __init__(self, stop: int) -> None:
        self.taken = 0
        self._stop = stop

    def __iter__(self) -> Iterator[int]:
        for number in range(self._stop):
            self.taken += 1
            yield number


def in_order(results: Iterator[tuple[int, B | TaskFailed]]) -> list[B | TaskFailed]:
    """The results by place; fails if one is missing or comes twice."""
    by_place: dict[int, B | TaskFailed] = {}
    for place, result in results:
        assert place not in by_place, f"{place} twice"
        by_place[place] = result
    assert sorted(by_place) == list(range(len(by_place)))
    return [by_place[place] for place in range(len(by_place))]


def mixed_results(workers: Workers, numbers: int) -> list[object]:
    """What the mixed task gives: the same whichever way."""
    from tests.sweep.work.tasks import mixed

    workers.share("greeting", {"text": "Hello"})
    return list(in_order(workers.each(mixed, iter(range(numbers)))))
