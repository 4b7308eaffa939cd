"""The simulator's one door: a model, what it is run on, and how each layer is mapped."""

from collections.abc import Sequence
from pathlib import Path

from py.layers import Layer
from py.simulate.inputs import Inputs
from py.simulate.mapped import MappingOf
from py.simulate.run import Run
from py.simulate.simulation import Simulation
from py.simulate.traffic import CodingOf


def simulate(
    model: bytes | Path,
    inputs: Inputs,
    layers: Sequence[Layer],
    mapping_of: MappingOf,
    coding_of: CodingOf,
) -> Simulation:
    """Run a model and count what its layers' values move and multiply.

    ``layers`` are those of the same model (``py.layers.read_model``) at a batch of as many images
    as the inputs have. The zeros of every layer's tensors are counted; what its values move, of
    those that have a mapping and whose operator is laid out here; others are ``left``.

    Raises:
        JoulegraphError: as ``Run`` and its ``simulate`` do.
    """
    return Run(model, inputs, layers).simulate(mapping_of, coding_of)
