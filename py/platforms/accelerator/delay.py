"""How long a layer takes: the cycles of compute, and of every level that bits go through."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any

from py.platforms.accelerator.costs import OPERANDS, AccessCosts
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.level import Limits, MemoryLevel
from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.dims import TENSORS
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.work import Work

COMPUTE = "compute"


@dataclass(frozen=True, slots=True)
class Delay:
    """Cycles in all, and by what takes them at the same time: compute, and levels by id."""

    by: dict[str, float]

    @property
    def cycles(self) -> float:
        return max(self.by.values())

    @property
    def waits(self) -> float:
        """Cycles of the levels alone."""
        return max((own for name, own in self.by.items() if name != COMPUTE), default=0.0)

    @property
    def bound(self) -> str:
        """What takes longest; of several, compute before levels, outer before inner ones."""
        return max(self.by, key=lambda name: self.by[name])

    def as_json(self) -> dict[str, Any]:
        return {"cycles": self.cycles, "bound": self.bound, "by": self.by}


def delay_of(
    hardware: Hardware,
    found: MappingOf[Access, int],
    costs: AccessCosts,
    *,
    compute: int | None,
    active_pes: int,
) -> Delay | None:
    """Return the delay; None where neither compute nor any bandwidth tells.

    The levels move their bits while the PEs compute, so the longest counts. A level inside the PEs
    shares its words among those at work.
    """
    by: dict[str, float] = {} if compute is None else {COMPUTE: float(compute)}
    read, written = _bits(found, costs)
    for place, level in enumerate(hardware.levels):
        copies = active_pes if place >= hardware.array.at else 1
        cycles = _cycles(level, read.get(level.id, {}), written.get(level.id, {}))
        if cycles is not None:
            by[level.id] = cycles / copies
    return Delay(by) if by else None


def delay_of_mapping(
    problem: Problem, hardware: Hardware, mapping: Mapping, costs: AccessCosts
) -> Delay:
    """Return the delay of a mapping."""
    work = Work.of(problem, hardware, mapping)
    delay = delay_of(
        hardware,
        accesses(problem, hardware.machine, mapping),
        costs,
        compute=work.cycles,
        active_pes=work.active_pes,
    )
    assert delay is not None, "compute takes its cycles"
    return delay


def rates_of(hardware: Hardware, costs: AccessCosts) -> tuple[dict[Access, float], ...]:
    """Return the cycles that each level takes for a word of each access, where it is limited.

    A level that is limited in several ways has one entry for each. One inside the PEs is counted
    as if all of them were at work, so no mapping takes less than any of these.
    """
    found = []
    for place, level in enumerate(hardware.levels):
        copies = hardware.machine.pes if place >= hardware.array.at else 1
        for limit, tensors, ways in _limits(level):
            rate: dict[Access, float] = {}
            for access, charges in costs.charges.items():
                tensor = access[0] if access[0] in OPERANDS else "ofmap"
                for charge in charges:
                    if charge.level == level.id and tensor in tensors and charge.written in ways:
                        cycles = charge.share * charge.bits / limit / copies
                        rate[access] = rate.get(access, 0.0) + cycles
            found.append(rate)
    return tuple(found)


def _limits(level: MemoryLevel) -> Iterator[tuple[float, Sequence[str], Sequence[bool]]]:
    """Give the limits of a level: bits a cycle, for which tensors, for writes and reads."""
    width = level.bandwidth
    if width is None:
        return
    if width.both is not None:
        yield width.both, TENSORS, (True, False)
        return
    for limit, written in ((width.read, False), (width.write, True)):
        if isinstance(limit, tuple):
            for tensor, own in zip(TENSORS, limit, strict=True):
                if own is not None:
                    yield own, (tensor,), (written,)
        elif limit is not None:
            yield limit, TENSORS, (written,)


def _bits(
    found: MappingOf[Access, int], costs: AccessCosts
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """Return bits by level and tensor, read and written."""
    read: dict[str, dict[str, float]] = {}
    written: dict[str, dict[str, float]] = {}
    for access, words in found.items():
        tensor = access[0] if access[0] in OPERANDS else "ofmap"
        for charge in costs.charges.get(access, ()):
            own = (written if charge.written else read).setdefault(charge.level, {})
            own[tensor] = own.get(tensor, 0.0) + words * charge.share * charge.bits
    return read, written


def _cycles(level: MemoryLevel, read: dict[str, float], written: dict[str, float]) -> float | None:
    width = level.bandwidth
    if width is None:
        return None
    if width.both is not None:
        return (_all(read) + _all(written)) / width.both
    each = [*_against(width.read, read), *_against(width.write, written)]
    return max(each) if each else None


def _against(limit: float | Limits | None, bits: dict[str, float]) -> list[float]:
    if limit is None:
        return []
    if isinstance(limit, tuple):
        return [
            bits.get(tensor, 0.0) / own
            for tensor, own in zip(TENSORS, limit, strict=True)
            if own is not None
        ]
    return [_all(bits) / limit]


def _all(bits: dict[str, float]) -> float:
    total = 0.0
    for tensor in TENSORS:
        total += bits.get(tensor, 0.0)
    return total
