"""Two layers with the feature map between them on chip: what is spared, and that it fits."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.layers import Bits, Layer, LoopNest, Zeros
from py.platforms import CountedEstimate
from py.platforms.accelerator.costs import Widths, access_costs
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.fused import costs_on_chip, meeting_level
from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.dims import DIMS, sizes
from py.platforms.accelerator.problem import problem_of
from py.platforms.accelerator.room import tile_words
from py.platforms.counted import Fused
from py.platforms.load import load_platform, platform_from_json
from tests.platforms.accelerator.edited import edited
from tests.platforms.accelerator.test_laws import LAWS, SMALL, layer_of, loop_nests

DRAM, BUFFER = 200, 6
"""Eyeriss's energies of a word, in MACs."""


def platform(**changes: Any) -> Accelerator:
    found = platform_from_json(edited(changes))
    assert isinstance(found, Accelerator)
    return found


def product(m: int, c: int) -> Layer:
    """A 1x1 convolution on maps of 2x2."""
    return layer_of(LoopNest(n=1, g=1, m=m, c=c, p=2, q=2, r=1, s=1, h=2, w=2))


def moved(estimate: CountedEstimate, tensor: str, level: str) -> float:
    """Return the words of a tensor that a level is accessed for."""
    return math.fsum(
        term.accesses for term in estimate.terms if (term.tensor, term.level) == (tensor, level)
    )


def test_the_map_goes_to_the_buffer_and_comes_from_there() -> None:
    """Everything fits, so each word moves once: 4 x 2 x 2 are written and read at 6, not at 200."""
    own, first, second = platform(), product(m=4, c=2), product(m=3, c=4)
    apart = [own.estimate(layer) for layer in (first, second)]
    fused = own.fused(first, second)
    assert fused is not None
    assert fused.level == "global_buffer"
    assert fused.map_bits == 16 * 16
    before = math.fsum(estimate.energy_macs for estimate in apart if estimate is not None)
    after = math.fsum(estimate.energy_macs for estimate in fused.estimates)
    assert before - after == pytest.approx(2 * 16 * (DRAM - BUFFER))
    assert moved(fused.estimates[0], "ofmap", "dram") == 0
    assert moved(fused.estimates[1], "ifmap", "dram") == 0
    assert moved(fused.estimates[0], "ifmap", "dram") == 2 * 4
    assert moved(fused.estimates[1], "ofmap", "dram") == 3 * 4
    for estimate, alone in zip(fused.estimates, apart, strict=True):
        assert alone is not None
        assert moved(estimate, "weight", "dram") == moved(alone, "weight", "dram")


def test_words_on_chip_are_not_coded_and_have_their_width() -> None:
    own = platform()
    bits = Bits(8, 8)
    first, second = (replace(layer, bits=bits) for layer in (product(4, 2), product(3, 4)))
    fused = own.fused(first, second)
    assert fused is not None
    assert fused.map_bits == 16 * 8
    out = [t for t in fused.estimates[0].terms if t.level == "global_buffer" and "back" in t.why]
    assert 3.0 in [term.energy_per_word for term in out if term.accesses == 16]


@pytest.mark.parametrize(
    ("tensor", "access"),
    [("ofmap", ("ofmap", "dram", "update")), ("ifmap", ("ifmap", "dram", "read"))],
)
def test_only_the_way_of_the_map_costs_other(tensor: str, access: Access) -> None:
    """Psums on their way to the outermost level and back are no finished map."""
    hardware = platform().hardware
    widths, level = Widths(16, 16, 16), meeting_level(hardware)
    assert level is not None
    plain = access_costs(hardware, widths, Zeros(0.5, 0.5, 0.5))
    found = costs_on_chip(plain, hardware, level, widths, tensor)
    changed = {key for key, charge in plain.charges.items() if found.charges[key] != charge}
    assert changed == {access}
    (charge,) = found.charges[access]
    assert (charge.level, charge.bits, charge.energy) == ("global_buffer", 16.0, float(BUFFER))
    assert (found.mac, found.kept_macs) == (plain.mac, plain.kept_macs)


