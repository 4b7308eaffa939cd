"""The plan ``clocks``: each row at its clock, and the clocks put back whatever happens."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from py.measure.capture.reading import open_capture
from tests.measure.meters.stand_in import ROOT, UNKNOWN, Fault, Script, StandIn, compile_stand_in


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> StandIn:
    return compile_stand_in(tmp_path_factory.mktemp("stand_in"))


def _start(
    stand_in: StandIn, folder: Path, count: int, script: Script | None = None
) -> subprocess.Popen[str]:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.measure.capture.clocked_driver"]
    return subprocess.Popen(
        [*command, str(folder / "a.csv.gz"), str(count)],
        cwd=ROOT,
        env=stand_in.environment(script or Script(), scratch, log=True),
        stderr=subprocess.PIPE,
        text=True,
    )


def _log(folder: Path) -> list[str]:
    log = folder / "scratch" / "log"
    return log.read_text(encoding="ascii").splitlines() if log.exists() else []


def _clocks(folder: Path) -> list[str]:
    path = folder / "a.csv.gz"
    if not path.exists():
        return []
    with open_capture(path) as found:
        return [row["clock_mhz"] for row in found.rows()]


def test_rows_are_measured_at_their_clocks(stand_in: StandIn, tmp_path: Path) -> None:
    process = _start(stand_in, tmp_path, 2)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    clocks = _clocks(tmp_path)
    first, second = clocks[0], clocks[2]
    assert clocks == [first, first, second, second, "", ""]
    assert _log(tmp_path)[:3] == [
        *(f"lock {first} {first}", f"lock {second} {second}", "reset"),
    ]
    assert set(_log(tmp_path)[3:]) <= {"reset"}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_clocks_are_put_back_when_it_is_stopped(
    stand_in: StandIn, tmp_path: Path, name: str
) -> None:
    process = _start(stand_in, tmp_path, 100_000)
    while len(_clocks(tmp_path)) < 3:
        assert process.poll() is None
        time.sleep(0.02)
    assert _log(tmp_path)[-1].startswith("lock")
    process.send_signal(getattr(signal, name))
    process.communicate(timeout=60)
    assert process.returncode == (-signal.SIGKILL if name == "SIGKILL" else 130)
    for _ in range(600):  # after SIGKILL it is the guard that does it, in its own time
        if "reset" in _log(tmp_path):
            break
        time.sleep(0.1)
    assert [line.split()[0] for line in _log(tmp_path)[:2]] == ["lock", "reset"]


def test_without_permission_the_error_says_the_command(stand_in: StandIn, tmp_path: Path) -> None:
    process = _start(stand_in, tmp_path, 2, Script(denied=True))
    _, said = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "Insufficient Permissions" in said
    assert "sudo " in said
    assert "[clocks-refused]" in said
    assert _clocks(tmp_path) == []


def test_clocks_that_can_not_be_put_back_are_an_error(stand_in: StandIn, tmp_path: Path) -> None:
    script = Script(faults=[Fault("nvmlDeviceResetGpuLockedClocks", UNKNOWN)])
    process = _start(stand_in, tmp_path, 2, script)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "could not be put back" in said
    assert len(_clocks(tmp_path)) == 4, "what was measured is kept"
