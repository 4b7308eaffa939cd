"""Why a GPU's energy can't be measured, in plain words for what NVML says in its own."""

from collections.abc import Sequence

from py.measure.machine.absence import Absence, absent
from py.measure.machine.checked import MOST_TEXT
from py.measure.machine.redacted import free_lines, free_text
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
    nvidia = [report for report in reports if report.name.startswith("nvml")]
    if "AMD" in cards and "NVIDIA" not in cards:
        others = [report for report in reports if report not in nvidia]
        return _in_its_words("amd-card", others) or absent(
            "amd-card",
            "an AMD GPU is there, which is read by way of zeus and AMD's library",
            "python -m pip install zeus amdsmi",
        )
    if not nvidia or _NO_LIBRARY in nvidia[0].reason:
        return _without_library(cards, around)
    for words, code, reason, remedy in _SAID:
        if all(words in report.reason for report in nvidia):
            return absent(code, reason, remedy)
    return _in_its_words("other", nvidia) or absent("other", "it does not say why")


def _in_its_words(code: str, reports: Sequence[MeterReport]) -> Absence | None:
    """Return what the first of the meters says."""
    reason = free_text(reports[0].reason, MOST_TEXT) if reports else None
    return None if reason is None else absent(code, reason, *free_lines(reports[0].remedy))


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
    for maker, which, package in (
        ("Apple", "Apple's", "'zeus[apple]'"),
        ("Jetson", "a Jetson's", "zeus"),
    ):
        if maker in cards:
            return absent(
                "within-chip",
                f"{which} GPU has no counter of its own: it is counted with the chip, by zeus",
                f"python -m pip install {package}",
            )
    return absent("no-gpu", "no NVIDIA or AMD GPU is seen here")
