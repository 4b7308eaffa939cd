"""Tasks on a Dask cluster that is there: found, checked, lost and found again."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from py.errors import JoulegraphError
from py.platforms.load import read_platform_file
from py.sweep.work import link
from py.sweep.work.pool import cluster, inline
from tests.sweep.work import tasks
from tests.sweep.work.dask_processes import ExistingCluster, existing_cluster, free_port
from tests.sweep.work.ways import eventually, in_order, mixed_results

#: Without the process that restarts a worker: it is quicker to start, and dies when it is killed.
NO_NANNY = "--no-nanny"


@pytest.fixture
def existing(root: Path, tmp_path: Path) -> Iterator[ExistingCluster]:
    with existing_cluster(tmp_path, str(root)) as cluster:
        yield cluster


def listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def test_the_scheduler_restarts_and_workers_come_and_go(existing: ExistingCluster) -> None:
    existing.scheduler()
    first = existing.worker(NO_NANNY)
    told: list[str] = []
    with cluster(existing.address, told=told.append, patience_s=60) as workers, inline() as here:
        assert mixed_results(workers, 60) == mixed_results(here, 60)
        assert told == []
        workers.share("numbers", list(range(1000)))
        seen: list[int] = []
        for place, result in workers.each(tasks.shared_numbers_slowly, range(150)):
            assert result == place
            seen.append(place)
            if len(seen) == 20:
                existing.worker(NO_NANNY)
            elif len(seen) == 40:
                first.kill()
            elif len(seen) == 70:
                existing.kill_all()
                existing.scheduler()
                existing.worker(NO_NANNY)
        assert sorted(seen) == list(range(150))
        assert told[0].startswith(f"The connection to the scheduler at {existing.address} is lost")
        assert "submitted again" in told[-1]
        assert mixed_results(workers, 30) == mixed_results(here, 30)


def test_workers_without_the_engine_are_given_it(tmp_path: Path) -> None:
    with existing_cluster(tmp_path, "") as existing:
        existing.scheduler()
        existing.worker(NO_NANNY)
        with cluster(existing.address, patience_s=30) as workers:
            # Of the engine and the files beside it; pytest's py.py is what they had until now.
            ((_, there),) = workers.each(read_platform_file, ["eyeriss"])
            assert there == read_platform_file("eyeriss")
            existing.worker(NO_NANNY)
            later = [place for place, _ in workers.each(read_platform_file, ["eyeriss"] * 400)]
            assert sorted(later) == list(range(400))
            # While nothing is under way nobody notices that they are others.
            existing.kill_all()
            existing.scheduler()
            existing.worker(NO_NANNY)
            assert eventually(lambda: listens(existing.port))
            ((_, there),) = workers.each(read_platform_file, ["eyeriss"])
            assert there == read_platform_file("eyeriss")


def test_another_engine_is_refused_by_name(
    existing: ExistingCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    existing.scheduler()
    existing.worker(NO_NANNY)
    with cluster(existing.address, same=tasks.engine_of_process, patience_s=30) as workers:
        assert in_order(workers.each(tasks.square, [3])) == [9]
    monkeypatch.setenv("TEST_ENGINE", "other")
    with pytest.raises(JoulegraphError) as caught:
        cluster(existing.address, same=tasks.engine_of_process, patience_s=30).__enter__()
    assert caught.value.code == "cluster-differs"
    assert "engine here is other" in caught.value.message
    assert caught.value.message.endswith("is this.")
    monkeypatch.setattr(link, "PYTHON", "3.9.1")
    with pytest.raises(JoulegraphError, match=r"Python here is 3\.9, ") as caught:
        cluster(existing.address, patience_s=30).__enter__()
    assert caught.value.code == "cluster-differs"


def test_another_engine_that_joins_later_is_refused_too(
    existing: ExistingCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    existing.scheduler()
    existing.worker(NO_NANNY)
    existing.set("TEST_ENGINE", "other")
    with cluster(existing.address, same=tasks.engine_of_process, patience_s=30) as workers:
        results = workers.each(tasks.process_id, range(1_000_000))
        next(results)
        existing.worker(NO_NANNY)
        with pytest.raises(JoulegraphError) as caught:
            list(results)
    assert caught.value.code == "cluster-differs"


def test_nobody_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "ATTEMPT_S", 0.3)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(JoulegraphError) as caught:
        cluster(address).__enter__()
    assert caught.value.code == "scheduler-unreachable"
    assert address in caught.value.message
    assert "dask scheduler" in caught.value.remedy


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "tcp://",
        "gopher://127.0.0.1:1",
        "tcp://a b:1",
        "tcp://a:b",
        "Local",
        "a:1/x",
    ],
)
def test_no_address(address: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        cluster(address).__enter__()
    assert caught.value.code == "scheduler-address"
    assert repr(address) in caught.value.message


def test_patience_ends(existing: ExistingCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "ATTEMPT_S", 0.3)
    existing.scheduler()
    assert eventually(lambda: listens(existing.port))
    told: list[str] = []
    with pytest.raises(JoulegraphError) as caught:
        cluster(existing.address, told=told.append, patience_s=1).__enter__()
    assert caught.value.code == "no-workers"
    assert len(told) == 1
    assert "no workers" in told[0]
    existing.kill_all()
    told.clear()
    lost = link.Link(existing.address, False, link.Terms(tasks.engine_of_process, told.append, 1.0))
    with pytest.raises(JoulegraphError) as caught:
        lost.again(3)
    assert caught.value.code == "scheduler-unreachable"
    assert "within 1 s" in caught.value.message
    assert len(told) == 1
    lost.close()
