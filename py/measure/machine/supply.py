"""Mains or battery."""

from dataclasses import dataclass

from py.measure.machine.checked import check
from py.measure.machine.tree import Tree

_FOLDER = "sys/class/power_supply"


@dataclass(frozen=True, slots=True)
class Supply:
    """``on_battery``: the machine draws on its battery now; None where nothing says."""

    on_battery: bool | None = None
    battery_percent: int | None = None

    def __post_init__(self) -> None:
        check(self)


def read_supply(tree: Tree) -> Supply:
    """Return what ``/sys/class/power_supply`` says; batteries of mice and pens don't count."""
    online: list[int] = []
    statuses: list[str] = []
    percents: list[int] = []
    for name in tree.names(_FOLDER):
        folder = f"{_FOLDER}/{name}"
        if tree.word(f"{folder}/scope") == "Device":
            continue
        kind = tree.word(f"{folder}/type")
        if kind == "Battery":
            statuses.append(tree.word(f"{folder}/status") or "")
            percent = tree.number(f"{folder}/capacity", 0, 100)
            percents += [] if percent is None else [percent]
        elif kind in ("Mains", "USB", "UPS"):
            state = tree.number(f"{folder}/online", 0, 1)
            online += [] if state is None else [state]
    percent = min(percents, default=None)
    if "Discharging" in statuses:
        return Supply(True, percent)
    if any(online) or any(status in ("Charging", "Full", "Not charging") for status in statuses):
        return Supply(False, percent)
    return Supply(True if statuses and online else None, percent)
