"""What is said before a capture."""

from types import SimpleNamespace
from typing import Any

from py.measure.capture.announcement import announce
from py.measure.capture.schedule import Schedule
from py.measure.capture.station import Opened


def _said(opened: Opened) -> list[str]:
    lines: list[str] = []
    plan: Any = SimpleNamespace(name="quick", shapes=())
    header = SimpleNamespace(device="cuda:0", method={"updates": 20})
    file: Any = SimpleNamespace(header=header, done={}, shown="a.csv.gz")
    facts: Any = SimpleNamespace(verdict=("Runtime can be measured here.",))
    announce(
        *(lines.append, plan, file, opened, facts, Schedule(60.0, 60.0, 2.0, 0.0, 1, {})),
        *(60.0, None),
    )
    return lines


def test_that_no_gpu_s_energy_is_read_is_said_with_its_reason() -> None:
    """Before the meters that are read all the same: those of the host."""
    identity = {"runner": "onnxruntime", "version": "1.31"}
    unsure = Opened(identity, ("rapl-package",), "gpu", None, "which of NVML's 2 GPUs it is")
    lines = _said(unsure)
    assert lines[1:3] == [
        "No energy of the GPU: which of NVML's 2 GPUs it is.",
        "Meters: rapl-package.",
    ]
    sure = Opened(identity, ("nvml-energy:0",), "gpu", 0)
    assert _said(sure)[1] == "Meters: nvml-energy:0."
