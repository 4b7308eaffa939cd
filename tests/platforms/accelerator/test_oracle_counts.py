"""The closed form counts what a walk of the loop nest counts."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from py.layers.loops import LoopNest
from py.platforms.accelerator.mapping import RowStationaryMapping
from tests.platforms.accelerator.oracle import walk
from tests.platforms.accelerator.oracle_cases import (
    all_conventions,
    counted,
    loop_nests,
    mappings,
    problem_from,
)

SMALLEST = LoopNest(n=1, g=1, m=1, c=1, p=1, q=1, r=1, s=1, h=1, w=1)
REFETCHED = all_conventions()[0]  # the first choice of each, with multicast
KEPT = replace(REFETCHED, halo="kept")


# The same examples every time, so that the suite takes the same time.
@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.data())
def test_count_is_what_a_walk_counts(data: st.DataObject) -> None:
    loops = data.draw(loop_nests(), "loops")
    mapping = data.draw(mappings(loops), "mapping")
    overhang = data.draw(st.integers(0, min(2, loops.ofmap_elements - 1)), "overhang")
    for conventions in all_conventions():
        problem = problem_from(loops, conventions, overhang=overhang)
        assert counted(problem, mapping, conventions) == walk(problem, mapping, conventions), (
            conventions
        )


def mapped(
    m: int = 1, n: int = 1, e: int = 1, p: int = 1, q: int = 1, r: int = 1
) -> RowStationaryMapping:
    return RowStationaryMapping(m, n, e, p, q, r, t=1)


def test_kept_rows_are_no_more_than_the_strips_read() -> None:
    # One filter row, every third ifmap row: strips of one row share nothing and leave gaps.
    problem = problem_from(replace(SMALLEST, p=3, h=7, stride=(3, 1)), KEPT)
    assert counted(problem, mapped(), KEPT)["ifmap", "dram"] == 3
    assert walk(problem, mapped(), KEPT)["ifmap", "dram"] == 3


def test_weights_of_a_last_filter_tile_of_one_pass_stay_while_strips_change() -> None:
    # Filters 0 and 1 alternate over both strips and are fetched twice, filter 2 is alone.
    problem = problem_from(replace(SMALLEST, m=3, p=2, h=2), REFETCHED)
    assert counted(problem, mapped(m=2), REFETCHED)["weight", "dram"] == 5
    assert walk(problem, mapped(m=2), REFETCHED)["weight", "dram"] == 5


def test_as_many_outputs_are_read_for_dram_as_are_written_there() -> None:
    # 5 outputs in two pieces of 3: the sixth is computed, and goes nowhere.
    problem = problem_from(replace(SMALLEST, n=2, q=3, w=3), REFETCHED, overhang=1)
    for words in (counted(problem, mapped(), REFETCHED), walk(problem, mapped(), REFETCHED)):
        assert words["psum", "global_buffer"] == 2 * 6
        assert words["ofmap", "global_buffer"] == 5


def test_the_walk_of_a_case_counted_by_hand() -> None:
    # 2 images, 3 filters, 2 channels, 3 of 5 ifmap rows under each of 3 outputs; strips of 2 and
    # 1, passes of 2 filters and 1, both channels at once in two sets of PEs.
    loops = replace(SMALLEST, n=2, m=3, c=2, p=3, r=3, h=5)
    mapping = mapped(m=3, n=2, e=2, p=2, r=2)
    assert walk(problem_from(loops, REFETCHED), mapping, REFETCHED) == {
        ("ifmap", "dram"): 2 * 2 * (4 + 3),
        ("ifmap", "global_buffer"): (1 + 2) * 2 * 2 * (4 + 3),  # written, read in two passes
        ("ifmap", "array"): 2 * 2 * 2 * 3 * (2 + 1),
        ("ifmap", "register_file"): 2 * 2 * 2 * 3 * (2 + 1),
        ("weight", "dram"): 2 * (3 * 2 * 3),  # once for each strip
        ("weight", "array"): (2 + 1) * (3 * 2 * 3),
        ("weight", "register_file"): (2 + 1) * (3 * 2 * 3),
        ("ofmap", "dram"): 2 * 3 * 3,
        ("psum", "global_buffer"): 2 * (2 * 3 * 3),
        ("ofmap", "global_buffer"): 2 * 3 * 3,
        ("psum", "array"): (2 * 3 - 1) * (2 * 3 * 3),
    }
