"""How busy a mapping keeps the array."""

from dataclasses import dataclass
from math import prod

from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.nest.cut import count_of
from py.platforms.accelerator.nest.dims import DIMS
from py.platforms.accelerator.nest.fills import Fills
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem


@dataclass(frozen=True, slots=True)
class Work:
    """PEs at work where tiles are full, and cycles: of the MACs, and of filling the array."""

    active_pes: int
    compute: int
    ramp_up: int

    @classmethod
    def of(cls, problem: Problem, hardware: Hardware, mapping: Mapping) -> "Work":
        """Count the work of a mapping."""
        fills = Fills(problem, hardware.machine, mapping)
        at = fills.chain.array
        loops = [fills.chain.of_loop(dim) for dim in DIMS]
        filling = hardware.array.ramp_up
        return cls(
            active_pes=prod(-(-sizes[at] // sizes[at + 1]) for sizes in loops),
            compute=fills.compute_cycles(),
            ramp_up=filling.layer + filling.each * _times_filled(fills, filling.tensor),
        )

    @property
    def cycles(self) -> int:
        """Cycles that the array takes."""
        return self.compute + self.ramp_up


def _times_filled(fills: Fills, tensor: str) -> int:
    """Return how often the PEs take other tiles of a tensor."""
    chain = fills.chain
    inner = fills.innermost(tensor, chain.array)
    if inner is None:
        return 1
    turning = inner.outside + inner.dim
    return prod(count_of(chain.of_loop(dim)[: inner.step + (dim in turning) + 1]) for dim in DIMS)
