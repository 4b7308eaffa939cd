"""Whatever a cluster does with what is submitted, each task gets its result, once."""

import pickle
from collections.abc import Callable, Iterator
from itertools import repeat
from types import SimpleNamespace
from typing import Any

import cloudpickle  # type: ignore[import-untyped]
import pytest
from distributed.scheduler import KilledWorker
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.sweep.work import flight, remote
from py.sweep.work.failed import TaskFailed
from py.sweep.work.flight import FAULTS, PER_THREAD, Flight
from py.sweep.work.link import Link, Terms
from py.sweep.work.pool import engine_version
from py.sweep.work.queue import TaskQueue
from py.sweep.work.remote import Order, SharedValues
from tests.sweep.work.tasks import shared_numbers, square
from tests.sweep.work.ways import in_order

#: What becomes of a bundle: it comes, it comes twice, its worker dies, the connection is lost
#: before it comes, and after that it comes nevertheless, its data is lost and found again.
FATES = ("comes", "twice", "dies", "lost", "late", "again")


class Submitted:
    """Stands in for a future of Dask whose fate is given."""

    def __init__(self, link: "Cluster", key: str, run: Callable[[], Any], fate: str) -> None:
        self.key = key
        self.status = "pending"
        self.run = run
        self._link = link
        self._fate = fate
        self._error: Exception = RuntimeError("no module named py")
        if fate == "dies":
            died = SimpleNamespace(address="tcp://worker")
            self._error = KilledWorker(key, died, 0)  # type: ignore[arg-type]

    def add_done_callback(self, heard: Callable[["Submitted"], None]) -> None:
        match self._fate:
            case "comes" | "twice":
                self.status = "finished"
                for _ in range(1 + (self._fate == "twice")):
                    heard(self)
            case "dies" | "fault":
                self.status = "error"
                heard(self)
            case "lost":
                self.status = "cancelled"
                heard(self)
            case "late":
                self._link.late.append((heard, self))
            case "again":
                self._fate = "comes"
                heard(self)

    def release(self) -> None:
        self.status = "released"

    def exception(self) -> Exception:
        return self._error


class Cluster(Link):
    """Stands in for a link to a cluster, and for the client too."""

    def __init__(self, fates: Iterator[str]) -> None:
        super().__init__("tcp://nowhere:1", False, Terms(engine_version, print, 1.0))
        self.late: list[tuple[Callable[[Submitted], None], Submitted]] = []
        self.losses = 0
        self.supplied = 0
        self.renewed = 0
        self.keys: set[str] = set()
        self.worker: Any = None
        self._fates = fates

    @property
    def client(self) -> Any:
        return self

    def submit(
        self, load: Callable[[bytes], Any], packed: bytes, key: str, pure: bool
    ) -> Submitted:
        assert not pure
        assert key not in self.keys, "a scheduler may still know it"
        self.keys.add(key)
        return Submitted(self, key, lambda: load(packed), next(self._fates))

    def gather(self, futures: dict[str, Submitted], errors: str) -> dict[str, Any]:
        assert errors == "skip"
        return {key: future.run() for key, future in futures.items()}

    def cancel(self, futures: list[Submitted]) -> None:
        for future in futures:
            future.status = "cancelled"

    def lost(self) -> bool:
        return bool(self.late)

    def again(self, waiting: int) -> None:
        self.losses += 1
        for heard, future in self.late:
            future.status = "finished"
            heard(future)
        self.late.clear()

    def bring_again(self) -> None:
        self.supplied += 1
        if self.supplied == 2:
            SharedValues("sweep", 1, {"numbers": pickle.dumps([10, 11, 12])}).setup(self.worker)

    def renew(self) -> None:
        self.renewed += 1

    def threads(self) -> int:
        if self.late:
            raise OSError("not heard of for long")
        return 2


@pytest.fixture(autouse=True)
def _on_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "get_worker", lambda: SimpleNamespace(address="tcp://worker"))
    monkeypatch.setattr(remote, "_arrived", {})
    monkeypatch.setattr(flight, "LOOK_S", 0.0)


def _flight(cluster: Cluster, arguments: range, digest: str | None = None) -> Flight:
    order = Order("sweep", cloudpickle.dumps(square), engine_version, digest or engine_version())
    return Flight(cluster, order, TaskQueue(arguments), None)


@given(st.integers(0, 40), st.lists(st.sampled_from(FATES), max_size=60))
def test_every_task_gets_its_result_once(count: int, fates: list[str]) -> None:
    def then_all_come() -> Iterator[str]:
        yield from fates
        while True:
            yield "comes"

    cluster = Cluster(then_all_come())
    results = in_order(_flight(cluster, range(count)).results())
    assert len(results) == count
    for place, result in enumerate(results):
        assert result == place * place or (result == TaskFailed.killed() and "dies" in fates)


def test_a_connection_that_is_lost_is_made_again() -> None:
    cluster = Cluster(iter(["comes", "lost", "late", *["comes"] * 20]))
    assert in_order(_flight(cluster, range(5)).results()) == [0, 1, 4, 9, 16]
    assert cluster.losses >= 1


def test_no_more_run_at_once_than_were_asked_for() -> None:
    cluster = Cluster(iter(["comes"] * 20))
    order = Order("sweep", cloudpickle.dumps(square), engine_version, engine_version())
    results = Flight(cluster, order, TaskQueue(range(3)), 1).results()
    next(results)
    # The first has come and the next is there in its place.
    assert len(cluster.keys) == 2
    cluster = Cluster(iter(["comes"] * 20))
    next(_flight(cluster, range(20)).results())
    assert len(cluster.keys) > 2 * PER_THREAD


def test_a_worker_that_lacks_what_is_shared_is_given_it() -> None:
    cluster = Cluster(iter(["comes"] * 20))
    task = cloudpickle.dumps(shared_numbers)
    order = Order("sweep", task, engine_version, engine_version(), values=1)
    results = Flight(cluster, order, TaskQueue(range(3)), None).results()
    assert in_order(results) == [10, 11, 12]
    order = Order("sweep", task, engine_version, engine_version(), values=2)
    with pytest.raises(JoulegraphError, match="share does not reach") as caught:
        list(Flight(Cluster(repeat("comes")), order, TaskQueue(range(3)), None).results())
    assert caught.value.code == "cluster-fault"


def test_no_key_is_used_twice_in_a_sweep() -> None:
    cluster = Cluster(iter(["comes"] * 20))
    for _ in range(2):
        assert in_order(_flight(cluster, range(5)).results()) == [0, 1, 4, 9, 16]


def test_a_cluster_that_runs_nothing_is_given_up() -> None:
    cluster = Cluster(iter(["fault"] * 20))
    with pytest.raises(JoulegraphError, match="RuntimeError: no module named py") as caught:
        list(_flight(cluster, range(20)).results())
    assert caught.value.code == "cluster-fault"
    cluster = Cluster(iter(["fault"] * (FAULTS - 1) + ["comes"] * 20))
    assert len(in_order(_flight(cluster, range(5)).results())) == 5
    assert cluster.renewed >= 1


def test_a_result_of_another_engine_is_refused() -> None:
    with pytest.raises(JoulegraphError) as caught:
        list(_flight(Cluster(iter(["comes"] * 20)), range(5), "other").results())
    assert caught.value.code == "cluster-differs"
    assert "tcp://worker" in caught.value.message
