"""The roofline by hand, and what must hold of it whatever the layer."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.layers import Bits, Layer, LoopNest
from py.layers.loops import dense_loops
from py.platforms import TimedEstimate, load_platform
from py.platforms.datasheet import Datasheet
from tests.platforms.datasheet.made_up import BANDWIDTH, PEAK, POWER, SHARE, device

CONV = LoopNest(n=1, g=1, m=64, c=64, p=56, q=56, r=3, s=3, h=56, w=56, padding=(1, 1, 1, 1))


def layer_of(loops: LoopNest, bits: Bits = Bits(), dtype: str | None = None) -> Layer:  # noqa: B008  # immutable
    return Layer(
        name="layer",
        kind="conv",
        op_types=("Conv",),
        nodes=(0,),
        macs=loops.macs,
        ops=loops.ofmap_elements,
        parameters=loops.weight_elements,
        ifmap_elements=loops.ifmap_elements,
        weight_elements=loops.weight_elements,
        ofmap_elements=loops.ofmap_elements,
        loops=loops,
        bits=bits,
        activation_dtype=dtype,
    )


def estimate(platform: Datasheet, layer: Layer) -> TimedEstimate:
    found = platform.estimate(layer)
    assert found is not None
    return found


def test_a_convolution_is_as_fast_as_its_arithmetic() -> None:
    found = estimate(device(), layer_of(CONV))
    operations = 2 * CONV.macs + CONV.ofmap_elements
    assert found.time_s == operations / (PEAK * SHARE)
    assert [term.role for term in found.terms] == ["computation"]
    assert found.energy_j == POWER * found.time_s
    assert found.parts() == {"computation": {"mac": pytest.approx(found.energy_j)}}
    assert f"{CONV.macs:,} MACs" in found.terms[0].why
    assert found.origins == dict.fromkeys(("time_s", "power_w", "energy_j"), "datasheet")
    assert (found.interval, found.in_range, found.energy_macs) == (None, None, None)


def test_a_fully_connected_layer_is_as_fast_as_its_bytes() -> None:
    loops = dense_loops(1, 4096, 1000)
    found = estimate(device(), layer_of(loops))
    by_tensor = {"ifmap": 4096 * 4, "weight": 4096 * 1000 * 4, "ofmap": 1000 * 4}
    times = {term.role: term.time_s for term in found.terms}
    assert times == {tensor: size / (BANDWIDTH * SHARE) for tensor, size in by_tensor.items()}
    assert found.time_s == math.fsum(times.values())
    assert set(found.parts()) == set(by_tensor)


def test_starting_a_layer_is_on_top() -> None:
    launch = {"value": 5e-6, "source": "nowhere: made up"}
    own = device({"launch_overhead_s": launch})
    plain, later = (estimate(one, layer_of(CONV)) for one in (device(), own))
    assert later.time_s == pytest.approx(plain.time_s + 5e-6)
    assert later.parts()["launch"]["launch"] == pytest.approx(POWER * 5e-6)
    assert "platform-launch" in {note.code for note in device().notes}
    assert "platform-launch" not in {note.code for note in own.notes}


def test_no_efficiency_is_the_peak_itself() -> None:
    found = estimate(device({"efficiency": None}), layer_of(CONV))
    assert found.time_s == pytest.approx(SHARE * estimate(device(), layer_of(CONV)).time_s)


@pytest.mark.parametrize(
    ("bits", "dtype", "speed", "noted"),
    [
        (Bits(), None, 1, False),
        (Bits(32, 32), "float32", 1, False),
        (Bits(16, 16), "float16", 4, False),
        (Bits(16, 16), "bfloat16", 1, True),
        (Bits(8, 8), "int8", 8, False),
        (Bits(4, 4), None, 8, False),
        (Bits(8, 16), None, 4, False),
        (Bits(8, 32), None, 1, False),
    ],
)
def test_a_layer_runs_at_the_peak_of_its_type(
    bits: Bits, dtype: str | None, speed: float, noted: bool
) -> None:
    """Else at that of the next wider one, with a note."""
    loops = replace(CONV, n=8)
    found = estimate(device(), layer_of(loops, bits, dtype))
    operations = 2 * loops.macs + loops.ofmap_elements
    assert found.time_s == pytest.approx(operations / (speed * PEAK * SHARE))
    assert ([note.code for note in found.notes] == ["precision"]) is noted


def test_what_has_no_macs_takes_any_peak() -> None:
    """Its bytes take longer: a peak of another precision changes nothing but that it is priced."""
    indices = replace(layer_of(CONV, Bits(64, 64), "int64"), macs=0, loops=None, weight_elements=0)
    found = estimate(device(), indices)
    assert found.time_s == 2 * 8 * CONV.ofmap_elements / (BANDWIDTH * SHARE)
    assert found.notes == ()
    narrow = device({"peak.fp32": None, "peak.fp16": None})
    assert estimate(narrow, replace(indices, bits=Bits())).time_s == found.time_s / 2


def test_what_no_source_says_is_not_made_up() -> None:
    wide = layer_of(CONV, Bits(64, 64))
    for changes, layer, code in (
        ({}, wide, "peak-unknown"),
        ({"peak.fp32": None}, layer_of(CONV), "peak-unknown"),
        ({"bandwidth_bytes_per_s": None}, layer_of(CONV), "bandwidth-unknown"),
    ):
        with pytest.raises(JoulegraphError) as caught:
            device(changes).estimate(layer)
        assert caught.value.code == code
    assert device().estimate(replace(layer_of(CONV), ops=None)) is None
    assert device().estimate(replace(layer_of(CONV), ofmap_elements=None)) is None
    powerless = device({"rated_power_w": None})
    found = estimate(powerless, layer_of(CONV))
    assert (found.energy_j, found.power_w, found.parts()) == (None, None, {})
    assert found.origins == {"time_s": "datasheet", "power_w": None, "energy_j": None}
    assert any("unknown" in note.text for note in powerless.notes)


def test_what_is_done_in_place_takes_no_time() -> None:
    found = estimate(device(), replace(layer_of(CONV), in_place=True))
    assert (found.time_s, found.terms, found.energy_j) == (0.0, (), 0.0)


SIZES = st.integers(1, 512)


@given(st.builds(dense_loops, SIZES, SIZES, SIZES), st.sampled_from([8, 16, 32]))
def test_more_work_never_takes_less_time(loops: LoopNest, width: int) -> None:
    bits = Bits(width, width)
    own = device()
    found = estimate(own, layer_of(loops, bits))
    for name in "nmc":
        more = replace(loops, **{name: getattr(loops, name) + 1})
        assert estimate(own, layer_of(more, bits)).time_s > found.time_s
    assert found.time_s > 0
    assert found.time_s == pytest.approx(math.fsum(term.time_s for term in found.terms))
    energies = [energy for levels in found.parts().values() for energy in levels.values()]
    assert math.fsum(energies) == pytest.approx(found.energy_j)


def test_batch_1_to_256_and_image_32_to_1024_are_monotone() -> None:
    own = load_platform("v100-sxm2-16gb")
    by_batch = [replace(CONV, n=1 << power) for power in range(9)]
    by_image = [replace(CONV, p=size, q=size, h=size, w=size) for size in (32, 56, 224, 512, 1024)]
    for family in (by_batch, by_image):
        times = [own.estimate(layer_of(loops)) for loops in family]
        known = [found.time_s or 0.0 for found in times if found is not None]
        assert known == sorted(known)
        assert len(set(known)) == len(family)
