"""Tasks run in processes of this machine, on all its cores, each within its part of the memory."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import wait
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

from py.errors import JoulegraphError
from py.sweep.work.failed import TaskFailed
from py.sweep.work.limit import worker_count
from py.sweep.work.queue import Task, TaskQueue
from py.sweep.work.served import AHEAD_BYTES, ServedProcess

A = TypeVar("A")
B = TypeVar("B")

#: So many workers in a row that die before they take anything: no other will do better.
FAILED_STARTS = 5
#: How long idle workers get to end by themselves. [s]
FAREWELL_S = 2.0


class ProcessWorkers:
    """Worker processes, started when there is something to do, and again when one has died.

    Each has a pipe of its own, so that a death is known by its worker and task, and costs no other
    anything. Workers ignore Ctrl-C, which their parent hears, and end when their parent does.
    """

    def __init__(self, count: int | None, memory_bytes: int | None) -> None:
        self.count = worker_count(count, memory_bytes)
        self._limit_bytes = None if memory_bytes is None else memory_bytes // self.count
        self._sweep = uuid4().hex
        self._shared: dict[str, bytes] = {}
        self._workers: list[ServedProcess] = []
        self._failed_starts = 0
        self._under_way = False

    def share(self, name: str, value: object) -> None:
        self._shared[name] = pickle.dumps(value)
        for worker in self._workers:
            worker.share(self._sweep, name, self._shared[name])

    def each(
        self, task: Callable[[A], B], arguments: Iterable[A]
    ) -> Iterator[tuple[int, B | TaskFailed]]:
        if self._under_way:
            raise RuntimeError("ProcessWorkers.each: one at a time, got a second while one runs")
        self._under_way = True
        pickled = pickle.dumps(task)
        try:
            for worker in self._workers:
                worker.turn_to(pickled)
            yield from self._each(pickled, TaskQueue(arguments))
        finally:
            # Nobody waits any more for what is still under way, if the caller has left early.
            for worker in [worker for worker in self._workers if worker.under_way]:
                self._dismiss(worker)
            self._under_way = False

    def _each(self, pickled: bytes, queue: TaskQueue) -> Iterator[tuple[int, Any]]:
        self._fill(pickled, queue)
        while any(worker.under_way for worker in self._workers) or queue.failed:
            results = list(queue.failed)
            queue.failed.clear()
            if not results:
                # Of idle workers too: one that has ended must not be given anything.
                ends = [end for one in self._workers for end in (one.connection, one.sentinel)]
                heard = wait(ends)
                for worker in list(self._workers):
                    if worker.connection in heard or worker.sentinel in heard:
                        results.extend(self._heard(worker, queue))
            # First work for the workers, then results for the caller, who may take a while.
            self._fill(pickled, queue)
            yield from results

    def _fill(self, pickled: bytes, queue: TaskQueue) -> None:
        """Give every idle worker a task, quick ones two, and start those that are missing."""
        while (task := self._next(queue)) is not None:
            worker = next((one for one in self._workers if not one.under_way), None)
            if worker is None and len(self._workers) < self.count:
                worker = ServedProcess(self._sweep, self._limit_bytes, pickled, self._shared)
                self._workers.append(worker)
            if worker is None and not task.alone and len(task.pickled) <= AHEAD_BYTES:
                worker = next((one for one in self._workers if one.takes_ahead), None)
            if worker is None:
                queue.give_back(task)
                return
            if not worker.give(task):
                queue.give_back(task)
                if worker.under_way:
                    return  # it has ended over another task, as will be heard
                self._missed(worker)
                self._dismiss(worker)

    def _next(self, queue: TaskQueue) -> Task | None:
        task = queue.next()
        if task is None and not any(worker.under_way for worker in self._workers):
            task = queue.next_alone()
        return task

    def _heard(self, worker: ServedProcess, queue: TaskQueue) -> Iterator[tuple[int, Any]]:
        """Yield the results that have come from a worker, and part from it if it has ended."""
        ended = worker.gone(0)  # asked before reading: what it sent last is then there to be read
        for kind, *what in worker.answers():
            task = worker.under_way.popleft()
            if kind == "done":
                yield task.place, what[0]
            elif kind == "unreadable":
                yield task.place, TaskFailed.of(what[0])
            elif worker.answered > 1 and not task.out_of_memory:
                # What earlier tasks left behind may have filled it: a fresh one has the last word.
                task.out_of_memory += 1
                queue.give_back(task)
            else:
                yield task.place, TaskFailed.of(MemoryError())
        if worker.ready:
            self._failed_starts = 0
        if not (ended or worker.over):
            return
        if worker.under_way and worker.ready and not worker.full:
            task = worker.under_way.popleft()
            failed = queue.died(task)
            if failed is not None:
                yield task.place, failed
        while worker.under_way:
            queue.give_back(worker.under_way.pop())
        self._missed(worker)
        self._dismiss(worker)

    def _missed(self, worker: ServedProcess) -> None:
        """Count a worker that ended before it took anything."""
        if worker.ready:
            return
        self._failed_starts += 1
        if self._failed_starts >= FAILED_STARTS:
            raise JoulegraphError(
                "workers-do-not-start",
                f"{FAILED_STARTS} worker processes in a row ended before they took a task.",
                "What they wrote to standard error says why; more memory for each may help.",
            )

    def _dismiss(self, worker: ServedProcess) -> None:
        self._workers.remove(worker)
        worker.kill()
        worker.gone()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.end() if kind is None else worker.kill()
        deadline = monotonic() + FAREWELL_S
        for worker in self._workers:
            if not worker.gone(max(0.0, deadline - monotonic())):
                worker.kill()
                worker.gone()
        self._workers.clear()
