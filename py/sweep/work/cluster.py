"""Tasks run on a Dask cluster: one that is there, or one started on this machine."""

import logging
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Self, TypeVar
from uuid import uuid4

import cloudpickle  # type: ignore[import-untyped]
from distributed.utils import silence_logging_cmgr

from py.sweep.work.address import LOCAL, check_address
from py.sweep.work.failed import TaskFailed
from py.sweep.work.flight import Flight
from py.sweep.work.link import LOST, Link, Terms
from py.sweep.work.local import OwnCluster
from py.sweep.work.queue import TaskQueue
from py.sweep.work.remote import Order, SharedValues

A = TypeVar("A")
B = TypeVar("B")


class ClusterWorkers:
    """The workers behind a scheduler; connected while it is open as a context manager.

    ``count`` bounds how many tasks run at once; of a local cluster it is the number of workers.
    Workers that join later work too, and those of an address get the engine if they have none.
    """

    def __init__(
        self, address: str, count: int | None, memory_bytes: int | None, terms: Terms
    ) -> None:
        if count is not None and count < 1:
            raise ValueError(f"ClusterWorkers: 1 or more workers, got {count}")
        if address != LOCAL:
            check_address(address)
        self._address = address
        self._asked = count
        self._terms = terms
        self._own = OwnCluster(count, memory_bytes) if address == LOCAL else None
        self._sweep = uuid4().hex
        self._shared: dict[str, bytes] = {}
        self._shares = 0
        self._link: Link | None = None
        self._under_way = False
        self._quiet = ExitStack()

    @property
    def count(self) -> int:
        """How many tasks run at once, as it is now; 0 while nobody is connected."""
        threads = 0
        if self._link is not None:
            with suppress(*LOST):
                threads = self._link.threads()
        return min(threads, self._asked or threads)

    def share(self, name: str, value: object) -> None:
        self._shared[name] = pickle.dumps(value)
        self._shares += 1
        if self._link is not None:
            self._link.bring(self._values())

    def each(
        self, task: Callable[[A], B], arguments: Iterable[A]
    ) -> Iterator[tuple[int, B | TaskFailed]]:
        if self._link is None:
            raise RuntimeError("ClusterWorkers.each: open as a context manager, got one that isn't")
        if self._under_way:
            raise RuntimeError("ClusterWorkers.each: one at a time, got a second while one runs")
        # A function of the script that was started is not to be had by its name elsewhere.
        pickled = cloudpickle.dumps(task)
        order = Order(self._sweep, pickled, self._terms.same, self._link.digest, self._shares)
        flight = Flight(self._link, order, TaskQueue(arguments), self._asked)
        self._under_way = True
        try:
            yield from flight.results()
        finally:
            self._under_way = False
            flight.cancel()

    def _values(self) -> SharedValues:
        limit_bytes = None if self._own is None else self._own.limit_bytes
        return SharedValues(self._sweep, self._shares, self._shared, limit_bytes)

    def __enter__(self) -> Self:
        # What Dask logs of deaths and losses, with tracebacks, is told here in other words.
        self._quiet.enter_context(silence_logging_cmgr(logging.CRITICAL))
        try:
            address = self._address if self._own is None else self._own.start()
            self._link = Link(address, self._own is not None, self._terms)
            self._link.bring(self._values())
            self._link.open()
        except BaseException:
            self._close(at_once=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close(at_once=kind is not None)

    def _close(self, at_once: bool) -> None:
        link, self._link = self._link, None
        with self._quiet:
            if self._own is not None and at_once:
                self._own.kill()
            if link is not None:
                link.close()
            if self._own is not None:
                self._own.stop()
