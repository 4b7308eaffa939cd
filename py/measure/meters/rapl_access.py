"""Why a processor's energy counters can't be read, and the exact command that lets them be.

Since 2020 the kernel keeps them from everyone but root: who can read them often enough can guess
at what other users' programs compute (CVE-2020-8694, "PLATYPUS").
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from py.measure.meters.powercap import POWERCAP, Zone
from py.measure.meters.sys_files import ReadText

UDEV_RULE = 'ACTION=="add", SUBSYSTEM=="powercap", RUN+="/bin/chmod -f o+r /sys%p/energy_uj"'


def permission_reason(zone: Zone, system_reason: str) -> str:
    """Return why a zone that is there can't be read."""
    return (
        f"the kernel lets only root read RAPL zone {zone.name} ({zone.energy_file}): "
        f"{system_reason} (CVE-2020-8694: on a shared machine, whoever reads the counter can "
        "learn about other users' programs)"
    )


def permission_remedy(zones: Sequence[Zone]) -> str:
    """Return the commands that let everyone read these zones, until the next start and for good."""
    files = " ".join(str(zone.energy_file) for zone in zones)
    return (
        f"sudo chmod o+r {files}\n"
        "To keep it over restarts:\n"
        f"echo '{UDEV_RULE}' | sudo tee /etc/udev/rules.d/70-rapl-energy.rules"
    )


def why_no_zones(root: Path, read: ReadText, platform: str = sys.platform) -> tuple[str, str]:
    """Return why the kernel shows no zone at all, and what may help ("" where nothing does)."""
    if not platform.startswith("linux"):
        return f"RAPL is read through Linux' powercap, and this is {platform}", ""
    folder = root / POWERCAP
    if _links_lead_nowhere(folder):
        return (
            f"{folder} names RAPL zones, but what it points to is hidden: containers mask it",
            "docker run --security-opt systempaths=unconfined …\n"
            "podman run --security-opt unmask=all …",
        )
    try:
        processor = read(root / "proc" / "cpuinfo")
    except OSError:
        processor = ""
    if "hypervisor" in processor:
        return (
            f"{folder} holds no RAPL zone: this is a virtual machine, and its host doesn't show it "
            "the processor's energy counters",
            "",
        )
    if not any(maker in processor for maker in ("GenuineIntel", "AuthenticAMD", "HygonGenuine")):
        return f"{folder} holds no RAPL zone: the processor is not known to have RAPL counters", ""
    return f"{folder} holds no RAPL zone: no driver for them is loaded", (
        "sudo modprobe intel_rapl_msr"
    )


def counts_one_core_only(root: Path, read: ReadText) -> bool:
    """Whether the zone ``core`` is one core's counter: so on AMD, where each core has its own.

    The kernel reads it on the first core of a package and says nothing of the others.
    """
    try:
        processor = read(root / "proc" / "cpuinfo")
    except OSError:
        return False
    return "AuthenticAMD" in processor or "HygonGenuine" in processor


def _links_lead_nowhere(folder: Path) -> bool:
    try:
        entries = [entry for entry in folder.iterdir() if entry.name.startswith("intel-rapl")]
    except OSError:
        return False
    return bool(entries) and not any((entry / "name").exists() for entry in entries)
