"""Tasks on a Dask cluster of this machine: as in processes, whatever dies."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dask.config
import psutil  # type: ignore[import-untyped]
import pytest

from py.errors import JoulegraphError
from py.sweep.work.failed import TaskFailed
from py.sweep.work.flight import PER_THREAD
from py.sweep.work.pace import BUNDLE_TASKS
from py.sweep.work.pool import Workers, cluster, inline, processes
from tests.sweep.work import tasks
from tests.sweep.work.ways import Counted, alive, eventually, in_order, mixed_results

MEMORY = TaskFailed.of(MemoryError())


@pytest.fixture(scope="module")
def two() -> Iterator[Workers]:
    with cluster("local", 2, 1_000_000_000) as workers:
        yield workers


def test_results_are_the_same_whichever_way(two: Workers) -> None:
    with inline() as here, processes(2) as apart:
        expected = mixed_results(here, 60)
        assert mixed_results(apart, 60) == expected
        assert mixed_results(two, 60) == expected


def test_both_work_and_neither_is_this_process(two: Workers) -> None:
    assert two.count == 2
    ids = set(in_order(two.each(tasks.process_id, range(20))))
    assert len(ids) == 2
    assert os.getpid() not in ids


def test_all_ports_are_open_to_this_machine_only(two: Workers) -> None:
    here = psutil.Process()
    listening = [
        socket.laddr.ip
        for process in [here, *here.children(recursive=True)]
        for socket in process.net_connections("inet")
        if socket.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}


def test_arguments_are_taken_a_few_ahead(two: Workers) -> None:
    ahead = 2 * PER_THREAD * two.count  # bundles, when others have come that aren't yielded yet
    slow = Counted(150)
    for done, _ in enumerate(two.each(tasks.process_id, slow)):
        assert slow.taken <= done + ahead * 13  # twelve tasks of 20 ms make a bundle
    quick = Counted(4000)
    for done, _ in enumerate(two.each(tasks.square, quick)):
        assert quick.taken <= done + ahead * BUNDLE_TASKS
    assert (slow.taken, quick.taken) == (150, 4000)


def test_what_cannot_travel_costs_its_own_task(two: Workers) -> None:
    first, second, third = in_order(two.each(tasks.of_anything, [1, tasks.Unsendable(), "a"]))
    assert (first, third) == ("int", "str")
    assert second == TaskFailed("ValueError: stays here", "raised")
    ((_, failed),) = two.each(tasks.not_sendable, [0])
    assert isinstance(failed, TaskFailed)
    assert "lambda" in failed.reason


def test_a_caller_who_leaves_early_can_come_back(two: Workers) -> None:
    for place, _ in two.each(tasks.square, range(1000)):
        if place == 5:
            break
    assert in_order(two.each(tasks.square, range(5))) == [0, 1, 4, 9, 16]


def test_what_the_arguments_raise_is_the_callers(two: Workers) -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        list(two.each(tasks.square, broken()))
    assert in_order(two.each(tasks.square, [3])) == [9]


def test_a_second_round_within_the_first_is_refused(two: Workers) -> None:
    results = two.each(tasks.square, range(10))
    next(results)
    with pytest.raises(RuntimeError, match="one at a time"):
        next(two.each(tasks.square, [1]))
    assert len(list(results)) == 9


def test_killed_workers_cost_nothing_and_their_successors_know_what_is_shared(
    two: Workers, tmp_path: Path
) -> None:
    two.share("numbers", list(range(100, 200)))
    given = [(number, str(tmp_path / str(number // 8))) for number in range(16)]
    assert in_order(two.each(tasks.kill_once, given)) == list(range(16))
    assert in_order(two.each(tasks.shared_numbers, range(20))) == list(range(100, 120))


def test_kills_from_outside_at_any_time_lose_nothing_and_double_nothing(two: Workers) -> None:
    seen: list[int] = []
    for _, process in two.each(tasks.process_id, range(60)):
        assert isinstance(process, int)
        seen.append(process)
        if len(seen) in (15, 35):
            os.kill(process, signal.SIGKILL)
    assert len(seen) == 60
    assert len(set(seen)) >= 3


def test_a_worker_that_is_long_in_coming_back_is_not_given_up() -> None:
    # Shorter than a worker takes to start: Dask would close what looks after it.
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "100 ms"}),
        cluster("local", 1, patience_s=20) as one,
    ):
        for _ in range(2):
            ((_, process),) = one.each(tasks.process_id, [0])
            assert isinstance(process, int)
            os.kill(process, signal.SIGKILL)
        assert in_order(one.each(tasks.square, [3])) == [9]


def test_only_the_task_that_kills_is_blamed(two: Workers) -> None:
    results = in_order(two.each(tasks.kill_own, range(12)))
    assert results == [TaskFailed.killed() if n == 7 else n for n in range(12)]


@pytest.mark.skipif(sys.platform != "linux", reason="this system limits no memory")
def test_a_task_out_of_memory_fails_as_in_a_process(two: Workers) -> None:
    sizes = [1_000, 600_000_000, 2_000, 100_000_000, 3_000]
    assert in_order(two.each(tasks.allocate, sizes)) == [1_000, MEMORY, 2_000, 100_000_000, 3_000]
    assert in_order(two.each(tasks.hoard, [120_000_000] * 8)) == [120_000_000] * 8


def test_too_little_memory_is_said_before_anything_starts() -> None:
    with pytest.raises(JoulegraphError) as caught:
        cluster("local", 2, 300_000_000)
    assert caught.value.code == "workers-memory"


def test_it_is_to_be_opened_first() -> None:
    workers = cluster("tcp://127.0.0.1:1")
    assert workers.count == 0
    with pytest.raises(RuntimeError, match="context manager"):
        next(workers.each(tasks.square, [1]))
    with pytest.raises(ValueError, match="got 0"):
        cluster("tcp://127.0.0.1:1", 0)


def busy_parent(root: Path, folder: Path) -> "subprocess.Popen[str]":
    """A process of its own, in its own group, whose two Dask workers are busy for an hour."""
    code = f"""
