"""Bits of every access against a walk of the nest that codes every chunk bit by bit."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.layers import Zeros
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.problem import Problem
from py.simulate import (
    Coding,
    LayerCount,
    RunLength,
    SignificanceMap,
    Uncoded,
    Widths,
    analytical,
    chunks,
)
from py.simulate.mac_count import Mask, mac_count
from py.simulate.operands import padded
from py.simulate.traffic import Traffic
from tests.platforms.accelerator.nest.cases import Mapped, mapped
from tests.simulate import bitwise
from tests.simulate.walked import Place, WalkedBits

#: The chip's run length, and one that tells small chunks in another order apart.
RUN_LENGTHS = (RunLength(), RunLength(run_bits=1, pairs=1, name="short runs"))
CODINGS: tuple[Coding, ...] = (Uncoded(), SignificanceMap(), *RUN_LENGTHS, RUN_LENGTHS[1])
WIDTHS = Widths(weight=16, ifmap=12, ofmap=8, psum=24)


def drawn(problem: Problem, seed: int) -> dict[str, Mask]:
    """Masks at random; the ifmap without its padding."""
    random = np.random.default_rng(seed)
    n, g, m, c, o, p, q, t, r, s = problem.extents
    shapes = {
        "weight": (g, m, c, t, r, s),
        "ifmap": (n, g, c, *problem.image),
        "ofmap": (n, g, m, o, p, q),
    }
    return {
        tensor: random.random(shape) < random.choice([0.1, 0.5, 0.9])
        for tensor, shape in shapes.items()
    }


@pytest.fixture(autouse=True, scope="module")
def few_words_at_a_time() -> Iterator[None]:
    """Chunks are looked at in several goes, as large layers are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "_MOST_WORDS", 20)
        yield


@settings(max_examples=200)
@given(mapped(), st.integers(0, 1 << 30), st.data())
def test_bits_are_those_of_a_walk(case: Mapped, seed: int, data: st.DataObject) -> None:
    problem, machine, mapping = case
    masks = drawn(problem, seed)
    chosen: dict[tuple[str, str], Coding] = {}

    def coding_of(tensor: str, place: str) -> Coding:
        if (tensor, place) not in chosen:
            chosen[tensor, place] = data.draw(st.sampled_from(CODINGS))
        return chosen[tensor, place]

    def value(tensor: str, place: Place) -> int:
        image = problem.image if tensor == "ifmap" else masks[tensor].shape[3:]
        inside = all(0 <= x < size for x, size in zip(place[3:], image, strict=True))
        return int(masks[tensor][place]) if inside else 0

    def size(tensor: str, place: str, values: Sequence[int]) -> int:
        coding, width = coding_of(tensor, place), WIDTHS.of(tensor)
        if isinstance(coding, RunLength):
            return len(bitwise.run_length(values, coding.run_bits, 16, coding.pairs))
        if isinstance(coding, SignificanceMap):
            return len(bitwise.significance_map(values, width))
        return width * len(values)

    laid = masks | {"ifmap": padded(problem, masks["ifmap"])}
    macs = mac_count(problem, laid["weight"], laid["ifmap"])
    counts = Traffic(problem, machine, mapping, laid, macs, coding_of, WIDTHS).counts()
    assert len({count.access for count in counts}) == len(counts)
    assert {count.access: count.words for count in counts} == accesses(problem, machine, mapping)
    found = {count.access: count.bits for count in counts if count.access[0] != "psum"}
    assert found == WalkedBits(problem, machine, mapping, value, size).run()
    for count in counts:
        if count.access[0] == "psum":
            assert count.bits == count.words * WIDTHS.psum


@settings(max_examples=150)
@given(mapped(), st.sampled_from((0.0, 1.0)), st.sampled_from(("weight", "ifmap", "ofmap")))
def test_where_a_tensor_is_all_zero_or_not_at_all_nothing_is_left_to_chance(
    case: Mapped, zeros: float, tensor: str
) -> None:
    """Then the expected bits and MACs are the exact ones, padding included."""
    problem, machine, mapping = case
    masks = {name: np.ones_like(mask) for name, mask in drawn(problem, 0).items()}
    masks[tensor][...] = not zeros
    laid = masks | {"ifmap": padded(problem, masks["ifmap"])}
    macs = mac_count(problem, laid["weight"], laid["ifmap"])

    def coding_of(tensor: str, place: str) -> Coding:
        return SignificanceMap()

    shares = Zeros(**({"ifmap": 0.0, "weight": 0.0, "ofmap": 0.0} | {tensor: zeros}))
    expected = analytical("", problem, machine, mapping, shares, coding_of, WIDTHS)
    counts = Traffic(problem, machine, mapping, laid, macs, coding_of, WIDTHS).counts()
    assert expected.macs == macs
    assert expected.bits == LayerCount("", macs, counts).bits
