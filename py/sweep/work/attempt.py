"""One task, run: its result, or what it raised as a value."""

from collections.abc import Callable
from typing import TypeVar

from py.sweep.work.failed import TaskFailed

A = TypeVar("A")
B = TypeVar("B")


def attempt(task: Callable[[A], B], argument: A) -> B | TaskFailed:
    """Return what a task gives, or why it gives nothing; only Ctrl-C gets through.

    A task that calls ``sys.exit`` has failed, as one that raises anything else.
    """
    try:
        return task(argument)
    except KeyboardInterrupt:
        raise
    except BaseException as raised:
        return TaskFailed.of(raised)
