"""How many workers a machine and an amount of memory allow."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from py.errors import JoulegraphError
from py.sweep.work.limit import LEAST_BYTES, usable_cores, worker_count


def test_only_the_cores_that_this_process_may_use_count() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
    assert worker_count(None, None) == usable_cores()


def test_one_core_of_several(root: Path) -> None:
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("no affinity on this system")
    core = min(os.sched_getaffinity(0))
    code = (
        f"import os; os.sched_setaffinity(0, {{{core}}}); "
        "from py.sweep.work.limit import usable_cores; print(usable_cores())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.stdout.strip() == "1", done.stderr


def test_memory_makes_fewer_workers_unless_their_number_was_asked_for() -> None:
    assert worker_count(3, 3 * LEAST_BYTES) == 3
    assert worker_count(None, LEAST_BYTES) == 1
    with pytest.raises(JoulegraphError, match="3 workers need 384 MB") as caught:
        worker_count(3, 3 * LEAST_BYTES - 1)
    assert caught.value.code == "workers-memory"
    with pytest.raises(JoulegraphError):
        worker_count(None, LEAST_BYTES - 1)


def test_no_worker_is_nonsense() -> None:
    with pytest.raises(ValueError, match="got 0"):
        worker_count(0, None)
