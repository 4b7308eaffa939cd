"""What our mapper is asked so that its answer can be put beside a peer's."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from py.platforms.accelerator.mapper.plan.flows import Costs
from py.platforms.accelerator.nest.access import Access, Kind
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space

WORD = 16
"""Bits of a word: all peers compute with 16 bits, psums too."""

BITS = (WORD, WORD, WORD)

ALL: tuple[str, ...] = ("weight", "ifmap", "ofmap", "psum")


@dataclass(frozen=True, slots=True)
class Question:
    """A problem, ``times`` of it in the layer, and the peer's hardware and way of counting.

    ``per_mac``: what each MAC costs besides the accesses that the machine counts.
    """

    problem: Problem
    times: int
    machine: Machine
    space: Space
    costs: Costs
    per_mac: float


def at(place: str, kinds: Iterable[Kind], cost: float, tensors: Iterable[str] = ALL) -> Costs:
    """Return the same cost for accesses of some kinds at a place."""
    found: dict[Access, float] = {
        (tensor, place, kind): cost for tensor, kind in product(tensors, kinds)
    }
    return found