import sys
sys.path.insert(0, {str(root)!r})
from py.sweep.work.pool import cluster
from tests.sweep.work.tasks import said_and_slept
if __name__ == "__main__":
    with cluster("local", 2) as workers:
        for _ in workers.each(said_and_slept, [({str(folder / "ids")!r}, 3600.0)] * 8):
            pass
"""
    script = folder / "parent.py"
    script.write_text(code)
    (folder / "ids").mkdir()
    return subprocess.Popen(
        [sys.executable, str(script)],
        cwd=folder,
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def parent(root: Path, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    with busy_parent(root, tmp_path) as parent:
        assert eventually(lambda: len(list((tmp_path / "ids").iterdir())) == 2)
        yield parent
        parent.kill()


def test_ctrl_c_ends_all_at_once_and_says_so_once(
    parent: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    os.killpg(parent.pid, signal.SIGINT)
    _, told = parent.communicate(timeout=20)
    assert len(re.findall("KeyboardInterrupt$", told, re.MULTILINE)) == 1, told
    assert told.count("Traceback") == 1, told
    assert not any(alive(int(worker.name)) for worker in (tmp_path / "ids").iterdir())


def test_no_worker_outlives_its_parent(parent: "subprocess.Popen[str]", tmp_path: Path) -> None:
    parent.kill()
    parent.communicate(timeout=20)
    workers = [int(worker.name) for worker in (tmp_path / "ids").iterdir()]
    assert eventually(lambda: not any(map(alive, workers)))


def test_ctrl_c_ends_what_is_half_started(root: Path, tmp_path: Path) -> None:
    with busy_parent(root, tmp_path) as parent:
        started = psutil.Process(parent.pid)
        assert eventually(lambda: len(started.children()) >= 2)  # one helper, and the first worker
        children = [child.pid for child in started.children(recursive=True)]
        os.killpg(parent.pid, signal.SIGINT)
        _, told = parent.communicate(timeout=20)
    assert told.count("Traceback") == 1, told
    assert eventually(lambda: not any(map(alive, children)))
