"""Clocks that are set are put back: at the end, after errors, signals, and a death."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.measure.meters.stand_in import NOT_SUPPORTED, ROOT, UNKNOWN, Fault, Script, StandIn

SET = """
import os, signal, sys, time
from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.nvml_clocks import GpuClocks
nvml = Nvml.load()
with GpuClocks(nvml, 0) as clocks:
    clocks.set(900)
    clocks.set(1200)
    print("set", flush=True)
"""
WAIT = "    time.sleep(600)\n"


def _log(scratch: Path) -> list[str]:
    log = scratch / "log"
    return log.read_text().splitlines() if log.exists() else []


def test_at_the_end(stand_in: StandIn, tmp_path: Path) -> None:
    ended = stand_in.run(SET, Script(), tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "set\n"), ended.stderr
    assert _log(tmp_path) == ["lock 900 900", "lock 1200 1200", "reset"]


def test_after_an_exception(stand_in: StandIn, tmp_path: Path) -> None:
    ended = stand_in.run(SET + "    raise ValueError('mine')\n", Script(), tmp_path)
    assert ended.returncode == 1
    assert "ValueError: mine" in ended.stderr
    assert _log(tmp_path)[-1] == "reset"


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (signal.SIGINT, -signal.SIGINT),
        (signal.SIGTERM, 128 + signal.SIGTERM),
        (signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_after_a_signal(
    stand_in: StandIn, tmp_path: Path, number: signal.Signals, status: int
) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", SET + WAIT],
        env=stand_in.environment(Script(), tmp_path, log=True),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "set\n"
    assert _log(tmp_path) == ["lock 900 900", "lock 1200 1200"]
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode == status
    # After SIGKILL it is the guard that does it, in its own time.
    for _ in range(600):
        if "reset" in _log(tmp_path):
            break
        time.sleep(0.1)
    assert _log(tmp_path)[2] == "reset"


def test_an_older_card_has_application_clocks(stand_in: StandIn, tmp_path: Path) -> None:
    faults = [
        Fault("nvmlDeviceSetGpuLockedClocks", NOT_SUPPORTED),
        Fault("nvmlDeviceResetGpuLockedClocks", NOT_SUPPORTED),
    ]
    ended = stand_in.run(SET, Script(faults=faults), tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert _log(tmp_path) == [
        "application 1215 900",
        "application 1215 1200",
        "application 1215 1410",
    ]


CAUGHT = """
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.nvml_clocks import GpuClocks
from py.measure.meters.meter import MeterError
try:
    with GpuClocks(Nvml.load(), 0) as clocks:
        clocks.set(900)
except MeterError as error:
    print(error)
    print(getattr(error, "remedy", ""))
"""


def test_without_permission_nothing_is_set_and_the_command_is_told(
    stand_in: StandIn, tmp_path: Path
) -> None:
    ended = stand_in.run(CAUGHT, Script(denied=True), tmp_path)
    reason, remedy = ended.stdout.splitlines()
    assert reason == (
        "the clocks can't be set: nvmlDeviceSetGpuLockedClocks: Insufficient Permissions"
    )
    assert remedy.startswith("sudo ")
    assert _log(tmp_path) == []


def test_clocks_that_can_not_be_put_back_are_an_error_with_the_command(
    stand_in: StandIn, tmp_path: Path
) -> None:
    faults = [Fault("nvmlDeviceResetGpuLockedClocks", UNKNOWN)]
    ended = stand_in.run(CAUGHT, Script(faults=faults), tmp_path)
    assert "could not be put back (nvmlDeviceResetGpuLockedClocks: Unknown Error)" in ended.stdout
    assert "sudo nvidia-smi -i 0 --reset-gpu-clocks" in ended.stdout
