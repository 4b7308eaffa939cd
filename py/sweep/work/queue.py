"""What is to be done: the arguments as they come, and the tasks whose worker died under them."""

import pickle
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from py.sweep.work.failed import TaskFailed

#: So many deaths may be bad luck, or a neighbour's fault; after these a task is run alone.
DEATHS = 3


@dataclass(slots=True, eq=False)
class Task:
    """One argument on its way: its place among them, pickled, and what has happened to it.

    ``single``: not to be sent together with others, as they would share its fate.
    """

    place: int
    pickled: bytes
    deaths: int = 0
    out_of_memory: int = 0
    single: bool = False
    alone: bool = False


class TaskQueue:
    """Gives each task until it has a result; takes an argument only when one is asked for.

    ``failed`` holds what couldn't even be sent, to be told as it comes.
    """

    def __init__(self, arguments: Iterable[Any]) -> None:
        self.failed: deque[tuple[int, TaskFailed]] = deque()
        self._feed = enumerate(arguments)
        self._again: deque[Task] = deque()
        self._aside: deque[Task] = deque()

    def next(self) -> Task | None:
        """Return a task to be done, or None if there is none that may run beside others."""
        if self._again:
            return self._again.popleft()
        for place, argument in self._feed:
            try:
                return Task(place, pickle.dumps(argument))
            except Exception as refused:
                self.failed.append((place, TaskFailed.of(refused)))
        return None

    def next_alone(self) -> Task | None:
        """Return a task that must have the workers to itself, to be asked for when none is busy."""
        if not self._aside:
            return None
        task = self._aside.popleft()
        task.alone = True
        return task

    def give_back(self, task: Task) -> None:
        """Take a task back that was not begun: it is the next to be given."""
        self._again.appendleft(task)

    def put_aside(self, task: Task) -> None:
        """Take a task back that is to be run alone."""
        self._aside.append(task)

    def died(self, task: Task, deaths: int = 1) -> TaskFailed | None:
        """Take a task back that was under way when its worker died, unless it is to blame."""
        task.deaths += deaths
        if task.alone:
            return TaskFailed.killed()
        if task.deaths >= DEATHS:
            self.put_aside(task)
        else:
            self._again.append(task)
        return None
