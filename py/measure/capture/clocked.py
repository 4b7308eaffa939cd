"""Measuring at the clocks that shapes ask for, put back afterwards whatever happens."""

from collections.abc import Mapping

from py.errors import JoulegraphError
from py.measure.capture.run import Measuring
from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_clocks import GpuClocks
from py.measure.meters.nvml_library import Nvml
from py.measure.plans.shape import Shape


class ClockedStation:
    """A station whose GPU, by NVML's index, is set to each shape's clock; a context.

    Enter it before a capture's run, which has signals of its own to heed.
    """

    def __init__(self, station: Measuring, gpu: int) -> None:
        self._station, self._gpu = station, gpu
        self._set_mhz: int | None = None
        self._clocks: GpuClocks | None = None

    def __enter__(self) -> "ClockedStation":
        try:
            self._clocks = GpuClocks(Nvml.load(), self._gpu).__enter__()
        except MeterError as error:
            raise _refused(error) from None
        return self

    def __exit__(self, *_: object) -> None:
        clocks, self._clocks = self._clocks, None
        if clocks is not None:
            try:
                clocks.__exit__(None, None, None)
            except MeterError as error:
                raise _refused(error) from None

    def measure(self, shape: Shape) -> Mapping[str, str]:
        """Measure a shape at its clock.

        Raises:
            JoulegraphError: ``clocks-refused`` where the clock can't be set, or not be put back.
        """
        if self._clocks is not None and shape.clock_mhz != self._set_mhz:
            try:
                if shape.clock_mhz is None:
                    self._clocks.release()
                else:
                    self._clocks.set(shape.clock_mhz)
            except MeterError as error:
                raise _refused(error) from None
            self._set_mhz = shape.clock_mhz
        return self._station.measure(shape)

    def idle(self) -> Mapping[str, str]:
        return self._station.idle()


def _refused(error: MeterError) -> JoulegraphError:
    remedy = getattr(error, "remedy", "") or "Choose another --plan."
    return JoulegraphError("clocks-refused", f"{error}.", remedy)
