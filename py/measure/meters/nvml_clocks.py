"""Setting a GPU's clocks for a while, and putting them back whatever happens.

Only ever used when asked for. Volta and newer lock the clocks to a range; older ones have
application clocks. An earlier lock can't be asked for, so the clock is given back to the driver;
earlier application clocks are put back as they were.

A normal end, an exception and Ctrl-C leave the ``with`` block; SIGTERM is turned into that; and for
a process that is killed outright there is a guard: a second process that waits for the first to end
and then puts the clocks back.
"""

import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType, TracebackType

from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.report import MeterUnavailableError

ROOT_REMEDY = 'sudo env "PATH=$PATH" python -m py.measure capture --plan clocks'
ROOM = Path(__file__).resolve().parents[3]
"""Where the guard finds the package ``py``."""

GUARD = "py.measure.meters.clock_guard"
GUARD_READY_S = 30.0


class GpuClocks:
    """``with GpuClocks(nvml, index) as clocks: clocks.set(1200)``; afterwards all is as before."""

    def __init__(self, nvml: Nvml, index: int) -> None:
        self._nvml = nvml
        self._index = index
        self._handle = nvml.handle(index)
        self._guard: subprocess.Popen[bytes] | None = None
        self._sigterm: object = None
        self._ours = self._locked = self._applied = False
        self.application_mhz = application_clocks_mhz(nvml, index)

    def set(self, clock_mhz: int) -> None:
        """Keep the multiprocessors at this clock.

        Raises:
            MeterUnavailableError: the driver refuses, with its words and a remedy.
        """
        nvml, module = self._nvml, self._nvml.module
        try:
            nvml.ask("nvmlDeviceSetGpuLockedClocks", self._handle, clock_mhz, clock_mhz)
            self._locked = True
            return
        except MeterUnavailableError as refused:
            error = refused
        if self.application_mhz is not None and _is(module, error, "NOT_SUPPORTED"):
            try:
                memory_mhz = self.application_mhz[0]
                nvml.ask("nvmlDeviceSetApplicationsClocks", self._handle, memory_mhz, clock_mhz)
                self._applied = True
                return
            except MeterUnavailableError as refused:
                error = refused
        remedy = ROOT_REMEDY if _is(module, error, "NO_PERMISSION") else error.remedy
        raise MeterUnavailableError(f"the clocks can't be set: {error.reason}", remedy)

    def release(self) -> None:
        """Put the clocks back now; they may be set again.

        Raises:
            MeterError: that did not work, with the driver's words.
        """
        applied = self.application_mhz if self._applied else None
        restore(self._nvml, self._index, self._locked, applied)
        self._locked = self._applied = False

    def __enter__(self) -> "GpuClocks":
        self._start_guard()
        if threading.current_thread() is threading.main_thread():
            self._sigterm = signal.signal(signal.SIGTERM, _leave)
            self._ours = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.release()
        except MeterError:
            # The guard tries once more: it was told nothing, so it takes this for a death.
            self._stop_guard(restored=False)
            raise
        else:
            self._stop_guard(restored=True)
        finally:
            if self._ours:
                signal.signal(signal.SIGTERM, self._sigterm)  # type: ignore[arg-type]
                self._ours = False

    def _start_guard(self) -> None:
        memory_mhz, clock_mhz = self.application_mhz or (0, 0)
        command = [sys.executable, "-m", GUARD, str(self._index), str(memory_mhz), str(clock_mhz)]
        # A session of its own: Ctrl-C in the terminal is not for the guard.
        self._guard = subprocess.Popen(
            command,
            cwd=ROOM,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._guard.stdout is not None
        if self._guard.stdout.readline() != b"ready\n":
            self._stop_guard(restored=True)
            raise MeterUnavailableError("the process that would put the clocks back doesn't start")

    def _stop_guard(self, restored: bool) -> None:
        guard, self._guard = self._guard, None
        if guard is None:
            return
        try:
            guard.communicate(b"restored\n" if restored else b"", timeout=GUARD_READY_S)
        except (subprocess.TimeoutExpired, OSError):
            guard.kill()
            guard.wait()


def application_clocks_mhz(nvml: Nvml, index: int) -> tuple[int, int] | None:
    """Return the memory and graphics clocks that applications get; None where there are none."""
    module, handle = nvml.module, nvml.handle(index)
    try:
        return (
            int(nvml.ask("nvmlDeviceGetApplicationsClock", handle, module.NVML_CLOCK_MEM)),
            int(nvml.ask("nvmlDeviceGetApplicationsClock", handle, module.NVML_CLOCK_GRAPHICS)),
        )
    except MeterUnavailableError:
        return None


def restore(nvml: Nvml, index: int, locked: bool, application_mhz: tuple[int, int] | None) -> None:
    """Give a locked clock back to the driver, and application clocks back as they were.

    Raises:
        MeterError: one of them did not work, with the driver's words; both were tried.
    """
    handle = nvml.handle(index)
    errors = []
    if locked:
        try:
            nvml.call("nvmlDeviceResetGpuLockedClocks", handle)
        except MeterError as error:
            errors.append(str(error))
    if application_mhz is not None:
        try:
            nvml.call("nvmlDeviceSetApplicationsClocks", handle, *application_mhz)
        except MeterError as error:
            errors.append(str(error))
    if errors:
        raise MeterError(
            f"the clocks of GPU {index} could not be put back ({'; '.join(errors)}): "
            f"sudo nvidia-smi -i {index} --reset-gpu-clocks"
        )


def _is(module: object, error: MeterUnavailableError, *names: str) -> bool:
    value = getattr(error.__cause__, "value", None)
    return any(value == getattr(module, f"NVML_ERROR_{name}") for name in names)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
