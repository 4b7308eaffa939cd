"""How warm the processor is, and how often it slowed down for it."""

from dataclasses import dataclass

from py.measure.machine.checked import check
from py.measure.machine.tree import Tree

_CPUS = "sys/devices/system/cpu"
_SENSORS = frozenset({"coretemp", "k10temp", "zenpower", "cpu_thermal", "scpi_sensors"})
_ZONES = ("x86_pkg_temp", "cpu-thermal", "cpu_thermal", "CPU-therm", "cpu0-thermal", "soc_thermal")
_HOTTEST_MC = 200_000


@dataclass(frozen=True, slots=True)
class Heat:
    """``throttle_events``: how often a core or its package slowed down for heat since the start.

    ``throttling``: the count grew while it was looked at.
    """

    temperature_c: float | None = None
    throttle_events: int | None = None
    throttling: bool | None = None

    def __post_init__(self) -> None:
        check(self, signed=("temperature_c",))


def read_heat(tree: Tree, events_before: int | None) -> Heat:
    """Return how warm it is; ``events_before`` is the count of throttling from a while ago."""
    events = throttle_events(tree)
    grew = None if events is None or events_before is None else events > events_before
    return Heat(_temperature_c(tree), events, grew)


def throttle_events(tree: Tree) -> int | None:
    """Return the kernel's counts of thermal throttling: those of cores, and once of packages."""
    cores: list[int] = []
    packages: dict[int, int] = {}
    for cpu in tree.names(_CPUS, r"cpu\d{1,5}"):
        folder = f"{_CPUS}/{cpu}/thermal_throttle"
        core = tree.number(f"{folder}/core_throttle_count", 0, 2**63)
        package = tree.number(f"{folder}/package_throttle_count", 0, 2**63)
        if core is not None:
            cores.append(core)
        if package is not None:
            # Every processor of a package shows the package's count.
            place = tree.number(f"{_CPUS}/{cpu}/topology/physical_package_id") or 0
            packages[place] = max(package, packages.get(place, 0))
    return sum(cores) + sum(packages.values()) if cores or packages else None


def _temperature_c(tree: Tree) -> float | None:
    """Return the highest temperature of the processors' own sensors."""
    found: list[int | None] = []
    for sensor in tree.names("sys/class/hwmon", r"hwmon\d{1,4}"):
        folder = f"sys/class/hwmon/{sensor}"
        if tree.word(f"{folder}/name") in _SENSORS:
            inputs = tree.names(folder, r"temp\d{1,3}_input")
            found += [tree.number(f"{folder}/{one}", -100_000, _HOTTEST_MC) for one in inputs]
    known = [one for one in found if one is not None]
    if not known:
        for zone in tree.names("sys/class/thermal", r"thermal_zone\d{1,4}"):
            folder = f"sys/class/thermal/{zone}"
            if tree.word(f"{folder}/type") in _ZONES:
                value = tree.number(f"{folder}/temp", -100_000, _HOTTEST_MC)
                known += [] if value is None else [value]
    return round(max(known) / 1000, 1) if known else None
