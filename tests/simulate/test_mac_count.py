"""MACs by their operands against loops over every one of them."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from py.layers import Zeros
from py.platforms.accelerator.nest.dims import sizes
from py.platforms.accelerator.nest.problem import Problem
from py.simulate import MacCount, Uncoded, Widths, analytical
from py.simulate.mac_count import Mask, mac_count
from py.simulate.operands import padded
from tests.platforms.accelerator.nest.cases import Mapped, mapped, problems


def one_by_one(problem: Problem, weight: Mask, image: Mask) -> MacCount:
    total = inside = ifmap_nonzero = weight_nonzero = both = 0
    for n, g, m, c, o, p, q, t, r, s in product(*map(range, problem.extents)):
        places = [
            out * problem.stride[axis] + tap * problem.dilation[axis] - problem.padding[axis]
            for axis, (out, tap) in enumerate(((o, t), (p, r), (q, s)))
        ]
        there = all(0 <= x < size for x, size in zip(places, problem.image, strict=True))
        value = there and bool(image[(n, g, c, *places)])
        factor = bool(weight[g, m, c, t, r, s])
        total += 1
        inside += there
        ifmap_nonzero += value
        weight_nonzero += factor
        both += value and factor
    return MacCount(total, inside, ifmap_nonzero, weight_nonzero, both)


@given(problems(), st.integers(0, 1 << 30))
def test_macs_are_those_counted_one_by_one(problem: Problem, seed: int) -> None:
    random = np.random.default_rng(seed)
    n, g, m, c, _, _, _, t, r, s = problem.extents
    weight = random.random((g, m, c, t, r, s)) < 0.6
    image = random.random((n, g, c, *problem.image)) < 0.5
    found = mac_count(problem, weight, padded(problem, image))
    assert found == one_by_one(problem, weight, image)
    assert found.kept("none") == found.total
    assert found.kept("ifmap_zero") == found.ifmap_nonzero >= found.kept("either_zero")


@given(mapped())
def test_without_zeros_both_methods_count_every_mac_of_the_image(case: Mapped) -> None:
    """Where nothing is zero but padding, the expected figures are the exact ones."""
    problem, machine, mapping = case
    n, g, m, c, _, _, _, t, r, s = problem.extents
    weight = np.ones((g, m, c, t, r, s), bool)
    image = np.ones((n, g, c, *problem.image), bool)
    expected = analytical(
        "layer", problem, machine, mapping, Zeros(0.0, 0.0, 0.0), lambda *_: Uncoded(), Widths()
    )
    assert mac_count(problem, weight, padded(problem, image)) == expected.macs


def test_large_counts_are_whole_numbers_without_end() -> None:
    """Counts beyond 32 bits are exact."""
    problem = Problem(sizes(n=64, m=1 << 16, c=1 << 10), image=(1, 1, 1))
    weight = np.ones((1, 1 << 16, 1 << 10, 1, 1, 1), bool)
    image = np.ones((64, 1, 1 << 10, 1, 1, 1), bool)
    assert mac_count(problem, weight, image).both_nonzero == 1 << 32
