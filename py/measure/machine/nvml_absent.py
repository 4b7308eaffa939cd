"""Why a GPU's energy can't be measured, in plain words for what NVML says in its own."""

from collections.abc import Sequence

from py.measure.machine.absence import Absence, absent
from py.measure.machine.checked import MOST_TEXT
from py.measure.machine.published import free_lines, free_text
from py.measure.machine.surroundings import Surroundings
from py.measure.meters.report import MeterReport

#: A part of NVML's text (nvml.h, nvmlErrorString), a code, the sentence, and what helps.
_SAID = (
    (
        "version mismatch",
        "driver-mismatch",
        "the NVIDIA driver in use and its library are of different versions",
        "Restart the machine: the driver was updated while it ran.",
    ),
    (
        "Insufficient Permissions",
        "no-permission",
        "this user may not open the NVIDIA driver's devices",
        "sudo usermod -aG video,render $USER    (then log in again)",
    ),
    (
        "Driver Not Loaded",
        "driver-not-loaded",
        "NVIDIA's driver is installed but not loaded",
        "sudo modprobe nvidia",
    ),
    (
        "Not Supported",
        "card-unsupported",
        "this card has no energy counter and does not tell its power",
        "Time can be measured; for power use a meter at the wall.",
    ),
    (
        "GPU is lost",
        "card-lost",
        "the GPU has stopped answering",
        "Restart the machine.",
    ),
)
_NO_LIBRARY = "Shared Library Not Found"


def gpu_absence(
    reports: Sequence[MeterReport], cards: Sequence[str], around: Surroundings
) -> Absence:
    """Return why none of these meters of a GPU works; ``cards`` are the makers of those there."""
    said = reports[0].reason if reports else _NO_LIBRARY
    if _NO_LIBRARY in said:
        return _without_library(cards, around)
    for words, code, reason, remedy in _SAID:
        if all(words in report.reason for report in reports):
            return absent(code, reason, remedy)
    reason = free_text(said, MOST_TEXT) or "it does not say why"
    return absent("other", reason, *free_lines(reports[0].remedy))


def _without_library(cards: Sequence[str], around: Surroundings) -> Absence:
    if "NVIDIA" in cards and around.container:
        return absent(
            "container-without-driver",
            f"an NVIDIA GPU is there, but the container ({around.container}) has no driver for it",
            "Start it with --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,utility",
        )
    if "NVIDIA" in cards:
        return absent(
            "no-driver",
            "an NVIDIA GPU is there, but its driver is not installed",
            "Install NVIDIA's driver: https://www.nvidia.com/drivers",
        )
    if "AMD" in cards:
        return absent(
            "amd-card",
            "an AMD GPU is there, which is read by way of zeus and AMD's library",
            "python -m pip install zeus amdsmi",
        )
    return absent("no-gpu", "no NVIDIA or AMD GPU is seen here")
