"""Why there is no energy counter of the processor here, and what could be done about it.

RAPL (running average power limit) is the processor's own energy counter. Linux shows it below
``/sys/class/powercap``, by the driver ``intel_rapl_msr``, AMD's too since Linux 5.8.
"""

import re
from collections.abc import Sequence

from py.measure.machine.absence import Absence, absent
from py.measure.machine.host import Host
from py.measure.machine.processor import Processor
from py.measure.machine.surroundings import UNKNOWN_MAKE, Surroundings
from py.measure.machine.tree import Tree
from py.measure.meters.rapl_access import UDEV_RULE
from py.measure.meters.report import MeterReport

_POWERCAP = "sys/class/powercap"
_REFUSED = "lets only root read RAPL"
_FIRST_AMD_FAMILY = 0x17
_FIRST_AMD_KERNEL = (5, 8)


def rapl_absence(host: Host, processor: Processor, around: Surroundings) -> Absence | None:
    """Return why RAPL is not there; None where its zones are, readable or not."""
    elsewhere = _other_system(host, around)
    if elsewhere is not None:
        return elsewhere
    zones = host.tree.names(_POWERCAP, r"(intel|amd)-rapl.*")
    if any(host.tree.has(f"{_POWERCAP}/{zone}/name") for zone in zones):
        return None
    if around.virtual:
        whose = around.virtual_machine or UNKNOWN_MAKE
        kind = "" if whose == UNKNOWN_MAKE else f" ({whose})"
        return absent(
            "virtual-machine",
            f"this is a virtual machine{kind}: its host keeps the processor's energy counter",
            "Measure on the host itself, or rent a whole machine (bare metal).",
        )
    if _is_arm(host.architecture):
        return absent(
            "arm",
            "ARM processors have no RAPL counter",
            "On an NVIDIA Jetson zeus reads the board's own power meter:",
            "python -m pip install zeus",
        )
    if zones and around.container:
        return absent(
            "container-hides",
            f"the container ({around.container}) hides the kernel's energy counters",
            "Start it with --security-opt systempaths=unconfined, or measure outside of it.",
        )
    if not host.tree.has(_POWERCAP):
        return absent(
            "no-powercap",
            "the kernel was built without CONFIG_POWERCAP, which shows the counter",
            "Use your distribution's own kernel, or build one with CONFIG_POWERCAP=y and "
            "CONFIG_INTEL_RAPL=m.",
        )
    return _no_driver(host.tree, processor)


def rapl_refused(reports: Sequence[MeterReport]) -> Absence | None:
    """Return the refusal that all zones share, in a sentence and commands for all of them at once.

    The meters' own reports name the files of each zone.
    """
    if not any(_REFUSED in report.reason for report in reports):
        return None
    return absent(
        "permission",
        "the kernel lets only root read the processor's energy counters (CVE-2020-8694)",
        "sudo chmod o+r /sys/class/powercap/intel-rapl:*/energy_uj",
        "To keep it over restarts:",
        f"echo '{UDEV_RULE}' | sudo tee /etc/udev/rules.d/70-rapl-energy.rules",
    )


def _other_system(host: Host, around: Surroundings) -> Absence | None:
    if host.system == "Darwin" and _is_arm(host.architecture):
        return absent(
            "macos-apple",
            "macOS has no RAPL; Apple's processors have counters of their own",
            "zeus reads them:",
            "python -m pip install 'zeus[apple]'",
        )
    if host.system == "Darwin":
        return absent(
            "macos-intel",
            "macOS does not let programs read the processor's energy counter",
            "Measure under Linux on the same machine.",
        )
    if host.system == "Windows":
        return absent(
            "windows",
            "Windows does not let programs read the processor's energy counter",
            "Measure under Linux on the same machine (not WSL, which has none either).",
        )
    if around.wsl is not None:
        return absent(
            "wsl",
            "the Windows subsystem for Linux does not pass on the processor's energy counter",
            "Measure under a Linux that runs on the machine itself.",
        )
    return None


def _no_driver(tree: Tree, processor: Processor) -> Absence:
    if processor.vendor == "AMD":
        if processor.family is not None and processor.family < _FIRST_AMD_FAMILY:
            return absent(
                "amd-too-old",
                "AMD processors have a RAPL counter since Zen (2017), and this one is older",
                "Time can be measured; for power use a meter at the wall.",
            )
        kernel = _kernel(tree)
        if kernel is not None and kernel < _FIRST_AMD_KERNEL:
            return absent(
                "amd-kernel-too-old",
                f"Linux reads AMD's RAPL counter since 5.8, and this is {kernel[0]}.{kernel[1]}",
                "Install a newer kernel.",
            )
        return absent(
            "amd-no-driver",
            "the driver of AMD's RAPL counter is not loaded",
            "sudo modprobe intel_rapl_msr",
        )
    if processor.vendor == "Intel":
        return absent(
            "intel-no-driver",
            "the driver of Intel's RAPL counter is not loaded, or the processor is older than 2011",
            "sudo modprobe intel_rapl_msr",
        )
    return absent(
        "unknown-processor",
        "the kernel shows no energy counter of this processor",
        "Time can be measured; for power use a meter at the wall.",
    )


def _is_arm(architecture: str) -> bool:
    return architecture.lower().startswith(("arm", "aarch64"))


def _kernel(tree: Tree) -> tuple[int, int] | None:
    match = re.match(r"(\d{1,4})\.(\d{1,4})", tree.word("proc/sys/kernel/osrelease") or "")
    return (int(match[1]), int(match[2])) if match else None
