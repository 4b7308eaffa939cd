"""What else runs on the machine while it is to be measured."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from py.columns import printable
from py.measure.machine.checked import check
from py.measure.machine.host import Host
from py.measure.machine.tree import Tree, decimal, whole

_MOST_PROCESSES = 4096
_BUSIEST = 3
_BUSY_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Load:
    """How busy the machine is; None is unknown.

    ``others_cpus`` is how many processors' worth of time others took in the window, and
    ``stolen_share`` the share of time that a virtual machine's host kept to itself.
    """

    average_1min: float | None = None
    average_5min: float | None = None
    window_s: float | None = None
    others_cpus: float | None = None
    stolen_share: float | None = None

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True)
class Busy:
    """A process by the name of its command, never published: it says what someone works on."""

    name: str
    cpus: float


@dataclass(frozen=True, slots=True)
class _Look:
    """The kernel's counts at one moment, in ticks."""

    busy: int | None
    stolen: int | None
    total: int | None
    own: int | None
    processes: Mapping[int, tuple[str, int]]


def read_load(host: Host, window_s: float) -> tuple[Load, tuple[Busy, ...]]:
    """Look twice, a window apart: how busy was it, and who was busiest besides this process."""
    started_s = host.clock_s()
    first = _look(host)
    host.sleep_s(window_s)
    last = _look(host)
    passed_s = host.clock_s() - started_s
    one, five = _averages(host.tree)
    if not (math.isfinite(passed_s) and passed_s > 0):
        return Load(one, five), ()
    ticks = passed_s * host.ticks_per_s
    busy, stolen = _grown(first.busy, last.busy), _grown(first.stolen, last.stolen)
    total = _grown(first.total, last.total)
    own = _grown(first.own, last.own) or 0
    load = Load(
        average_1min=one,
        average_5min=five,
        window_s=round(passed_s, 3),
        others_cpus=None if busy is None or not total else round(max(0, busy - own) / ticks, 2),
        stolen_share=None if stolen is None or not total else round(min(1, stolen / total), 4),
    )
    return load, _busiest(first, last, ticks, host.own_id)


def _grown(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None or after < before else after - before


def _look(host: Host) -> _Look:
    tree = host.tree
    line = (tree.word("proc/stat", 400) or "").split()
    numbers = [whole(text) for text in line[1:9]] if line[:1] == ["cpu"] else []
    sane = [number for number in numbers if number is not None]
    processes = {}
    for name in tree.names("proc", r"\d{1,10}")[:_MOST_PROCESSES]:
        found = _process(tree.text(f"proc/{name}/stat", 2048))
        if found is not None:
            processes[int(name)] = found
    own = _process(tree.text("proc/self/stat", 2048), children=True)
    if len(sane) < 8:
        return _Look(None, None, None, None if own is None else own[1], processes)
    user, nice, kernel, idle, waiting, *interrupts, stolen = sane
    busy = user + nice + kernel + sum(interrupts)
    return _Look(
        busy, stolen, busy + idle + waiting + stolen, None if own is None else own[1], processes
    )


def _process(text: str | None, *, children: bool = False) -> tuple[str, int] | None:
    """Return name and ticks of a line of ``/proc/PID/stat``; the name may hold brackets."""
    before, bracket, after = (text or "").rpartition(") ")
    fields = after.split()
    if not bracket or len(fields) < 15:
        return None
    ticks = [whole(field) for field in fields[11 : 15 if children else 13]]
    sane = [number for number in ticks if number is not None]
    return (before.partition(" (")[2][:40], sum(sane)) if len(sane) == len(ticks) else None


def _busiest(first: _Look, last: _Look, ticks: float, own_id: int) -> tuple[Busy, ...]:
    found: dict[str, int] = {}
    for process, (name, after) in last.processes.items():
        before = first.processes.get(process)
        if process != own_id and before is not None and before[0] == name and after > before[1]:
            found[name] = found.get(name, 0) + after - before[1]
    order = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_BUSIEST]
    return tuple(
        Busy(printable(name), round(grown / ticks, 2))
        for name, grown in order
        if grown / ticks >= _BUSY_SHARE
    )


def _averages(tree: Tree) -> tuple[float | None, float | None]:
    averages = (tree.word("proc/loadavg") or "").split()
    one, five = (decimal(text, 0, 1e6) for text in (*averages[:2], "", "")[:2])
    return one, five
