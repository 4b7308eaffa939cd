"""Small nests counted by hand."""

from collections import Counter

from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.dims import DIMS, sizes
from py.platforms.accelerator.nest.machine import Machine, Memory
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from tests.platforms.accelerator.nest.walk import compute_cycles, fits, walk

ALL = (True, True, True)


def order(first: str) -> str:
    """All loops, those named first."""
    return first + "".join(dim for dim in DIMS if dim not in first)


def words(text: str) -> Counter[Access]:
    """Counts from lines of tensor, place, kind and number."""
    count: Counter[Access] = Counter()
    for line in text.split("\n"):
        if line.strip():
            tensor, place, kind, number = line.split()
            count[tensor, place, kind] = int(number)  # type: ignore[index]
    return count


# n=2 rows times a 3 (c) by 4 (m) matrix: 24 MACs, 12 weights, 6 ifmap words, 8 outputs.
PRODUCT = Problem(sizes(n=2, m=4, c=3))
ONE_PE = Machine((Memory("dram"), Memory("rf")), array_at=1, axes=(1,), unrolls=("",))
ONE_WORD = (sizes(),)


def test_product_weight_stationary() -> None:
    mapping = Mapping(ONE_WORD, (sizes(),), (order("mcn"), order("")), (ALL,))
    assert walk(PRODUCT, ONE_PE, mapping) == words(
        """
        weight dram read 12
        weight array deliver 12
        weight rf fill 12
        weight rf read 24
        ifmap dram read 24
        ifmap array deliver 24
        ifmap rf fill 24
        ifmap rf read 24
        psum dram read 16
        psum array deliver 16
        psum rf fill 16
        psum rf read 24
        psum rf update 24
        psum rf drain 16
        psum array collect 16
        psum dram update 16
        ofmap rf drain 8
        ofmap array collect 8
        ofmap dram update 8
        """
    )
    assert compute_cycles(PRODUCT, ONE_PE, mapping) == 24
    assert fits(PRODUCT, ONE_PE, mapping, (8, 8, 16))
