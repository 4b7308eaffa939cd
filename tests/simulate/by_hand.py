"""A machine and mappings made by hand: row stationary on a small array like the Eyeriss chip's."""

from py.layers import Layer
from py.platforms.accelerator.nest.access import ARRAY, Access
from py.platforms.accelerator.nest.dims import DIMS, PLACE, Sizes, sizes
from py.platforms.accelerator.nest.machine import Machine, Memory
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.simulate import Mapped

MACHINE = Machine(
    memories=(
        Memory("dram", first_psum_access="read_and_write"),
        Memory("buffer", keeps=("kept", "kept", "kept"), first_psum_access="read_and_write"),
        Memory("rf"),
    ),
    array_at=2,
    axes=(12, 14),
    unrolls=("rc", "pm"),
)
"""Conventions as public/accelerators/eyeriss.json has them: padding and halo are fetched."""

COSTS = {"dram": 200.0, "buffer": 6.0, ARRAY: 2.0, "rf": 1.0}
"""Energy of a 16-bit word in MAC energies (Chen et al., ISCA 2016, table IV)."""


def cost_of(access: Access) -> float:
    return COSTS[access[1]] / 16


def problem_of(layer: Layer) -> Problem:
    """The layer's own loops; rows and columns of two dimensions."""
    loops = layer.loops
    assert loops is not None
    return Problem(
        sizes(**{dim: getattr(loops, dim) for dim in "ngmcpqrs"}),
        stride=(1, *loops.stride),
        dilation=(1, *loops.dilation),
        padding=(0, *loops.padding[:2]),
        image=(1, loops.h, loops.w),
    )


def within(around: Sizes, **most: int) -> Sizes:
    """Tiles of at most so much along each loop; whole along those that are not named."""
    return sizes(**{dim: min(around[PLACE[dim]], most.get(dim, 1 << 40)) for dim in DIMS})


def row_stationary(layer: Layer, problem: Problem | None = None) -> Mapped:
    """Whole feature maps in the buffer; filter rows and ofmap rows across the array."""
    problem = problem or problem_of(layer)
    return mapped(problem, within(problem.extents, n=4, m=16, c=16, p=14))


def in_strips(layer: Layer) -> Mapped:
    """The same, but squares of 3x3 outputs in the buffer: elements at their edges come again."""
    problem = problem_of(layer)
    return mapped(problem, within(problem.extents, n=1, m=8, c=4, p=3, q=3))


def mapped(problem: Problem, buffer: Sizes) -> Mapped:
    rf = within(buffer, n=1, m=4, c=2, p=1, r=1)
    return Mapped(
        problem,
        MACHINE,
        Mapping(
            tiles=(buffer, rf),
            unrolled=(
                sizes(r=min(12, buffer[PLACE["r"]])),
                sizes(p=min(14, buffer[PLACE["p"]])),
            ),
            orders=("ngmcopqtrs", "gmcnopqtrs", "ngcmopqtrs"),
            kept=((True, True, True), (True, True, True)),
        ),
    )
