"""What a simulation found."""

from dataclasses import dataclass

from py.layers import Zeros
from py.notes import Note
from py.simulate.counted import LayerCount


@dataclass(frozen=True, slots=True)
class LayerZeros:
    """The zero fractions of a layer's tensors, counted; None where they could not be."""

    name: str
    zeros: Zeros


@dataclass(frozen=True, slots=True)
class SimulatedLayer:
    """A layer's zero fractions and what its values move and multiply in its mapping.

    ``place`` is the layer's among the model's.
    """

    name: str
    zeros: Zeros
    count: LayerCount
    place: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """A layer that was not simulated, and why; ``place`` is the layer's among the model's."""

    name: str
    reason: str
    place: int = 0


@dataclass(frozen=True, slots=True)
class Simulation:
    """All layers in the model's order; ``source`` says what the model was run on."""

    source: str
    images: int
    layers: tuple[SimulatedLayer, ...]
    zeros: tuple[LayerZeros, ...]
    left: tuple[Left, ...] = ()
    notes: tuple[Note, ...] = ()
