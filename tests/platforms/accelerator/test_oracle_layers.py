"""On layers of real shape the search finds the least energy of all tile sizes ceil(D / k)."""

from dataclasses import replace

import pytest

from py.layers.layer import Zeros
from py.layers.loops import LoopNest, dense_loops
from py.platforms.accelerator.costs import Widths, word_costs
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.problem import problem_of
from py.platforms.accelerator.search import least_energy
from py.platforms.load import read_platform_file
from tests.platforms.accelerator.oracle_cases import counted
from tests.platforms.accelerator.oracle_search import by_trips, least

WIDTHS = Widths(weight=16, activation=16, psum=16)

# Channels and filters are fewer than in the layers these stand for, so that all can be tried.
LAYERS = {
    "alexnet conv3, batch 4": LoopNest(
        n=4, g=1, m=24, c=16, p=13, q=13, r=3, s=3, h=13, w=13, padding=(1, 1, 1, 1)
    ),
    "1x1 with stride 2": LoopNest(
        n=2, g=1, m=20, c=12, p=14, q=14, r=1, s=1, h=28, w=28, stride=(2, 2)
    ),
    "depthwise": LoopNest(
        n=6, g=32, m=1, c=1, p=28, q=28, r=3, s=3, h=56, w=56, stride=(2, 2), padding=(1, 1, 1, 1)
    ),
    "two groups, 5x5": LoopNest(
        n=2, g=2, m=16, c=6, p=27, q=27, r=5, s=5, h=27, w=27, padding=(2, 2, 2, 2)
    ),
    "fully connected": dense_loops(8, 48, 30),
}


# A buffer that holds a whole layer asks nothing of the search: smaller ones make it choose.
@pytest.mark.parametrize("buffer_bytes", [102_400, 12_288, 4_096])
@pytest.mark.parametrize("layer", LAYERS)
def test_nothing_among_tile_sizes_by_trips_is_cheaper(layer: str, buffer_bytes: int) -> None:
    eyeriss = Hardware.from_json(read_platform_file("eyeriss"))
    hardware = replace(eyeriss, buffer_bits=8 * buffer_bytes, bank_bits=8 * buffer_bytes // 32)
    loops = LAYERS[layer]
    problem = problem_of(
        loops,
        hardware,
        macs=loops.macs,
        ofmap_words=loops.ofmap_elements,
        activation_bits=WIDTHS.activation,
    )
    costs = word_costs(hardware, WIDTHS, Zeros(ifmap=0.4, weight=0.1, ofmap=0.6))
    best = least(problem, hardware, WIDTHS, costs, count=counted, sizes=by_trips)
    assert best is not None
    found = least_energy(problem, hardware, WIDTHS, costs)
    assert found.energy == pytest.approx(best[0], rel=1e-9, abs=0), best[1]
