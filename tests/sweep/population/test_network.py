"""Networks as lists of layers, and populations of them over one vocabulary."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.layers import Layer, read_model
from py.sweep.population.layers import add, conv, dense, global_pool, norm, pool
from py.sweep.population.network import Network, Stage
from py.sweep.population.population import Population, Vocabulary
from tests.models import conv_net

LAYERS = [
    conv((1, 3, 8, 8), 4, 3, padding=1),
    conv((1, 4, 8, 8), 4, 3, padding=1),
    pool((1, 4, 8, 8), 2),
    add((1, 4, 8, 8), (1, 4, 8, 8)),
    dense((1, 4), 10),
]


def test_a_network_of_cells_stacks_them() -> None:
    def cell(channels: int, size: int) -> list[Layer]:
        shape = (1, channels, size, size)
        return [conv(shape, channels, 3, padding=1), add(shape, shape)]

    def between(left: Stage, right: Stage) -> list[Layer]:
        return [conv((1, left.channels, left.size, left.size), right.channels, 2, stride=2)]

    network = Network.of_cells(
        cell,
        [Stage(3, 4, 8), Stage(2, 8, 4)],
        before=[conv((1, 3, 8, 8), 4, 3, padding=1)],
        between=between,
        after=[global_pool((1, 8, 4, 4))],
    )
    assert len(network) == 1 + 3 * 2 + 1 + 2 * 2 + 1
    layers = [layer for layer, times in network.layers for _ in range(times)]
    assert network.macs == sum(layer.macs or 0 for layer in layers)
    assert network.parameters == sum(layer.parameters for layer in layers)


def test_a_model_becomes_a_network_and_back() -> None:
    model = read_model(io.BytesIO(conv_net()), "a.onnx")
    network = Network.of(model.layers)
    again = network.model("again")
    assert again.macs == model.macs == network.macs
    assert again.parameters == model.parameters
    assert Network.of(again.layers) == network
    assert len({layer.name for layer in again.layers}) == len(again.layers)


@pytest.mark.parametrize("times", [0, -1, 1.5, True])
def test_a_layer_is_there_a_whole_number_of_times(times: int) -> None:
    with pytest.raises(ValueError, match="once or more"):
        Network(((LAYERS[0], times),))


@given(st.lists(st.lists(st.tuples(st.sampled_from(LAYERS), st.integers(1, 3)), max_size=6)))
def test_a_population_gives_its_networks_back(given: list[list[tuple[Layer, int]]]) -> None:
    networks = [Network(tuple(layers)) for layers in given]
    population = Population(networks)
    assert len(population) == len(networks)
    indices, offsets = population.indices, population.offsets
    assert offsets[0] == 0
    assert offsets[-1] == len(indices)
    for place, network in enumerate(networks):
        every = [layer for layer, times in network.layers for _ in range(times)]
        numbers = indices[offsets[place] : offsets[place + 1]]
        assert [population.vocabulary.layers[number] for number in numbers] == every
        back = population.network(place)
        assert [one for one, times in back.layers for _ in range(times)] == every
    assert len(population.vocabulary) <= len(LAYERS)


def test_blocks_follow_each_other() -> None:
    population = Population([Network.of(LAYERS[:2])])
    numbers = [population.vocabulary.number_of(layer) for layer in LAYERS]
    population.extend([numbers[2], numbers[3], numbers[0]], [0, 2, 2, 3])
    population.append(Network.of(LAYERS))
    assert len(population) == 5
    assert population.offsets.tolist() == [0, 2, 4, 4, 5, 10]
    assert population.network(1) == Network.of(LAYERS[2:4])
    assert population.network(2) == Network(())
    assert population.network(4) == Network.of(LAYERS)
    with pytest.raises(IndexError):
        population.network(5)


@pytest.mark.parametrize(
    ("indices", "offsets"),
    [([0], [0]), ([0], [1, 1]), ([0, 9], [0, 2]), ([-1], [0, 1]), ([0, 0], [0, 2, 1, 2]), ([], [])],
)
def test_arrays_that_do_not_fit_are_refused(indices: list[int], offsets: list[int]) -> None:
    population = Population([Network.of(LAYERS[:1])])
    with pytest.raises(ValueError, match="from 0 to"):
        population.extend(indices, offsets)
    assert len(population) == 1


def test_arrays_are_the_populations_own() -> None:
    population = Population([Network.of(LAYERS)])
    numbers = np.array([0, 1], np.int32)
    population.extend(numbers, np.array([0, 2]))
    numbers[:] = 4
    assert population.network(1) == Network.of(LAYERS[:2])


def test_populations_share_a_vocabulary() -> None:
    vocabulary = Vocabulary()
    first = Population([Network.of(LAYERS)], vocabulary)
    second = Population([Network.of(LAYERS[::-1])], vocabulary)
    assert len(vocabulary) == len(LAYERS)
    assert second.indices.tolist() == first.indices.tolist()[::-1]


def test_layers_that_differ_in_their_window_are_two() -> None:
    wide, high = (
        pool((1, 4, 9, 9), (3, 5), padding=(1, 2, 1, 2)),
        pool((1, 4, 9, 9), (5, 3), padding=(2, 1, 2, 1)),
    )
    assert wide == high  # layers are not compared by it
    rows, columns = norm((1, 6, 10), "Softmax"), norm((1, 10, 6), "Softmax")
    assert rows == columns
    assert len(Population([Network.of([wide, high, rows, columns])]).vocabulary) == 4