def test_a_map_that_fills_the_buffer_is_not_fused() -> None:
    """A map of 16 words in banks of one: 16 leave no room, 18 one word for each of two tensors."""
    first, second = product(m=4, c=2), product(m=3, c=4)

    def fused(words: int) -> Fused | None:
        room = {"levels.1.capacity.value.shared": 2 * words, "levels.1.bank.value": 2}
        return replace(platform(**room), dataflow="any").fused(first, second)

    assert fused(15) is None
    assert fused(16) is None
    with pytest.raises(JoulegraphError, match="fit"):
        fused(17)
    assert fused(18) is not None


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("eyeriss", "global_buffer"),
        ("tpu-v1-like", "unified_buffer"),
        ("shidiannao-like", "buffers"),
        ("nvdla-like", None),  # one memory for ifmaps, another for sums
    ],
)
def test_where_maps_may_stay(name: str, level: str | None) -> None:
    found = load_platform(name)
    assert isinstance(found, Accelerator)
    meeting = meeting_level(found.hardware)
    assert (None if meeting is None else meeting.id) == level
    if level is None:
        assert found.fused(product(4, 2), product(3, 4)) is None


@LAWS
@given(
    loop_nests(),
    st.integers(1, 5),
    st.sampled_from([64, 256, 512, 2048]),
    st.sampled_from([None, 8]),
    st.booleans(),
)
def test_what_is_claimed_fits_and_spares_no_more_than_the_way(
    loops: LoopNest, m: int, room: int, width: int | None, free: bool
) -> None:
    """Beside the map each level holds its tiles; only the map's own words cost less."""
    own = platform(**SMALL | {"levels.1.capacity.value.shared": room})
    own = replace(own, dataflow="any" if free else None)
    first = layer_of(loops, bits=Bits(width, width))
    after = LoopNest(
        n=loops.n,
        g=1,
        m=m,
        c=loops.g * loops.m,
        p=loops.p,
        q=loops.q,
        r=1,
        s=1,
        h=loops.p,
        w=loops.q,
    )
    second = layer_of(after, bits=Bits(width, width))
    try:
        fused = own.fused(first, second)
        apart = [own.estimate(layer) for layer in (first, second)]
    except JoulegraphError:  # no mapping fits beside the map, or not even without it
        return
    bank = 32 * 8
    if fused is None:
        assert -(-loops.ofmap_elements * (width or 16) // bank) * bank >= room * 8
        return
    assert fused.map_bits == loops.ofmap_elements * (width or 16)
    spared = 0.0
    for layer, estimate, tensor in zip(
        (first, second), fused.estimates, ("ofmap", "ifmap"), strict=True
    ):
        taken = -(-fused.map_bits // bank) + _banks(own, layer, estimate, bank)
        assert taken * bank <= room * 8
        words = float(loops.ofmap_elements)
        if tensor == "ifmap":
            words = math.fsum(
                term.accesses
                for term in estimate.terms
                if (term.tensor, term.level) == (tensor, "global_buffer")
                if term.why.startswith("read: ")
            )
        spared += words * (DRAM - BUFFER) * (width or 16) / 16
        for term in estimate.terms:
            if (term.tensor, term.level) == (tensor, "dram"):
                assert tensor == "ofmap"  # psums that go out and come again
                assert estimate.mapping is not None
    before = math.fsum(estimate.energy_macs for estimate in apart if estimate is not None)
    now = math.fsum(estimate.energy_macs for estimate in fused.estimates)
    assert before - now <= spared * (1 + 1e-12)


def _banks(own: Accelerator, layer: Layer, estimate: CountedEstimate, bank: int) -> int:
    """Return the banks of the buffer that a mapping's tile takes."""
    assert layer.loops is not None
    assert estimate.mapping is not None
    tile = sizes(**estimate.mapping["tiles"]["global_buffer"])
    assert set(estimate.mapping["tiles"]["global_buffer"]) <= set(DIMS)
    kept = estimate.mapping["kept"]["global_buffer"]
    widths = own.widths(layer)
    words = tile_words(problem_of(layer.loops), tile)
    taken = [
        -(-count * width // bank)
        for tensor, count, width in zip(
            ("weight", "ifmap", "ofmap"),
            words,
            (widths.weight, widths.activation, widths.psum),
            strict=True,
        )
        if tensor in kept
    ]
    return sum(taken)
