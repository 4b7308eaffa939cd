"""What must hold whatever the layer: terms add up, and more of anything good never costs more."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.layers import Bits, Layer, LoopNest, Zeros
from py.platforms.accelerator.best import best
from py.platforms.accelerator.costs import access_costs
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.nest.dims import DIMS, TENSORS, WINDOWS
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.problem import problem_of
from py.platforms.load import platform_from_json
from tests.platforms.accelerator.edited import edited

# The same examples every time, so that the suite takes the same time.
LAWS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
DENSE, NATIVE = Zeros(), Bits()
SMALL: dict[str, Any] = {
    "array.axes.0.pes.value": 4,
    "array.axes.1.pes.value": 3,
    "levels.1.capacity.value.shared": 512,
    "levels.1.bank.value": 32,
    "levels.2.capacity.value": {"weight": 64, "ifmap": 12, "ofmap": 16},
}


def platform(**changes: Any) -> Accelerator:
    found = platform_from_json(edited(SMALL | changes))
    assert isinstance(found, Accelerator)
    return found


@st.composite
def loop_nests(draw: st.DrawFn) -> LoopNest:
    """Layers of a few thousand MACs, with what makes counting hard."""
    p, q, r, s = (draw(st.integers(1, most)) for most in (6, 5, 3, 3))
    stride, dilation = (tuple(draw(st.integers(1, 2)) for _ in "hw") for _ in range(2))
    needed = [
        (outputs - 1) * step + (taps - 1) * spread + 1
        for outputs, taps, step, spread in zip((p, q), (r, s), stride, dilation, strict=True)
    ]
    top, left = (draw(st.integers(0, max(0, size - 1) // 2)) for size in needed)
    return LoopNest(
        n=draw(st.integers(1, 2)),
        g=draw(st.integers(1, 2)),
        m=draw(st.integers(1, 6)),
        c=draw(st.integers(1, 5)),
        p=p,
        q=q,
        r=r,
        s=s,
        h=needed[0] - top,
        w=needed[1] - left,
        stride=(stride[0], stride[1]),
        dilation=(dilation[0], dilation[1]),
        padding=(top, left, 0, 0),
    )


def layer_of(loops: LoopNest, zeros: Zeros = DENSE, bits: Bits = NATIVE) -> Layer:
    return Layer(
        name="layer",
        kind="conv",
        op_types=("Conv",),
        nodes=(0,),
        macs=loops.macs,
        ops=0,
        parameters=0,
        ifmap_elements=loops.ifmap_elements,
        weight_elements=loops.weight_elements,
        ofmap_elements=loops.ofmap_elements,
        loops=loops,
        zeros=zeros,
        bits=bits,
    )


def energy(found: Accelerator, layer: Layer) -> float:
    """Return what a layer costs; without end where it does not fit."""
    try:
        estimate = found.estimate(layer)
    except JoulegraphError as error:
        if error.code == "does-not-fit":
            return math.inf
        raise
    assert estimate is not None
    return estimate.energy_macs


def at_most(less: float, more: float) -> bool:
    return less <= more * (1 + 1e-12) or math.isinf(more)


shares = st.sampled_from([None, 0.0, 0.3, 0.9, 1.0])
widths = st.builds(Bits, *(st.sampled_from([None, 1, 4, 8, 16]) for _ in range(2)))


@LAWS
@given(loop_nests(), st.builds(Zeros, shares, shares, shares), widths)
def test_terms_are_what_the_mapper_found_and_the_macs(
    loops: LoopNest, zeros: Zeros, bits: Bits
) -> None:
    own = platform()
    layer = layer_of(loops, zeros, bits)
    hardware = own.hardware
    word = own.widths(layer)
    costs = access_costs(hardware, word, zeros)
    problem = problem_of(loops)
    answer = best(problem, hardware, hardware.dataflow().space, word, costs)
    estimate = own.estimate(layer)
    assert estimate is not None
    macs = loops.macs * costs.kept_macs * costs.mac
    assert estimate.energy_macs == pytest.approx(answer.found.energy + macs, rel=1e-12)
    parts = [value for levels in estimate.parts().values() for value in levels.values()]
    assert math.fsum(parts) == pytest.approx(estimate.energy_j, rel=1e-12)
    assert all(term.energy >= 0 for term in estimate.terms)


@LAWS
@given(loop_nests(), widths, st.booleans())
def test_no_level_holds_more_than_it_can(loops: LoopNest, bits: Bits, free: bool) -> None:
    own = replace(platform(), dataflow="any" if free else None)
    problem, hardware = problem_of(loops), own.hardware
    word = own.widths(layer_of(loops, bits=bits))
    space = hardware.dataflow(own.dataflow).space
    costs = access_costs(hardware, word, Zeros())
    mapping = best(problem, hardware, space, word, costs).found.mapping
    taken = (word.weight, word.activation, word.psum)
    for level, memory in enumerate(hardware.machine.memories[1:]):
        room = held(problem, mapping, level)
        bits_held = tuple(
            words * width * kept
            for words, width, kept in zip(room, taken, mapping.kept[level], strict=True)
        )
        assert memory.holds((bits_held[0], bits_held[1], bits_held[2]))
    for factors, pes in zip(mapping.unrolled, hardware.machine.axes, strict=True):
        assert math.prod(factors) <= pes


def held(problem: Problem, mapping: Mapping, level: int) -> tuple[int, ...]:
    """Return the words of weight, ifmap and ofmap in a full tile."""
    tile = dict(zip(DIMS, mapping.tiles[level], strict=True))
    ifmap = math.prod(tile[dim] for dim in "ngc")
    for axis, (out, tap) in enumerate(WINDOWS):
        ifmap *= problem.span(axis, tile[out], tile[tap])
    sizes = {
        "weight": math.prod(tile[dim] for dim in "gmctrs"),
        "ifmap": ifmap,
        "ofmap": math.prod(tile[dim] for dim in "ngmopq"),
    }
    return tuple(sizes[tensor] for tensor in TENSORS)


ROOMS = ["levels.1.capacity.value.shared", *(f"levels.2.capacity.value.{t}" for t in TENSORS)]


@LAWS
@given(loop_nests(), st.sampled_from(ROOMS))
def test_more_room_never_costs_more(loops: LoopNest, room: str) -> None:
    layer = layer_of(loops)
    _, level, *_, tensor = room.split(".")
    now = edited(SMALL)["levels"][int(level)]["capacity"]["value"][tensor]
    small, large = (replace(platform(**{room: times * now}), dataflow="any") for times in (1, 2))
    assert at_most(energy(large, layer), energy(small, layer))


@LAWS
@given(loop_nests(), st.sampled_from([(4, 8), (8, 8), (8, 16)]), st.sampled_from([(4, 5), (8, 12)]))
def test_wider_words_never_cost_less(
    loops: LoopNest, one: tuple[int, int], other: tuple[int, int]
) -> None:
    own = replace(platform(), dataflow="any")
    wide = Bits(max(one[0], other[0]), max(one[1], other[1]))
    assert at_most(
        energy(own, layer_of(loops, bits=Bits(*one))), energy(own, layer_of(loops, bits=wide))
    )


@LAWS
@given(
    loop_nests(), st.sampled_from(TENSORS), st.sampled_from([(0.0, 0.4), (0.4, 0.41), (0.9, 1.0)])
)
@pytest.mark.parametrize("coding", ["significance_map", "run_length"])
def test_zeros_never_cost_more(
    coding: str, loops: LoopNest, tensor: str, pair: tuple[float, float]
) -> None:
    value: dict[str, Any] = {"method": coding, "tensors": list(TENSORS)}
    if coding == "run_length":
        value |= {"run_bits": 5, "level_bits": 16, "pairs": 3}
    own = platform(**{"levels.0.coding.value": value})
    few, many = (layer_of(loops, Zeros(**{tensor: share})) for share in pair)
    assert at_most(energy(own, many), energy(own, few))


@LAWS
@given(loop_nests())
def test_any_is_never_dearer_than_a_dataflow(loops: LoopNest) -> None:
    own, layer = platform(), layer_of(loops)
    assert at_most(energy(replace(own, dataflow="any"), layer), energy(own, layer))


@LAWS
@given(loop_nests())
def test_time_is_the_longest_of_compute_and_levels(loops: LoopNest) -> None:
    estimate = platform().estimate(layer_of(loops))
    assert estimate is not None
    assert estimate.mapping is not None
    mapping = estimate.mapping
    delay = mapping["delay"]
    assert delay["cycles"] == max(delay["by"].values()) == delay["by"][delay["bound"]]
    assert delay["by"]["compute"] == mapping["cycles"] >= loops.macs / mapping["pes"]
    assert mapping["cycles"] >= loops.macs / mapping["active_pes"]
    assert 0 < mapping["utilisation"] <= mapping["active_pes"] / mapping["pes"] <= 1
    time_s, energy_j = delay["cycles"] / 200e6, estimate.energy_macs * 1.414e-12
    assert estimate.time_s == time_s
    assert estimate.energy_j == pytest.approx(energy_j)
    assert estimate.power_w == pytest.approx(energy_j / time_s)


def test_the_mapping_is_told_as_a_loop_nest() -> None:
    loops = LoopNest(
        n=1, g=1, m=6, c=2, p=5, q=3, r=3, s=3, h=9, w=5, stride=(2, 1), padding=(1, 1, 1, 0)
    )
    estimate = platform().estimate(layer_of(loops))
    assert estimate is not None
    assert estimate.mapping is not None
    lines = estimate.mapping["nest"]
    assert lines[-1] == "ofmap[m, p, q] += weight[m, c, r, s] x ifmap[c, 2p + r - 1, q + s - 1]"
    assert turns(lines[:-1]) >= loops.macs
    kinds = {line.split()[0] for line in lines[:-1]}
    assert kinds <= {"for", "spatial"}


def turns(lines: list[str]) -> int:
    """Return how often the innermost line runs if every tile is full."""
    product = 1
    for line in lines:
        words = line.split("  [")[0].split()
        step = int(words[words.index("by") + 1]) if "by" in words else 1
        bounds = words[: words.index("by")] if "by" in words else words
        product *= -(-int(bounds[-1]) // step)
    return product


def test_the_file_says_what_filling_the_array_takes() -> None:
    value = {"layer": 7, "each": 3, "of": "weight"}
    own = platform(**{"array.ramp_up_cycles": {"value": value, "source": "assumption: a test"}})
    layer = layer_of(LoopNest(n=1, g=1, m=8, c=4, p=3, q=3, r=1, s=1, h=3, w=3))
    plain, slow = platform().estimate(layer), own.estimate(layer)
    assert plain is not None
    assert slow is not None
    assert plain.mapping is not None
    assert slow.mapping is not None
    fills = (slow.mapping["cycles"] - plain.mapping["cycles"] - 7) / 3
    weights = sum(t.accesses for t in slow.terms if (t.tensor, t.level) == ("weight", "dram"))
    assert fills >= 1
    assert fills == int(fills)
    assert weights >= 8 * 4


def test_of_mappings_of_one_energy_the_fastest_is_taken() -> None:
    """Where the way to DRAM is narrow, its words decide; the energy is as with a wide one."""
    loops = LoopNest(n=2, g=2, m=6, c=4, p=4, q=4, r=2, s=2, h=5, w=5)
    narrow, wide = (
        platform(**{"levels.0.bandwidth.value": {"both": bits}}).estimate(layer_of(loops))
        for bits in (1, 1000)
    )
    assert narrow is not None
    assert wide is not None
    assert narrow.energy_macs == pytest.approx(wide.energy_macs, rel=1e-12)
    assert narrow.mapping is not None
    assert narrow.mapping["delay"]["bound"] == "dram"
    assert wide.mapping is not None
    assert wide.mapping["delay"]["bound"] != "dram"
