"""Killed at random moments and gone on with, a capture is as if nothing had happened."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from py.measure.capture.columns import IDLE, key_of
from py.measure.capture.file import CaptureFile
from py.measure.capture.method import Method
from py.measure.capture.reading import open_capture
from py.measure.capture.run import run_capture
from py.measure.capture.station import Equipment, Station
from py.measure.plans.shape import Shape
from tests.measure.capture.made import FAKE_METERS, FAKE_RUNNER, layers, made_header

ROOT = Path(__file__).resolve().parents[3]
KILLS = 20
METHOD = Method(window_s=0.002, network_s=0.002, least_warm_up_s=1e-4, updates=2, idle_s=0.01)


def _rows(path: Path) -> list[Mapping[str, str]]:
    with open_capture(path) as found:
        assert found.header is not None
        return [row for row in found.rows() if row["op"] != IDLE]


def _start(path: Path, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.measure.capture.driver", str(path), str(count), "0.01"]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def test_the_process_that_keeps_a_capture_is_killed(tmp_path: Path) -> None:
    """Half of the kills come at any moment, half soon after the file has grown."""
    path = tmp_path / "a.csv.gz"
    chance = random.Random(20)
    count = 200
    kills = 0
    before: list[str] = []
    while kills < KILLS:
        process = _start(path, count)
        had = _size(path)
        if kills % 2:
            while process.poll() is None and _size(path) == had:
                time.sleep(0.001)
            time.sleep(chance.uniform(0.0, 0.1))
        else:
            time.sleep(chance.uniform(0.0, 1.5))
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it was done before it was killed"
        kills += 1
        keys = [key_of(row) for row in _rows(path)] if path.exists() else []
        assert keys[: len(before)] == before, "a row was lost"
        before = keys
    assert kills == KILLS
    assert before, "no kill came amid the measuring"
    process = _start(path, count)
    _, said = process.communicate()
    assert process.returncode == 0, said.decode()
    assert Counter(key_of(row) for row in _rows(path)) == Counter(
        key_of(shape.cells) for shape in layers(count)
    )
    assert {row["note"] for row in _rows(path)} == {""}
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_process_that_is_asked_to_end_leaves_a_whole_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv.gz"
    process = _start(path, 100_000)
    while not path.exists() or len(_rows(path)) < 3:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(getattr(signal, name))
    process.communicate()
    assert process.returncode == 130, "as py.terminal has it"
    subprocess.run(["gzip", "--test", str(path)], check=True)
    assert len(_rows(path)) >= 3
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


class Killer:
    """A progress that has the measuring process killed at a random moment of the next shapes."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.chance = random.Random(21)
        self.killed: set[int] = set()

    def began(self, total: int, done: int, seconds: float | None) -> None: ...

    def row(self, done: int, shape: Shape, cells: Mapping[str, str]) -> None:
        process = self.station.process_id
        if process is None or process in self.killed or len(self.killed) == KILLS:
            return
        self.killed.add(process)
        threading.Timer(self.chance.uniform(0.0, 0.08), self.kill).start()

    def kill(self) -> None:
        child = self.station._child
        if child is not None and child._process.pid in self.killed:
            child._process.send_signal(signal.SIGKILL)

    def note(self, text: str) -> None: ...

    def ended(self) -> None: ...


def test_the_process_that_measures_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    equipment = Equipment(FAKE_RUNNER, "cpu", METHOD, {"seconds": "0.002"}, FAKE_METERS)
    shapes = layers(150)
    with Station(equipment) as station, CaptureFile(path, made_header()) as file:
        killer = Killer(station)
        outcome = run_capture(shapes, file, station, killer)
    assert len(killer.killed) == KILLS
    rows = _rows(path)
    assert [key_of(row) for row in rows] == [key_of(shape.cells) for shape in shapes]
    failed = [row for row in rows if row["note"]]
    assert {row["note"] for row in failed} == {"failed: the process ended with signal 9 (SIGKILL)"}
    assert 1 <= len(failed) <= KILLS
    assert outcome.failed == len(failed)
    with Station(equipment) as station, CaptureFile(path, made_header(), retry=True) as file:
        outcome = run_capture(shapes, file, station, killer)
    assert (outcome.measured, outcome.failed) == (150, 0)
    assert Counter(map(key_of, _rows(path))) == Counter(key_of(one.cells) for one in shapes)


def test_a_measuring_process_does_not_outlive_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    process = _start(path, 100_000)
    while not path.exists() or len(_rows(path)) < 1:
        assert process.poll() is None
        time.sleep(0.01)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        process.communicate()
        pytest.skip("this kernel does not list the children of a process")
    (child,) = children.read_text(encoding="ascii").split()
    process.kill()
    process.communicate()
    for _ in range(200):
        if not _runs(int(child)):
            return
        time.sleep(0.05)
    pytest.fail("it lives on")


def _runs(process: int) -> bool:
    """Return whether a process runs; one that is dead and not yet waited for does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(") ")[2]
    except OSError:
        return False
    return not state.startswith("Z")
