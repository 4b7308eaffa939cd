"""Running small models through the simulator."""

import numpy as np

from py.simulate import Coding, Inputs, SimulatedLayer, Simulation, Uncoded, simulate
from tests.simulate.by_hand import row_stationary
from tests.simulate.models import Floats, layers_of


def uncoded(tensor: str, place: str) -> Coding:
    return Uncoded()


def run(data: bytes, inputs: Inputs, batch: int | None = None) -> Simulation:
    return simulate(data, inputs, layers_of(data, batch).layers, row_stationary, uncoded)


def only(simulation: Simulation) -> SimulatedLayer:
    (layer,) = simulation.layers
    assert simulation.left == ()
    return layer


def share(values: Floats) -> float:
    return 1 - np.count_nonzero(values) / values.size
