"""The ways to run the tasks of a sweep, behind one protocol."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Protocol, Self, TypeVar

from py.sweep.work.failed import TaskFailed
from py.sweep.work.inline import InlineWorkers
from py.sweep.work.processes import ProcessWorkers
from py.version import ENGINE

A = TypeVar("A")
B = TypeVar("B")


class Workers(Protocol):
    """Where tasks run; a context manager, which ends what it started.

    ``count`` is how many tasks run at once, as far as is known.
    """

    @property
    def count(self) -> int: ...

    def share(self, name: str, value: object) -> None:
        """Give all workers a value that tasks read by ``shared(name)``; once each, not per task.

        To be called before ``each``; a second value under the same name replaces the first.
        """
        ...

    def each(
        self, task: Callable[[A], B], arguments: Iterable[A]
    ) -> Iterator[tuple[int, B | TaskFailed]]:
        """Run a module-level function on every argument; yield its place and what came of it.

        Every place comes exactly once, in any order, as the results come. Arguments are taken as
        there is room for them, a few per worker ahead. What a task raises is a ``TaskFailed``.
        Raises what the arguments raise, and JoulegraphError where no worker can be had.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def inline() -> Workers:
    """Return the workers that are this process: one task at a time, no limit of memory."""
    return InlineWorkers()


def processes(count: int | None = None, memory_bytes: int | None = None) -> Workers:
    """Return worker processes on this machine, by default one for each core it may use.

    ``memory_bytes`` is for all of them together: each gets its equal part where the system limits
    memory, and a task that needs more fails. Raises JoulegraphError ``workers-memory`` if that
    leaves too little for each.
    """
    return ProcessWorkers(count, memory_bytes)


def engine_version() -> str:
    """Return what tells two engines apart, unless something finer is given."""
    return ENGINE


def cluster(
    address: str,
    count: int | None = None,
    memory_bytes: int | None = None,
    *,
    same: Callable[[], str] = engine_version,
    told: Callable[[str], None] | None = None,
    patience_s: float = 120.0,
) -> Workers:
    """Return the workers of a Dask cluster: of the scheduler at an address, or ``local``.

    ``local`` starts a scheduler and workers on this machine, with the defaults of ``processes``;
    they are ended with it. At an address ``count`` bounds how many tasks run at once, and memory is
    its own affair. ``same`` is a module-level function whose text must be equal here and on the
    workers, as the version of Python must be. ``told`` hears in a sentence what is waited for;
    ``patience_s`` is how long a scheduler, or all workers, may be gone before that is an error.

    Entering the context, and each, raise JoulegraphError: ``scheduler-address``,
    ``scheduler-unreachable``, ``no-workers``, ``cluster-differs``, ``cluster-fault``; and this one
    ``workers-memory``.
    """
    # Dask takes a second to import: only those wait who use it.
    from py.sweep.work.cluster import ClusterWorkers
    from py.sweep.work.link import Terms

    return ClusterWorkers(
        address, count, memory_bytes, Terms(same, told or (lambda _: None), patience_s)
    )
