"""Opening a runner and meters by name, in the process that measures."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from py.errors import JoulegraphError
from py.measure.meters.device_state import StateReader
from py.measure.meters.meter import Domain, Meter
from py.measure.runners.runner import Runner

RUNNERS: Mapping[str, str] = {
    "onnxruntime": "py.measure.runners.onnxruntime_runner:open_runner",
    "torch": "py.measure.runners.torch_runner:open_runner",
}
_METERS = "py.measure.meters.open_meters:open_meters"


def open_runner(name: str, device: str, settings: Mapping[str, str]) -> Runner:
    """Return a runner on a device (``cpu``, ``cuda:0``).

    A name that is none of ``RUNNERS`` is that of a function, as ``module:function``.

    Raises:
        JoulegraphError: ``runner-missing`` where its package is not installed, or as it says.
    """
    try:
        opener = function_of(RUNNERS.get(name, name))
        runner: Runner = opener(device, settings)
    except ModuleNotFoundError as error:
        raise JoulegraphError(
            "runner-missing",
            f"The runner {name} needs the Python package {error.name}, which is not installed.",
            f"Install it (pip install {error.name}), or choose another --runner.",
        ) from None
    return runner


def open_meters(name: str | None, device: str) -> tuple[Sequence[Meter], StateReader | None]:
    """Return the meters that work here, and who looks at the device's state.

    ``name`` is that of a function, ``module:function``, where they are not the machine's own.
    """
    found: tuple[Sequence[Meter], StateReader | None] = function_of(name or _METERS)(device)
    return found


def function_of(name: str) -> Callable[..., Any]:
    """Return the function ``module:function``."""
    module, colon, function = name.partition(":")
    if not colon:
        raise JoulegraphError(
            "runner-unknown",
            f"A runner is one of {', '.join(RUNNERS)}, got {name[:40]!r}.",
            "Choose another --runner.",
        )
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def measured_domain(device: str, meters: Sequence[Meter]) -> Domain:
    """Return where the energy of a device is drawn: a system on a chip may count it as a whole."""
    own: Domain = "package" if device == "cpu" else "gpu"
    there = {meter.facts.domain for meter in meters}
    return "soc" if own not in there and "soc" in there else own
