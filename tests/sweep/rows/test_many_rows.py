"""Many rows in bounded memory, where somebody asks for it: a million take minutes.

    JOULEGRAPH_MANY_ROWS=1000000 python -m pytest tests/sweep/rows/test_many_rows.py -s

Each step runs in a process of its own, which says its most memory at once and its time.
"""

import os
import re
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

COUNT = int(os.environ.get("JOULEGRAPH_MANY_ROWS", "0"))
MOST_MB = 500
ROOT = Path(__file__).resolve().parents[3]
PLAN = "a" * 64
LINK, LAYERS = 300, 2


def add(folder: Path) -> None:
    from py.sweep.rows.journal import Journal
    from tests.sweep.rows.made import made_up

    with Journal(folder / "j", PLAN) as journal:
        rows = made_up(COUNT, layers=LAYERS, link=LINK)
        while some := list(islice(rows, 500)):
            journal.add(some)


def resume(folder: Path) -> None:
    from py.sweep.rows.journal import Journal

    with Journal(folder / "j", PLAN) as journal:
        assert journal.done() == set(range(COUNT))


def write(folder: Path) -> None:
    from py.sweep.rows.journal import Journal
    from py.sweep.rows.write import write_tables

    with Journal(folder / "j", PLAN) as journal:
        write_tables(journal.rows(), folder, layers=True, provenance={"engine": "0.1.0"})


def read(folder: Path) -> None:
    from py.sweep.rows.read import read_rows

    batches = read_rows(folder / "rows.parquet", ["id", "model", "energy_j", "macs"])
    assert sum(batch.num_rows for batch in batches) == COUNT


STEPS = {"add": add, "resume": resume, "write": write, "read": read}


@pytest.mark.skipif(not COUNT, reason="takes minutes; JOULEGRAPH_MANY_ROWS says how many rows")
def test_many_rows_take_bounded_memory(tmp_path: Path) -> None:
    for step in STEPS:
        done = subprocess.run(
            [sys.executable, "-m", "tests.sweep.rows.test_many_rows", step, str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        print(f"{COUNT:,} rows, {step}: {done.stdout.strip()}")
        assert float(done.stdout.split()[0]) < MOST_MB
    for path in sorted(tmp_path.iterdir()):
        print(f"{path.name}: {path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    STEPS[sys.argv[1]](Path(sys.argv[2]))
    peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert peak is not None
    print(f"{int(peak[1]) / 1e3:.0f} MB, {time.process_time():.1f} s")
