"""Tasks run here, one after the other, in this process."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self, TypeVar
from uuid import uuid4

from py.sweep.work.attempt import attempt
from py.sweep.work.failed import TaskFailed
from py.sweep.work.shared import forget, keep, task_of

A = TypeVar("A")
B = TypeVar("B")


class InlineWorkers:
    """No other process: the way for small work, for tests, and to find a fault with a debugger.

    Nothing limits a task's memory, and one that kills its process kills this one.
    """

    count = 1

    def __init__(self) -> None:
        self._sweep = uuid4().hex

    def share(self, name: str, value: object) -> None:
        # Pickled, so that a task that changes what it reads doesn't change the caller's.
        keep(self._sweep, name, pickle.dumps(value))

    def each(
        self, task: Callable[[A], B], arguments: Iterable[A]
    ) -> Iterator[tuple[int, B | TaskFailed]]:
        for place, argument in enumerate(arguments):
            with task_of(self._sweep):
                result = attempt(task, argument)
            yield place, result

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        forget(self._sweep)
