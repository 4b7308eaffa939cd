"""Which RAPL zones the kernel shows: Linux' powercap tree.

A **zone** is one energy counter. The kernel lays zones out flat in ``/sys/class/powercap`` (each a
link) and nested as well, each below the zone it is a part of::

    intel-rapl:0             name: package-0        one per processor package (or per die)
    intel-rapl:0/intel-rapl:0:0    name: core       its cores
    intel-rapl:0/intel-rapl:0:1    name: uncore     on desktops: its graphics
    intel-rapl:0/intel-rapl:0:2    name: dram       memory modules; not a part of the package
    intel-rapl:1             name: psys             the whole platform, packages included
    intel-rapl-mmio:0        name: package-0        the same package once more, by another way

AMD's processors appear under the same names. ``energy_uj`` counts microjoules and starts again
after ``max_energy_range_uj``. Zones are told apart by their directory's name, so none counts twice.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from py.measure.meters.sys_files import ReadText

POWERCAP = Path("sys/class/powercap")
MOST_ZONES = 4096

_ZONE = re.compile(r"(intel-rapl(?:-mmio)?)((?::[0-9]{1,4}){1,3})")


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone. ``path`` is its directory; ``part`` is its name without the package's number."""

    id: str
    name: str
    path: Path

    @property
    def part(self) -> str:
        """``package``, ``core``, ``uncore``, ``dram``, ``psys``, or another name of the kernel."""
        return "package" if self.name.startswith("package") else self.name

    @property
    def energy_file(self) -> Path:
        return self.path / "energy_uj"

    @property
    def range_file(self) -> Path:
        return self.path / "max_energy_range_uj"


def find_zones(root: Path, read: ReadText) -> tuple[Zone, ...]:
    """Return the zones below ``root``, each once, in the kernel's order.

    A zone by way of MMIO is left out where the same part has a counter of its own. One whose name
    can't be read is left out: nothing says what it counts.
    """
    found: dict[str, Path] = {}
    _collect(root / POWERCAP, found, depth=3)
    zones = []
    for zone_id in sorted(found, key=_numbers):
        try:
            name = read(found[zone_id] / "name").strip()
        except OSError:
            continue
        if name and name.isprintable() and len(name) <= 64:
            zones.append(Zone(zone_id, name, found[zone_id]))
    own = {_place(zone, zones) for zone in zones if not _by_mmio(zone)}
    return tuple(zone for zone in zones if not (_by_mmio(zone) and _place(zone, zones) in own))


def _collect(folder: Path, found: dict[str, Path], depth: int) -> None:
    """Note every zone in the folder and in the zones in it."""
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return
    here = [name for name in names if _ZONE.fullmatch(name)][:MOST_ZONES]
    # The flat layer first: its paths are the short ones, which a remedy then names.
    for name in here:
        found.setdefault(name, folder / name)
    if depth > 1:
        for name in here:
            _collect(folder / name, found, depth - 1)


def _numbers(zone_id: str) -> tuple[str, tuple[int, ...]]:
    kind, *numbers = zone_id.split(":")
    return kind, tuple(map(int, numbers))


def _by_mmio(zone: Zone) -> bool:
    return zone.id.startswith("intel-rapl-mmio")


def _place(zone: Zone, zones: list[Zone]) -> tuple[str, str]:
    """Return what the zone counts: the name of the package it lies in, and its own."""
    outer = ":".join(zone.id.split(":")[:2])
    return next((other.name for other in zones if other.id == outer), ""), zone.name
