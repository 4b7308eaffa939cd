"""What a mapping moves and how busy it keeps the array, counted once: no cost changes it."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from py.platforms.accelerator.array import Array
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest_text import mapping_json, nest_lines
from py.platforms.accelerator.work import Work

Counting = tuple[Machine, Array, tuple[str, ...]]
"""All of a hardware that counts, and their text, depend on: everything but the room."""

_MOST_KEPT = 2048
_known: OrderedDict[Any, "Counted"] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Counted:
    """The accesses of a mapping, its work, and the mapping for people; not to be changed."""

    accesses: dict[Access, int]
    work: Work
    shown: dict[str, Any]


def counting(hardware: Hardware) -> Counting:
    """Return what counts on a hardware depend on."""
    machine = hardware.machine
    memories = tuple(replace(memory, bits=None, bits_of=(None,) * 3) for memory in machine.memories)
    names = tuple(level.name for level in hardware.levels)
    return replace(machine, memories=memories), hardware.array, names


def counted(problem: Problem, hardware: Hardware, mapping: Mapping, of: Counting) -> Counted:
    """Return the counts of a mapping; ``of`` is the hardware's ``counting``."""
    key = (problem, mapping, of)
    found = _known.get(key)
    if found is None:
        machine: Machine = hardware.machine
        shown = {
            **mapping_json(hardware, mapping),
            "nest": nest_lines(problem, hardware, mapping),
        }
        work = Work.of(problem, hardware, mapping)
        found = _known[key] = Counted(accesses(problem, machine, mapping), work, shown)
        if len(_known) > _MOST_KEPT:
            _known.popitem(last=False)
    else:
        _known.move_to_end(key)
    return found
