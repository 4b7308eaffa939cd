"""A fake /sys with RAPL zones, laid out as the kernel lays it out, on the disk."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

from py.measure.meters.sys_files import read_text
from tests.measure.meters.power_trace import PowerTrace

INTEL = "vendor_id\t: GenuineIntel\nflags\t\t: fpu rapl\n"
AMD = "vendor_id\t: AuthenticAMD\nflags\t\t: fpu\n"
GUEST = "vendor_id\t: GenuineIntel\nflags\t\t: fpu hypervisor\n"
RANGE_UJ = 262_143_328_850


class FakeSys:
    """``root`` is to be passed in as the root, ``read`` as what reads its files.

    Each zone is a directory below ``devices/virtual/powercap``, nested in its parent, and a link of
    its name in ``class/powercap``, as the kernel has it. Permission is denied by ``read``, since
    tests may run as root, to whom a file's mode means nothing.
    """

    def __init__(self, root: Path, cpuinfo: str = INTEL) -> None:
        self.root = root
        self.links = root / "sys/class/powercap"
        self.devices = root / "sys/devices/virtual/powercap"
        self.refused: dict[Path, int] = {}
        (root / "proc").mkdir(parents=True)
        (root / "proc/cpuinfo").write_text(cpuinfo)

    def zone(
        self, zone_id: str, name: str, energy_uj: int = 0, range_uj: int | str | None = RANGE_UJ
    ) -> Path:
        """Add a zone and return its directory, the way a reader finds it. No range: no file."""
        kind, *numbers = zone_id.split(":")
        place = self.devices / kind
        for depth in range(1, len(numbers) + 1):
            place = place / ":".join([kind, *numbers[:depth]])
        place.mkdir(parents=True, exist_ok=True)
        self.links.mkdir(parents=True, exist_ok=True)
        for target in (self.devices / kind, place):
            link = self.links / target.name
            if not link.is_symlink():
                link.symlink_to(os.path.relpath(target, self.links))
        (place / "name").write_text(f"{name}\n")
        (place / "energy_uj").write_text(f"{energy_uj}\n")
        if range_uj is not None:
            (place / "max_energy_range_uj").write_text(f"{range_uj}\n")
        return self.links / zone_id

    def two_packages(self) -> None:
        """Add what a server with two processors shows, its MMIO duplicates included."""
        for package in (0, 1):
            self.zone(f"intel-rapl:{package}", f"package-{package}", 5_000_000)
            self.zone(f"intel-rapl:{package}:0", "core", 1_000_000)
            self.zone(f"intel-rapl:{package}:1", "dram", 2_000_000, 65_712_999_613)
            self.zone(f"intel-rapl-mmio:{package}", f"package-{package}", 5_000_000)
            self.zone(f"intel-rapl-mmio:{package}:0", "dram", 2_000_000, 65_712_999_613)

    def set(self, zone_id: str, content: int | str) -> None:
        """Let a zone's counter hold something else."""
        # In one step, as the kernel does: a reader in another thread must not see an empty file.
        folder = self.links / zone_id
        (folder / "next").write_text(f"{content}\n")
        (folder / "next").replace(folder / "energy_uj")

    def remove(self, zone_id: str) -> None:
        """Let a zone's counter go away."""
        (self.links / zone_id / "energy_uj").unlink()

    def refuse(self, zone_id: str, error: int = errno.EACCES) -> None:
        """Let reading a zone's counter end in an error of the system, until ``allow``."""
        self.refused[self.links / zone_id / "energy_uj"] = error

    def allow(self) -> None:
        self.refused.clear()

    def read(self, path: Path) -> str:
        if path in self.refused:
            raise OSError(self.refused[path], os.strerror(self.refused[path]), str(path))
        return read_text(path)

    def play(
        self,
        zone_id: str,
        trace: PowerTrace,
        start_s: float,
        update_s: float = 0.001,
        base_uj: int = 0,
        range_uj: int = RANGE_UJ,
    ) -> Callable[[float], None]:
        """Return a watcher for a clock that lets a zone count along a trace, in steps, wrapping."""

        written = -1

        def at(now_s: float) -> None:
            nonlocal written
            updated_s = start_s + int((now_s - start_s) / update_s + 1e-9) * update_s
            counted_uj = base_uj + int(trace.energy_j(start_s, updated_s) * 1e6)
            if counted_uj != written:
                written = counted_uj
                self.set(zone_id, counted_uj % range_uj)

        return at
