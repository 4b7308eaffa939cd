"""Tasks in processes of this machine: what they give, and what survives their deaths."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from py.sweep.work.failed import TaskFailed
from py.sweep.work.pool import Workers, inline, processes
from tests.sweep.work import tasks
from tests.sweep.work.ways import Counted, alive, eventually, in_order, mixed_results

MEMORY = TaskFailed.of(MemoryError())


@pytest.fixture(scope="module")
def two() -> Iterator[Workers]:
    with processes(2) as workers:
        yield workers


def test_results_are_those_of_one_process(two: Workers) -> None:
    with inline() as here:
        assert mixed_results(two, 60) == mixed_results(here, 60)


def test_both_work_and_neither_is_this_process(two: Workers) -> None:
    ids = set(in_order(two.each(tasks.process_id, range(20))))
    assert len(ids) == 2
    assert os.getpid() not in ids


@pytest.mark.parametrize("task", [tasks.square, tasks.big])
def test_arguments_are_taken_a_few_ahead(two: Workers, task: object) -> None:
    numbers = Counted(400)
    done = 0
    for _ in two.each(task, numbers):  # type: ignore[arg-type]
        # Two with each worker, one in hand; results that have come with this one are known too.
        assert numbers.taken <= done + 2 * (2 * two.count) + 1
        done += 1
    assert done == 400


def test_large_arguments_and_results_block_nobody(two: Workers) -> None:
    sizes = [10, 3_000_000, 20, 2_000_000, 5, 1_000_000] * 3
    assert [len(result) for result in in_order(two.each(tasks.big, sizes))] == sizes  # type: ignore[arg-type]
    given = [b"x" * size for size in sizes]
    assert in_order(two.each(tasks.of_anything, given)) == ["bytes"] * len(sizes)


def test_what_cannot_travel_costs_its_own_task(two: Workers) -> None:
    first, second, third = in_order(two.each(tasks.of_anything, [1, tasks.Unsendable(), "a"]))
    assert (first, third) == ("int", "str")
    assert second == TaskFailed("ValueError: stays here", "raised")
    ((_, failed),) = two.each(tasks.not_sendable, [0])
    assert isinstance(failed, TaskFailed)
    assert failed.kind == "raised"
    assert "lambda" in failed.reason


def test_no_argument_gives_no_result(two: Workers) -> None:
    assert list(two.each(tasks.square, [])) == []


def test_what_is_shared_reaches_every_worker_also_later_ones(tmp_path: Path) -> None:
    with processes(2) as workers:
        workers.share("numbers", [10, 20, 30])
        assert in_order(workers.each(tasks.shared_numbers, [2, 0, 1])) == [30, 10, 20]
        workers.share("numbers", [11, 21, 31])
        assert in_order(workers.each(tasks.shared_numbers, [2, 0, 1])) == [31, 11, 21]
        for process in set(in_order(workers.each(tasks.process_id, range(8)))):
            os.kill(process, signal.SIGKILL)  # type: ignore[arg-type]
        assert in_order(workers.each(tasks.shared_numbers, [2, 0, 1])) == [31, 11, 21]


def test_a_caller_who_leaves_early_can_come_back(two: Workers) -> None:
    for place, _ in two.each(tasks.square, range(1000)):
        if place == 5:
            break
    results = two.each(tasks.nap, [0.01, 60.0])
    assert next(results) == (0, 0.01)
    results.close()  # type: ignore[attr-defined]
    assert in_order(two.each(tasks.square, range(5))) == [0, 1, 4, 9, 16]


def test_a_second_round_within_the_first_is_refused(two: Workers) -> None:
    results = two.each(tasks.square, range(10))
    next(results)
    with pytest.raises(RuntimeError, match="one at a time"):
        next(two.each(tasks.square, [1]))
    assert len(list(results)) == 9


def test_what_the_arguments_raise_is_the_callers(two: Workers) -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        list(two.each(tasks.square, broken()))
    assert in_order(two.each(tasks.square, [3])) == [9]


def test_a_killed_worker_costs_nothing(tmp_path: Path) -> None:
    given = [(number, str(tmp_path / str(number // 5))) for number in range(15)]
    with processes(2) as workers:
        assert in_order(workers.each(tasks.kill_once, given)) == list(range(15))


def test_only_the_task_that_kills_is_blamed() -> None:
    with processes(2) as workers:
        results = in_order(workers.each(tasks.kill_own, range(12)))
    assert results == [TaskFailed.killed() if n == 7 else n for n in range(12)]


def test_kills_from_outside_at_any_time_lose_nothing_and_double_nothing(two: Workers) -> None:
    results: list[int] = []
    killed = 0
    for _, process in two.each(tasks.process_id, range(80)):
        assert isinstance(process, int)
        results.append(process)
        if len(results) % 16 == 0:
            killed += alive(process)
            os.kill(process, signal.SIGKILL)
    assert len(results) == 80
    assert killed >= 2


def _limited() -> bool:
    return sys.platform == "linux"


@pytest.mark.skipif(not _limited(), reason="this system limits no memory")
def test_a_task_out_of_memory_fails_and_the_next_goes_on() -> None:
    with processes(2, 500_000_000) as workers:
        sizes = [1_000, 400_000_000, 2_000, 100_000_000, 3_000]
        results = in_order(workers.each(tasks.allocate, sizes))
    assert results == [1_000, MEMORY, 2_000, 100_000_000, 3_000]


@pytest.mark.skipif(not _limited(), reason="this system limits no memory")
def test_what_earlier_tasks_hoarded_fails_no_later_one() -> None:
    with processes(1, 250_000_000) as workers:
        assert in_order(workers.each(tasks.hoard, [60_000_000] * 7)) == [60_000_000] * 7


def _parent(root: Path, folder: Path, then: str) -> "subprocess.Popen[str]":
    """A process of its own, in its own group, whose two workers are busy for an hour."""
    code = f"""
import sys
sys.path.insert(0, {str(root)!r})
from py.sweep.work.pool import processes
from tests.sweep.work.tasks import said_and_slept
if __name__ == "__main__":
    with processes(2) as workers:
        {then}
        for _ in workers.each(said_and_slept, [({str(folder)!r}, 3600.0)] * 8):
            pass
"""
    script = folder.parent / "parent.py"
    script.write_text(code)
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=folder,
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert eventually(lambda: len(list(folder.iterdir())) == 2)
    return parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "ids"
    folder.mkdir()
    return folder


def test_ctrl_c_ends_all_at_once_and_says_so_once(root: Path, folder: Path) -> None:
    parent = _parent(root, folder, "pass")
    os.killpg(parent.pid, signal.SIGINT)
    _, told = parent.communicate(timeout=20)
    assert told.count("KeyboardInterrupt") == 1
    assert told.count("Traceback") == 1
    assert not any(alive(int(worker.name)) for worker in folder.iterdir())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_its_parent(root: Path, folder: Path, number: signal.Signals) -> None:
    parent = _parent(root, folder, "pass")
    parent.send_signal(number)
    parent.communicate(timeout=20)
    workers = [int(worker.name) for worker in folder.iterdir()]
    assert eventually(lambda: not any(map(alive, workers)))
