"""A runner, meters and a method, ready to measure: what the process that measures is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from py.errors import JoulegraphError
from py.measure.capture.idle import idle
from py.measure.capture.measurement import Measurement
from py.measure.capture.memory import too_large
from py.measure.capture.method import Method, measure
from py.measure.capture.opening import (
    measured_domain,
    open_meters,
    open_runner,
    open_state,
)
from py.measure.machine.free_memory import free_bytes
from py.measure.machine.host import Host
from py.measure.meters.clock import Clock, SteadyClock
from py.measure.meters.device_state import StateReader
from py.measure.meters.meter import Meter
from py.measure.meters.which_gpu import which_gpu
from py.measure.plans.shape import Shape
from py.measure.runners.runner import NotRunnableError, Runner
from py.measure.table.row import NETWORK

Answer = dict[str, Any]
_MOST_REASON = 300


class Bench:
    """Measures one shape after the other."""

    def __init__(
        self,
        runner: Runner,
        device: str,
        meters: Sequence[Meter],
        state: StateReader | None,
        method: Method,
        clock: Clock | None = None,
    ) -> None:
        self._runner = runner
        self._device = device
        self._meters = meters
        self._state = state
        self._method = method
        self._clock = SteadyClock() if clock is None else clock
        self._measured = measured_domain(device, meters)

    @staticmethod
    def opened(asked: Mapping[str, Any]) -> tuple["Bench | None", Answer]:
        """Open what a message asks for; without a bench, the answer says why there is none."""
        try:
            runner = open_runner(asked["runner"], asked["device"], asked["settings"])
            gpu = which_gpu(asked["device"])
            meters = open_meters(asked["meters"], asked["device"], gpu)
        except JoulegraphError as error:
            return None, {"refused": [error.code, error.message, error.remedy]}
        except NotRunnableError as error:
            return None, {"refused": ["runner-refused", f"{error}.", "Choose another --runner."]}
        method = Method(**asked["method"])
        bench = Bench(runner, asked["device"], meters, open_state(gpu.nvml), method)
        opened = {
            "identity": dict(runner.identity),
            "meters": [meter.facts.name for meter in meters],
            "measured": bench._measured,
            "gpu": gpu.nvml,
            "unknown": gpu.unknown,
        }
        return bench, {"opened": opened}

    def answer(self, message: Mapping[str, Any]) -> Answer:
        """Do what a message asks for and return the cells of a row.

        ``doubtful`` says that something broke: this process had better not measure further.
        """
        try:
            if "idle" in message:
                found = idle(
                    *(self._meters, self._state, self._clock, self._method, self._measured)
                )
                return {"cells": found.cells}
            return {"cells": self.measured(Shape(**message["measure"])).cells}
        except (NotRunnableError, MemoryError) as error:
            return {"cells": {"note": f"skipped: {_reason(error)}"}}
        except Exception as error:
            if _is_out_of_memory(error):
                return {"cells": {"note": "skipped: out of memory"}}
            return {"cells": {"note": f"failed: {_reason(error)}"}, "doubtful": True}

    def measured(self, shape: Shape) -> Measurement:
        """Measure a shape.

        Raises:
            NotRunnableError: it can't run here.
        """
        needed = self._runner.needed_bytes(shape)
        reason = too_large(needed, None if needed is None else free_bytes(self._device, Host()))
        if reason is not None:
            raise NotRunnableError(reason)
        prepared = self._runner.prepare(shape)
        method = self._method
        if shape.op == NETWORK:
            method = replace(method, window_s=max(method.window_s, method.network_s), agreeing=2)
        try:
            return measure(
                *(prepared, self._meters, self._state, self._clock, method, self._measured)
            )
        finally:
            prepared.close()


def _is_out_of_memory(error: BaseException) -> bool:
    """Return whether memory ran out: libraries say so by errors of their own."""
    said = f"{type(error).__name__} {error}".lower()
    words = ("outofmemory", "out of memory", "bad_alloc", "failed to allocate", "can't allocate")
    return isinstance(error, MemoryError) or any(word in said for word in words)


def _reason(error: BaseException) -> str:
    """Return what went wrong as one phrase."""
    if _is_out_of_memory(error):
        return "out of memory"
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    if isinstance(error, NotRunnableError) and line:
        return line[:_MOST_REASON]
    return f"{type(error).__name__}: {line}"[:_MOST_REASON].removesuffix(": ")
