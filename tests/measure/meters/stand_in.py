"""Compiles the stand-in for NVML, writes what it plays, and says how to run a process with it.

A test that needs an NVIDIA GPU takes the fixture ``stand_in`` (or calls ``compile_stand_in``), and
runs a Python of its own with ``stand_in.environment(…)``: there nvidia-ml-py loads the stand-in in
place of the driver's library. Nothing else is faked.
"""

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.measure.meters.power_trace import PowerTrace, level

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]

NOT_SUPPORTED, NO_PERMISSION, DRIVER_NOT_LOADED, GPU_IS_LOST, UNKNOWN = 3, 4, 9, 15, 999


@dataclass(frozen=True)
class Fault:
    """A call of NVML that fails with a code, from its ``after``-th call on."""

    function: str
    code: int
    after: int = 0


@dataclass(frozen=True)
class Script:
    """What the stand-in plays. Times begin at 0; ``throttle`` is (from, to, bits)."""

    trace: PowerTrace = field(default_factory=lambda: level(100.0))
    gpus: int = 1
    name: str = "Stand-in GPU"
    has_energy: bool = True
    has_instant: bool = True
    update_s: float = 0.1
    base_mj: int = 123_456_789
    ecc: int = 1
    mig: int = 0
    persistence: int = 1
    processes: int = 0
    denied: bool = False
    lost_s: float | None = None
    throttle: Sequence[tuple[float, float, int]] = ()
    faults: Sequence[Fault] = ()

    def text(self) -> str:
        lines = [
            f"gpus {self.gpus}",
            f"name {self.name}",
            f"energy {self.has_energy:d}",
            f"instant {self.has_instant:d}",
            f"update_s {self.update_s}",
            f"base_mj {self.base_mj}",
            f"ecc {self.ecc}",
            f"mig {self.mig}",
            f"persistence {self.persistence}",
            f"processes {self.processes}",
            f"denied {self.denied:d}",
            *([] if self.lost_s is None else [f"lost_s {self.lost_s}"]),
            *(f"power {time!r} {power!r}" for time, power in self.trace.points),
            *(f"throttle {start} {end} {bits:x}" for start, end, bits in self.throttle),
            *(f"fail {fault.function} {fault.code} {fault.after}" for fault in self.faults),
        ]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class StandIn:
    """A compiled stand-in; ``folder`` holds it under the name of the driver's library."""

    folder: Path

    def environment(
        self, script: Script, scratch: Path, clock: bool = False, log: bool = False
    ) -> dict[str, str]:
        """Return the environment of a process that shall meet the stand-in.

        ``scratch`` is a folder of this process alone. With ``clock`` time is what is written to
        ``scratch/clock`` (``set_clock``), else it runs; with ``log``, calls that change the GPU go
        to ``scratch/log``.
        """
        (scratch / "script").write_text(script.text(), encoding="utf-8")
        environment = {
            **os.environ,
            "LD_LIBRARY_PATH": str(self.folder),
            "STAND_IN_NVML": str(scratch / "script"),
            "PYTHONPATH": str(ROOT),
        }
        if clock:
            set_clock(scratch / "clock", 0.0)
            environment["STAND_IN_CLOCK"] = str(scratch / "clock")
        if log:
            environment["STAND_IN_LOG"] = str(scratch / "log")
        return environment

    def run(
        self,
        code: str,
        script: Script,
        scratch: Path,
        clock: bool = False,
        more: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run Python code in a process that meets the stand-in, and return how it ended."""
        environment = {**self.environment(script, scratch, clock, log=True), **(more or {})}
        return subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )


def set_clock(path: Path, time_s: float) -> None:
    """Set the time of a stand-in that takes it from a file."""
    # Written over, never cut: the stand-in may read it at any moment, from another thread.
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        os.pwrite(file, struct.pack("=d", time_s), 0)
    finally:
        os.close(file)


def compile_stand_in(folder: Path, old_driver: bool = False) -> StandIn:
    """Compile the stand-in into a folder of its own below ``folder``, once; skips the test where
    there is no C compiler.
    """
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no C compiler (cc, gcc) for Linux here to build the stand-in for NVML")
    place = folder / ("nvml-old" if old_driver else "nvml")
    library = place / "libnvidia-ml.so.1"
    if not library.is_file():
        place.mkdir(parents=True, exist_ok=True)
        command = [compiler, "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC"]
        options = ["-DOLD_DRIVER"] if old_driver else []
        built = place / f"built-{os.getpid()}"
        subprocess.run(
            [*command, *options, str(HERE / "nvml_stand_in.c"), "-o", str(built)], check=True
        )
        built.replace(library)
    return StandIn(place)
