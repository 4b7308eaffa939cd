"""A dataflow: a name for constraints on the mapping space."""

from dataclasses import dataclass
from typing import Final

from py.platforms.accelerator.nest.space import Space

ANY: Final = "any"
"""The dataflow without constraints, which every accelerator has."""


@dataclass(frozen=True, slots=True)
class Dataflow:
    """A space with its name and where it is from."""

    id: str
    name: str
    source: str
    space: Space
