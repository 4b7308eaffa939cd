"""Whether tiles fit: what a level keeps of a mapping, against its capacity."""

from math import prod

from py.platforms.accelerator.nest.dims import DEPENDS, PLACE, WINDOWS, Sizes
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem

Bits = tuple[int, int, int]
"""Bits of a weight, an ifmap value and a psum."""

_OF_WEIGHT = tuple(PLACE[dim] for dim in DEPENDS["weight"])
_OF_OFMAP = tuple(PLACE[dim] for dim in DEPENDS["ofmap"])
_OF_IFMAP = tuple(PLACE[dim] for dim in "ngc")
_WINDOWS = tuple((PLACE[out], PLACE[tap]) for out, tap in WINDOWS)


def tile_words(problem: Problem, tile: Sizes) -> tuple[int, int, int]:
    """Return the words of weight, ifmap and ofmap in a tile of full size."""
    ifmap = prod(tile[place] for place in _OF_IFMAP)
    for axis, (out, tap) in enumerate(_WINDOWS):
        ifmap *= problem.span(axis, tile[out], tile[tap])
    weight = prod(tile[place] for place in _OF_WEIGHT)
    return weight, ifmap, prod(tile[place] for place in _OF_OFMAP)


def holds(
    problem: Problem,
    machine: Machine,
    level: int,
    tile: Sizes,
    kept: tuple[bool, bool, bool],
    bits: Bits,
) -> bool:
    """Whether a level, counted from 1 below the outermost, holds a tile of what it keeps."""
    words = tile_words(problem, tile)
    weight, ifmap, ofmap = (
        own * width if keeps else 0 for own, width, keeps in zip(words, bits, kept, strict=True)
    )
    return machine.memories[level].holds((weight, ifmap, ofmap))


def fits(problem: Problem, machine: Machine, mapping: Mapping, bits: Bits) -> bool:
    """Whether every level holds its tiles."""
    return all(
        holds(problem, machine, level, tile, kept, bits)
        for level, (tile, kept) in enumerate(zip(mapping.tiles, mapping.kept, strict=True), 1)
    )
