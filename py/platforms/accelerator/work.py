"""How busy a mapping keeps the array."""

from dataclasses import dataclass
from math import prod

from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.nest.chain import Chain
from py.platforms.accelerator.nest.cut import count_of
from py.platforms.accelerator.nest.dims import DIMS
from py.platforms.accelerator.nest.fills import Fills
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem


@dataclass(frozen=True, slots=True)
class Work:
    """PEs at work in a full pass, passes, and cycles: of the MACs, and of filling the array."""

    active_pes: int
    passes: int
    compute: int
    ramp_up: int

    @classmethod
    def of(cls, problem: Problem, hardware: Hardware, mapping: Mapping) -> "Work":
        """Count the work of a mapping; a pass is a turn of the array's tile."""
        machine = hardware.machine
        chain = Chain.of(problem, machine, mapping)
        sizes = [chain.of_loop(dim) for dim in DIMS]
        at = chain.array
        passes = prod(count_of(loop[: at + 1]) for loop in sizes)
        once, each = hardware.array.ramp_up
        return cls(
            active_pes=prod(-(-loop[at] // loop[at + 1]) for loop in sizes),
            passes=passes,
            compute=Fills(problem, machine, mapping).compute_cycles(),
            ramp_up=once + each * passes,
        )

    @property
    def cycles(self) -> int:
        """Cycles that the array takes."""
        return self.compute + self.ramp_up
