"""How a layer runs, as the simulator is told."""

from collections.abc import Callable
from typing import NamedTuple

from py.layers import Layer
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.simulate.traffic import CodingOf
from py.simulate.widths import Widths


class Mapped(NamedTuple):
    """How a layer runs: its loops, the machine, the mapping, and how wide its words are.

    ``coding_of`` goes before the one for all layers: the chip does not code the first one's ifmap.
    """

    problem: Problem
    machine: Machine
    mapping: Mapping
    widths: Widths = Widths()
    coding_of: CodingOf | None = None


MappingOf = Callable[[Layer], Mapped | None]
"""How a layer runs; None for one that is not to be simulated."""
