"""The tasks of one ``each`` that are under way on a cluster, until each has a result."""

import pickle
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any
from uuid import uuid4

from distributed.scheduler import KilledWorker

from py.errors import JoulegraphError
from py.sweep.work.agreement import refuse
from py.sweep.work.failed import TaskFailed
from py.sweep.work.link import LOST, Link
from py.sweep.work.pace import Pace
from py.sweep.work.queue import DEATHS, Task, TaskQueue
from py.sweep.work.remote import Order, Outcome, to_unpickle

#: Of a worker's bundles one is under way; the other is there when that has ended.
PER_THREAD = 2
#: How often the connection and the number of workers are looked at. [s]
LOOK_S = 1.0
#: So many faults that are neither the task's nor a death: the cluster doesn't work.
FAULTS = 3
#: So many bundles may be returned by workers that lack what is shared, which is brought each time.
UNSUPPLIED = 100


class Flight:
    """Submits what the queue gives, hears what comes back, and submits again what doesn't.

    A connection that is lost and made again begins a new *epoch*: what was submitted in an earlier
    one is heard no more, so that no task comes twice.
    """

    def __init__(self, link: Link, order: Order, queue: TaskQueue, count: int | None) -> None:
        self._link = link
        self._order = order
        self._queue = queue
        self._count = count
        # Dask's futures have no types.
        self._under_way: dict[str, tuple[list[Task], Any]] = {}
        self._heard: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        self._pace = Pace()
        # A scheduler that still knows a key gives its old result: none is ever used twice.
        self._name = f"joulegraph-{uuid4().hex}"
        self._epoch = 0
        self._submitted = 0
        self._faults = 0
        self._faulty = False
        self._unsupplied = 0
        self._full: list[str] = []  # workers that are to be restarted
        self._restarted: set[str] = set()
        self._room = 0
        self._looked_at = float("-inf")

    def results(self) -> Iterator[tuple[int, Any]]:
        """Yield the place and the result of every task, once."""
        while True:
            self._fill()
            if not (self._under_way or self._queue.failed):
                return
            results = list(self._queue.failed)
            self._queue.failed.clear()
            if not results:
                results = self._listen()
                self._fill()
            yield from results

    def cancel(self) -> None:
        """Drop what is under way, as far as it hasn't begun."""
        futures = [future for _, future in self._under_way.values()]
        self._under_way.clear()
        if futures and not self._link.lost():
            with suppress(Exception):  # the caller has left, and may have an error of its own
                self._link.client.cancel(futures)

    def _fill(self) -> None:
        # To look may give back all that is under way: what there is counts after it.
        while self._look() > len(self._under_way) and (bundle := self._bundle()):
            self._submit(bundle)

    def _bundle(self) -> list[Task]:
        """Return tasks that are to be sent together."""
        size = self._pace.bundle_size()
        bundle: list[Task] = []
        while len(bundle) < size and (task := self._queue.next()) is not None:
            if task.single and bundle:
                self._queue.give_back(task)
                break
            bundle.append(task)
            if task.single:
                break
        if not bundle and not self._under_way and (alone := self._queue.next_alone()) is not None:
            bundle = [alone]
        return bundle

    def _submit(self, bundle: list[Task]) -> None:
        self._submitted += 1
        key = f"{self._name}-{self._epoch}-{self._submitted}"
        epoch = self._epoch
        try:
            future = self._link.client.submit(
                pickle.loads,
                to_unpickle(self._order, [(task.place, task.pickled) for task in bundle]),
                key=key,
                pure=False,
            )
            self._under_way[key] = bundle, future
            future.add_done_callback(lambda done: self._heard.put((epoch, done)))
        except LOST:
            self._under_way.pop(key, None)
            for task in reversed(bundle):
                self._queue.give_back(task)
            self._again()

    def _again(self) -> None:
        """Connect again, and give back all that was under way."""
        bundles = [bundle for bundle, _ in self._under_way.values()]
        self._under_way.clear()
        self._epoch += 1
        self._looked_at = float("-inf")
        for bundle in reversed(bundles):
            for task in reversed(bundle):
                self._queue.give_back(task)
        self._link.again(sum(len(bundle) for bundle in bundles))

    def _look(self) -> int:
        """Return how many bundles may be under way, and see every now and then who is there."""
        if monotonic() - self._looked_at > LOOK_S:
            threads = 0
            while not threads:
                try:
                    threads = self._link.await_workers()
                except LOST:
                    self._again()
            # Where fewer are to run at once than could, none may be ahead: it would run too.
            bounded = self._count is not None and self._count < threads
            self._room = self._count or 1 if bounded else PER_THREAD * threads
            self._looked_at = monotonic()
        return self._room

    def _listen(self) -> list[tuple[int, Any]]:
        """Wait for what comes back, for a while, and return the results in it."""
        done: dict[str, Any] = {}
        with suppress(Empty):
            epoch, future = self._heard.get(timeout=LOOK_S)
            while True:
                if epoch == self._epoch and future.key in self._under_way:
                    done[future.key] = future
                epoch, future = self._heard.get_nowait()
        results: list[tuple[int, Any]] = []
        try:
            self._read(done, results)
        except LOST:
            self._again()
        return results

    def _read(self, done: dict[str, Any], results: list[tuple[int, Any]]) -> None:
        """Add the results of what is done; those that are there by then stay, if it is cut off."""
        finished = {key: future for key, future in done.items() if future.status == "finished"}
        if finished:
            gathered = self._link.client.gather(finished, errors="skip")
            for key, pickled in gathered.items():
                if pickled is not None:
                    bundle, future = self._under_way.pop(key)
                    # Else it is computed once more if its worker goes.
                    future.release()
                    results.extend(self._landed(bundle, pickle.loads(pickled)))
        for key, future in done.items():
            if key not in self._under_way:
                continue
            if future.status == "error":
                error = future.exception()
                bundle, _ = self._under_way.pop(key)
                results.extend(self._crashed(bundle, error))
            elif future.status == "cancelled":
                # By the loss of the connection, of which the client knows before anyone.
                raise OSError(f"{key} was cancelled")
            else:
                # Its worker died when it had finished: it is computed once more.
                epoch = self._epoch
                future.add_done_callback(lambda again, at=epoch: self._heard.put((at, again)))
        while self._full:
            self._link.restart(self._full.pop())
        if self._faulty:
            self._faulty = False
            self._link.renew()

    def _landed(self, bundle: list[Task], outcome: Outcome) -> Iterator[tuple[int, Any]]:
        """Yield the results of a bundle, and give back what of it wasn't begun."""
        if outcome.digest != self._order.digest:
            refuse("engine", self._order.digest, outcome.worker, outcome.digest)
        if outcome.without:
            self._without(bundle)
            return
        tasks = {task.place: task for task in bundle}
        self._pace.saw(len(outcome.results) + (outcome.full is not None), outcome.seconds)
        for place, pickled in outcome.results:
            del tasks[place]
            try:
                yield place, pickle.loads(pickled)
            except Exception as refused:
                yield place, TaskFailed.of(refused)
        if outcome.full is not None:
            yield from self._overflowed(tasks.pop(outcome.full), outcome)
        for task in reversed(tasks.values()):
            self._queue.give_back(task)

    def _without(self, bundle: list[Task]) -> None:
        """Take back what a worker didn't begin, as the shared values haven't reached it."""
        self._unsupplied += 1
        if self._unsupplied > UNSUPPLIED:
            raise JoulegraphError(
                "cluster-fault",
                "What all tasks share does not reach the workers of the cluster.",
                "The log of its scheduler says more.",
            )
        for task in reversed(bundle):
            self._queue.give_back(task)
        self._link.bring_again()

    def _overflowed(self, task: Task, outcome: Outcome) -> Iterator[tuple[int, Any]]:
        """Take back a task that was out of memory, where earlier ones may have filled its worker.

        A worker of our own is restarted: that it was fresh has the last word. Of others the second.
        """
        task.out_of_memory += 1
        if outcome.fresh or (task.out_of_memory > 1 and not self._link.owned):
            yield task.place, TaskFailed.of(MemoryError())
            return
        task.single = True
        if self._link.owned:
            self._full.append(outcome.worker)
            self._restarted.add(outcome.worker)
        if task.out_of_memory == DEATHS and not task.alone:
            self._queue.put_aside(task)  # others were always first
        else:
            self._queue.give_back(task)

    def _crashed(self, bundle: list[Task], error: BaseException) -> Iterator[tuple[int, Any]]:
        """Take back what its worker died under; of several nobody knows which it was."""
        together = len(bundle) > 1
        for task in bundle:
            task.single = True
        if isinstance(error, KilledWorker):
            for task in bundle:
                failed = None
                if together or error.last_worker.address in self._restarted:
                    self._queue.give_back(task)
                else:
                    failed = self._queue.died(task, error.allowed_failures + 1)
                if failed is not None:
                    yield task.place, failed
            return
        self._faults += 1
        if self._faults >= FAULTS:
            raise JoulegraphError(
                "cluster-fault",
                f"The cluster could not run a task: {type(error).__name__}: {error}.",
                "Its workers need this engine and its packages; their logs say more.",
            ) from error
        # The scheduler may have been restarted without anyone noticing, and its workers be bare.
        self._faulty = True
        for task in bundle:
            self._queue.give_back(task)
