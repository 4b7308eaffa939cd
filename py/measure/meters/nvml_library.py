"""NVIDIA's management library, NVML, by way of nvidia-ml-py; loaded when it is first asked for."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from py.measure.meters.meter import MeterError
from py.measure.meters.report import MeterUnavailableError

MOST_GPUS = 64

NO_LIBRARY_REMEDY = (
    "Install NVIDIA's driver (https://www.nvidia.com/drivers); in a container: "
    "docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,utility …"
)
REMEDIES = {
    "NVML_ERROR_LIBRARY_NOT_FOUND": NO_LIBRARY_REMEDY,
    "NVML_ERROR_DRIVER_NOT_LOADED": "sudo modprobe nvidia",
    "NVML_ERROR_LIB_RM_VERSION_MISMATCH": "Restart the machine: the driver was updated beneath it.",
    "NVML_ERROR_NO_PERMISSION": (
        "sudo usermod -aG $(stat -c %G /dev/nvidia0) $USER    (then log in again)"
    ),
    "NVML_ERROR_GPU_IS_LOST": "Restart the machine: the GPU no longer answers.",
    "NVML_ERROR_RESET_REQUIRED": "sudo nvidia-smi --gpu-reset",
}


class Nvml:
    """The library, ready for use in this process. Each ``load`` wants one ``close``."""

    def __init__(self, module: ModuleType) -> None:
        self.module: Any = module
        self._closed = False
        # Besides NVML's own errors: a library of another version, and text that is none.
        mismatch = getattr(module, "NVMLLibraryMismatchError", module.NVMLError)
        self._refusals: tuple[type[Exception], ...] = (module.NVMLError, mismatch, ValueError)

    @classmethod
    def load(cls) -> "Nvml":
        """Load NVML and start it.

        Raises:
            MeterUnavailableError: there is no driver, no package, or NVML doesn't start.
        """
        try:
            pynvml: Any = import_module("pynvml")
        except ImportError as error:
            raise MeterUnavailableError(
                "the package nvidia-ml-py is not installed", "python -m pip install nvidia-ml-py"
            ) from error
        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            raise MeterUnavailableError(
                f"NVML can't be started: {error}", remedy_for(pynvml, error)
            ) from error
        return cls(pynvml)

    def call(self, name: str, *arguments: object) -> Any:
        """Call a function of NVML by its name.

        Raises:
            MeterError: NVML refused, with its own words.
        """
        try:
            return self.function(name)(*arguments)
        except self._refusals as error:
            raise MeterError(f"{name}: {error}") from error

    def ask(self, name: str, *arguments: object) -> Any:
        """Call a function that a device may not have.

        Raises:
            MeterUnavailableError: NVML refused, with its own words and a remedy where one is known.
        """
        try:
            return self.function(name)(*arguments)
        except self._refusals as error:
            raise MeterUnavailableError(
                f"{name}: {error}", remedy_for(self.module, error)
            ) from error

    def function(self, name: str) -> Callable[..., Any]:
        """Return the function; an older nvidia-ml-py that lacks it answers as an older driver."""
        found = getattr(self.module, name, None)
        if found is None:
            raise self.module.NVMLError(self.module.NVML_ERROR_FUNCTION_NOT_FOUND)
        function: Callable[..., Any] = found
        return function

    def count(self) -> int:
        return min(int(self.call("nvmlDeviceGetCount")), MOST_GPUS)

    def handle(self, index: int) -> Any:
        return self.call("nvmlDeviceGetHandleByIndex", index)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                self.module.nvmlShutdown()
            except self.module.NVMLError:
                return  # it is of no use to anyone that a library could not be left


def remedy_for(module: Any, error: Exception) -> str:
    """Return what helps against an error of NVML, "" where nothing is known to."""
    value = getattr(error, "value", None)
    for name, remedy in REMEDIES.items():
        if value == getattr(module, name, object()):
            return remedy
    return ""
