"""How the processor is clocked: its frequencies, who chooses them, whether it has turbo."""

import math
import re
from dataclasses import dataclass

from py.measure.machine.checked import check
from py.measure.machine.processor import cpuinfo_clocks_mhz
from py.measure.machine.tree import Tree

_CPUS = "sys/devices/system/cpu"
_MOST_CPUS = 1024


@dataclass(frozen=True, slots=True)
class Clocks:
    """Clocks in MHz; None is unknown.

    ``base_mhz`` is what the maker promises for long, ``max_mhz`` the fastest it can go, and
    ``limit_mhz`` what the system allows now. ``current_mhz`` is the mean over all processors.
    ``governor`` and ``energy_preference`` list all that are set where processors differ.
    ``turbo``: it may exceed its base clock.
    """

    base_mhz: float | None = None
    min_mhz: float | None = None
    max_mhz: float | None = None
    limit_mhz: float | None = None
    current_mhz: float | None = None
    driver: str | None = None
    governor: str | None = None
    energy_preference: str | None = None
    turbo: bool | None = None

    def __post_init__(self) -> None:
        check(self)


def read_clocks(tree: Tree, name: str | None = None) -> Clocks:
    """Return what cpufreq says, else ``/proc/cpuinfo``; a processor's name may tell its base."""
    cpus = tree.names(_CPUS, r"cpu\d{1,5}")[:_MOST_CPUS]
    folders = [f"{_CPUS}/{cpu}/cpufreq" for cpu in cpus]
    current = _mhz(tree, folders, "scaling_cur_freq") or list(cpuinfo_clocks_mhz(tree))
    base = _mhz(tree, folders, "base_frequency")
    return Clocks(
        base_mhz=max(base) if base else _named_clock_mhz(name),
        min_mhz=min(_mhz(tree, folders, "cpuinfo_min_freq"), default=None),
        max_mhz=max(_mhz(tree, folders, "cpuinfo_max_freq"), default=None),
        limit_mhz=max(_mhz(tree, folders, "scaling_max_freq"), default=None),
        current_mhz=round(math.fsum(current) / len(current), 1) if current else None,
        driver=_words(tree, folders, "scaling_driver"),
        governor=_words(tree, folders, "scaling_governor"),
        energy_preference=_words(tree, folders, "energy_performance_preference"),
        turbo=_turbo(tree),
    )


def _mhz(tree: Tree, folders: list[str], name: str) -> list[float]:
    """Return the clocks in files of this name, which hold kHz."""
    found = (tree.number(f"{folder}/{name}", 1_000, 100_000_000) for folder in folders)
    return [clock / 1000 for clock in found if clock is not None]


def _words(tree: Tree, folders: list[str], name: str) -> str | None:
    found = {tree.word(f"{folder}/{name}", 40) for folder in folders}
    sane = sorted(word for word in found if word and re.fullmatch(r"[\w.+-]+", word, re.ASCII))
    return ", ".join(sane[:4]) or None


def _turbo(tree: Tree) -> bool | None:
    no_turbo = tree.number(f"{_CPUS}/intel_pstate/no_turbo", 0, 1)
    if no_turbo is not None:
        return not no_turbo
    boost = tree.number(f"{_CPUS}/cpufreq/boost", 0, 1)
    return None if boost is None else bool(boost)


def _named_clock_mhz(name: str | None) -> float | None:
    """Return the base clock in a name such as ``Xeon E5-2620 v4 @ 2.10GHz``."""
    match = re.search(r"@ (\d{1,2}\.\d{1,3})GHz", name or "", re.ASCII)
    return round(float(match[1]) * 1000, 3) if match else None
