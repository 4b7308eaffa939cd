"""Measuring at the clocks that shapes ask for, put back afterwards whatever happens."""

from collections.abc import Mapping
from contextlib import ExitStack

from py.errors import JoulegraphError
from py.measure.capture.station import Station
from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_clocks import GpuClocks
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.report import MeterUnavailableError
from py.measure.plans.shape import Shape


class ClockedStation:
    """A station whose device is set to each shape's clock; a context."""

    def __init__(self, station: Station, gpu: int | None) -> None:
        self._station, self._gpu = station, gpu
        self._clocks: GpuClocks | None = None
        self._set: int | None = None
        self._stack = ExitStack()

    def __enter__(self) -> "ClockedStation":
        return self

    def __exit__(self, *_: object) -> None:
        self._release()

    def measure(self, shape: Shape) -> Mapping[str, str]:
        """Measure a shape at its clock.

        Raises:
            JoulegraphError: ``clocks-refused`` where the clock can't be set, or not be put back.
        """
        if shape.clock_mhz != self._set:
            self._change(shape.clock_mhz)
        return self._station.measure(shape)

    def idle(self) -> Mapping[str, str]:
        return self._station.idle()

    def _change(self, clock_mhz: int | None) -> None:
        try:
            if clock_mhz is None:
                self._release()
                return
            if self._clocks is None:
                if self._gpu is None:
                    raise MeterUnavailableError("only those of NVIDIA GPUs can be set here")
                self._clocks = self._stack.enter_context(GpuClocks(Nvml.load(), self._gpu))
            self._clocks.set(clock_mhz)
            self._set = clock_mhz
        except MeterError as error:
            remedy = getattr(error, "remedy", "") or "Choose another --plan."
            raise JoulegraphError("clocks-refused", f"Clocks: {error}.", remedy) from None

    def _release(self) -> None:
        self._clocks = self._set = None
        self._stack.close()
