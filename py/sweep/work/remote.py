"""What runs on the workers of a Dask cluster: a few tasks together, and what they share.

A task of a few milliseconds costs the scheduler as much as one of minutes, so that several are
sent as one *bundle*. A worker that has been at one for long returns the rest of it undone.
"""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from threading import Lock
from time import perf_counter
from typing import Any

from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from py.sweep.work.attempt import attempt
from py.sweep.work.failed import TaskFailed
from py.sweep.work.limit import limit_memory
from py.sweep.work.shared import forget, keep, task_of

#: A worker begins no further task of a bundle after this time: others may be idle. [s]
BUNDLE_END_S = 0.5

#: Tasks that this process has begun: the first finds it fresh.
_begun = count(1)
#: The number of the shared values that are here, by sweep.
_arrived: dict[str, int] = {}
#: Workers of Dask have several threads. The engine keeps what it found without locks, and Python
#: gains nothing by two at once.
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Order:
    """What all tasks of one ``each`` have in common: pickled function, sweep, and the engine.

    ``same`` is called on the worker and must give ``digest`` there, as it did where the order is
    from. ``values`` is the number of the shared values that must have arrived, 0 for none.
    """

    sweep: str
    task: bytes
    same: Callable[[], str]
    digest: str
    values: int = 0


@dataclass(slots=True)
class Outcome:
    """What came of a bundle: pickled results by place; places that aren't there weren't begun.

    ``without`` if the worker hasn't got the shared values, and so began nothing.
    ``full`` is the place whose task ran out of memory, ``fresh`` whether it was the worker's first.
    """

    worker: str
    digest: str
    results: list[tuple[int, bytes]] = field(default_factory=list)
    seconds: float = 0.0
    full: int | None = None
    fresh: bool = False
    without: bool = False


class _Called:
    """Is pickled as a call: to unpickle it is to make it, and gives what it returns."""

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return self._call


def to_unpickle(order: Order, bundle: list[tuple[int, bytes]]) -> bytes:
    """Return what runs a bundle when it is unpickled on a worker, and gives the outcome, pickled.

    The scheduler unpickles what is submitted, ``pickle.loads`` and these bytes: so it needs neither
    the engine nor its version of Python.
    """
    return pickle.dumps(_Called(run_bundle, order, bundle))


def run_bundle(order: Order, bundle: list[tuple[int, bytes]]) -> bytes:
    """Run tasks, one after the other, until all are done, time is up or memory is short."""
    return pickle.dumps(_outcome(order, bundle))


def _outcome(order: Order, bundle: list[tuple[int, bytes]]) -> Outcome:
    outcome = Outcome(get_worker().address, digest_by(order.same))
    outcome.without = _arrived.get(order.sweep, 0) != order.values
    if outcome.digest != order.digest or outcome.without:
        return outcome
    start = perf_counter()
    for place, argument in bundle:
        if outcome.seconds > BUNDLE_END_S:
            break
        fresh = next(_begun) == 1
        with _one_at_a_time, task_of(order.sweep):
            result = attempt(_call, (order.task, argument))
        outcome.seconds = perf_counter() - start
        if not (isinstance(result, TaskFailed) and result.kind == "memory"):
            try:
                outcome.results.append((place, _pickled(result)))
                continue
            except MemoryError:
                pass
        outcome.full, outcome.fresh = place, fresh
        break
    return outcome


@cache
def digest_by(same: Callable[[], str]) -> str:
    """Return what tells two engines apart; asked once per process."""
    return same()


def _call(pickled: tuple[bytes, bytes]) -> Any:
    task: Callable[[Any], Any] = pickle.loads(pickled[0])
    return task(pickle.loads(pickled[1]))


def _pickled(result: Any) -> bytes:
    try:
        return pickle.dumps(result)
    except MemoryError:
        raise
    except Exception as refused:
        return pickle.dumps(TaskFailed.of(refused))


class SharedValues(WorkerPlugin):
    """Brings the shared values of a sweep to every worker, also to those that come later.

    ``number`` counts the times that something was shared, from 1. ``limit_bytes`` is the memory of
    a worker where it is ours to limit.
    """

    def __init__(
        self,
        sweep: str,
        number: int,
        pickled: Mapping[str, bytes],
        limit_bytes: int | None = None,
    ) -> None:
        self.name = f"joulegraph-{sweep}"
        self._sweep = sweep
        self._number = number
        self._pickled = dict(pickled)
        self._limit_bytes = limit_bytes

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's signature
        for name, pickled in self._pickled.items():
            keep(self._sweep, name, pickled)
        _arrived[self._sweep] = self._number
        if self._limit_bytes is not None:
            limit_memory(self._limit_bytes)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's signature
        forget(self._sweep)
        _arrived.pop(self._sweep, None)
