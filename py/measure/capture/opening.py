"""Opening a runner and meters by name, in the process that measures."""

import importlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from py.errors import JoulegraphError
from py.measure.meters.device_state import StateReader
from py.measure.meters.meter import Domain, Meter, MeterError
from py.measure.meters.report import MeterReport
from py.measure.meters.which_gpu import Gpu
from py.measure.runners.runner import Runner

RUNNERS: Mapping[str, str] = {
    "onnxruntime": "py.measure.runners.onnxruntime_runner:open_runner",
    "torch": "py.measure.runners.torch_runner:open_runner",
}
DOMAINS: Collection[Domain] = ("gpu", "package", "core", "dram", "soc")
"""Those that a row has a column for: to read another would hold it up for nothing."""


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


def open_meters(asked: Sequence[Mapping[str, Any]] | str, device: str, gpu: Gpu) -> Sequence[Meter]:
    """Return the meters of a device and of its host that were found to work, as they were found.

    ``asked`` are their reports as JSON; a text is that of a function, ``module:function``.

    Raises:
        JoulegraphError: ``meter-lost`` where one that worked a moment ago can't be opened.
    """
    if isinstance(asked, str):
        given: Sequence[Meter] = function_of(asked)()
        return given
    reports = [one for one in (MeterReport(**one) for one in asked) if _is_of(one, device, gpu)]
    if not reports:
        return ()
    from py.measure.meters.probe import find_candidates
    from py.measure.meters.probe import open_meters as opened

    try:
        return opened(find_candidates(), reports, domains=DOMAINS)
    except KeyError as error:
        raise _lost(f"{error.args[0]} is not there") from None
    except MeterError as error:
        raise _lost(str(error)) from None


def _is_of(report: MeterReport, device: str, gpu: Gpu) -> bool:
    """Return whether a meter says something of a device: one of its own GPU, or of its host."""
    if report.domain != "gpu":
        return True
    if device == "cpu":  # a GPU at rest says nothing of a layer here, and is slow to say it
        return False
    if report.device is None:  # the graphics of a system on a chip
        return True
    return report.device == (gpu.nvml if report.name.startswith("nvml-") else gpu.amd)


def _lost(reason: str) -> JoulegraphError:
    return JoulegraphError(
        "meter-lost",
        f"A meter that worked a moment ago can't be opened: {reason}.",
        "Look with python -m py.measure doctor, then give the same command again.",
    )


def open_state(gpu: int | None) -> StateReader | None:
    """Return who looks at the state of a GPU, by NVML's index; None where nobody does."""
    if gpu is None:
        return None
    from py.measure.meters.nvml_library import Nvml
    from py.measure.meters.nvml_state import NvmlStateReader

    try:
        return NvmlStateReader(Nvml.load(), gpu)
    except MeterError:
        return None


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
