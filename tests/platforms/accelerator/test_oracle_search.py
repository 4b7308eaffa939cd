"""The search finds the least energy of the whole space, as trying every mapping does."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.layers.layer import Zeros
from py.layers.loops import LoopNest
from py.platforms.accelerator.conventions import Conventions
from py.platforms.accelerator.costs import Widths, word_costs
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.problem import problem_of
from py.platforms.accelerator.search import least_energy, movement_energy
from py.platforms.estimate import LEVELS
from py.platforms.platform import Level
from tests.platforms.accelerator.oracle import walk
from tests.platforms.accelerator.oracle_cases import all_conventions, loop_nests
from tests.platforms.accelerator.oracle_search import energy, every, least

COSTS = (
    (200.0, 6.0, 2.0, 1.0),  # as published for Eyeriss
    (1.0, 6.0, 2.0, 1.0),  # the buffer dearer than DRAM
    (3.0, 1.0, 20.0, 5.0),  # the network dearest
    (200.0, 6.0, 0.0, 0.0),
)

SMALLEST = LoopNest(n=1, g=1, m=1, c=1, p=1, q=1, r=1, s=1, h=1, w=1)
PLAIN = all_conventions()[0]


def tiny(
    conventions: Conventions, energies: tuple[float, ...], buffer_words: int, bank_words: int
) -> Hardware:
    """3 x 4 PEs with a few words each."""
    return Hardware(
        rows=3,
        columns=4,
        word_bits=16,
        psum_bits=16,
        element_bits={},
        mac_energy_j=None,
        levels=tuple(
            Level(name, name, cost, "") for name, cost in zip(LEVELS, energies, strict=True)
        ),
        buffer_bits=16 * buffer_words,
        bank_bits=16 * bank_words,
        ifmap_spad_bits=16 * 4,
        weight_spad_bits=16 * 12,
        psum_spad_bits=16 * 3,
        conventions=conventions,
    )


@st.composite
def machines(draw: st.DrawFn) -> Hardware:
    codings: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
        [
            {"coding": "none"},
            {
                "coding": "significance_map",
                "coded_levels": ("dram", "global_buffer"),
                "coded_tensors": ("ifmap", "weight", "ofmap"),
            },
        ]
    )
    return tiny(
        replace(
            draw(st.sampled_from(all_conventions())),
            buffering=draw(st.sampled_from(["single", "double"])),
            **draw(codings),
        ),
        draw(st.sampled_from(COSTS)),
        buffer_words=draw(st.sampled_from([6, 48, 96, 240])),
        bank_words=draw(st.sampled_from([1, 8])),
    )


def small_nests() -> st.SearchStrategy[LoopNest]:
    return st.builds(
        lambda loops, n, m, c: replace(loops, n=n, m=m, c=c),
        loop_nests(rows=6, columns=5),
        *(st.integers(1, most) for most in (3, 5, 4)),
    )


# The same examples every time, so that the suite takes the same time.
@settings(max_examples=40, deadline=None, derandomize=True)
@example(  # strips of 4 rows and 1 are cheaper than of 3 and 2: what 3 and 2 share is no padding
    replace(SMALLEST, p=5, r=2, h=5, dilation=(2, 1), padding=(0, 0, 2, 0)),
    tiny(replace(PLAIN, padding="not_fetched"), COSTS[0], buffer_words=6, bank_words=1),
    Widths(weight=4, activation=4, psum=8),
    Zeros(),
)
@given(
    small_nests(),
    machines(),
    st.builds(Widths, *(st.sampled_from([4, 8, 16]) for _ in range(2)), st.sampled_from([8, 16])),
    st.builds(Zeros, *(st.sampled_from([None, 0.0, 0.4, 0.9]) for _ in range(3))),
)
def test_nothing_in_the_space_is_cheaper(
    loops: LoopNest, hardware: Hardware, widths: Widths, zeros: Zeros
) -> None:
    problem = problem_of(
        loops,
        hardware,
        macs=loops.macs,
        ofmap_words=loops.ofmap_elements,
        activation_bits=widths.activation,
    )
    costs = word_costs(hardware, widths, zeros)
    best = least(problem, hardware, widths, costs, count=walk, sizes=every)
    if best is None:
        with pytest.raises(JoulegraphError) as error:
            least_energy(problem, hardware, widths, costs)
        assert error.value.code == "does-not-fit"
        return
    found = least_energy(problem, hardware, widths, costs)
    assert found.mapping.fits(problem, hardware, widths)
    assert found.energy == pytest.approx(best[0], rel=1e-9, abs=0), best[1]
    walked = energy(walk(problem, found.mapping, hardware.conventions), costs)
    assert found.energy == pytest.approx(walked, rel=1e-9, abs=0)
    priced = movement_energy(problem, found.mapping, hardware, costs)
    assert found.energy == pytest.approx(priced, rel=1e-9, abs=0)
