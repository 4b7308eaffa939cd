"""Opening a runner and meters by name, in the process that measures."""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from py.errors import JoulegraphError
from py.measure.meters.device_state import StateReader
from py.measure.meters.meter import Domain, Meter, MeterError
from py.measure.meters.report import MeterReport
from py.measure.runners.runner import Runner

RUNNERS: Mapping[str, str] = {
    "onnxruntime": "py.measure.runners.onnxruntime_runner:open_runner",
    "torch": "py.measure.runners.torch_runner:open_runner",
}


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


def open_meters(asked: Sequence[Mapping[str, Any]] | str, gpu: int | None) -> Sequence[Meter]:
    """Return the meters that were found to work, each stating what was found.

    ``asked`` are their reports as JSON; a text is that of a function, ``module:function``. ``gpu``
    leaves out those of other GPUs than this, by NVML's index; None those of all.

    Raises:
        JoulegraphError: ``meter-lost`` where one that worked a moment ago can't be opened.
    """
    if isinstance(asked, str):
        given: Sequence[Meter] = function_of(asked)()
        return given
    if not asked:
        return ()
    from py.measure.meters.probe import find_candidates
    from py.measure.meters.probe import open_meters as opened

    reports = [MeterReport(**one) for one in asked]
    if gpu is None:  # a GPU at rest says nothing of a layer on the processor, and is slow to say it
        reports = [one for one in reports if one.domain != "gpu"]
    try:
        return opened(find_candidates(), reports, device=gpu)
    except KeyError as error:
        raise _lost(f"{error.args[0]} is not there") from None
    except MeterError as error:
        raise _lost(str(error)) from None


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


def gpu_index(device: str) -> int | None:
    """Return NVML's index of a device; None for a processor, and without NVML.

    CUDA counts in an order of its own, and only the GPUs that the process may see.
    """
    kind, _, place = device.partition(":")
    if kind not in ("cuda", "gpu"):
        return None
    from py.measure.meters.gpu_facts import index_of_uuid
    from py.measure.meters.nvml_library import Nvml

    number = int(place or 0)
    torch: Any = sys.modules.get("torch")
    try:
        nvml = Nvml.load()
        try:
            properties = None if torch is None else torch.cuda.get_device_properties(number)
            uuid = getattr(properties, "uuid", None)
            if uuid is not None:
                return index_of_uuid(nvml, str(uuid))
            return number if number < nvml.count() else None
        finally:
            nvml.close()
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
