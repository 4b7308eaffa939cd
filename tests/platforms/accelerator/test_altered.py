"""Another array and another clock than the file's: what follows, and what is said not to."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import Options, Result, price
from py.errors import JoulegraphError
from py.layers import LoopNest, Model
from py.platforms.accelerator.engine import Accelerator
from py.platforms.load import load_platform, platform_from_json, read_platform_file
from tests.platforms.accelerator.edited import EYERISS, edited
from tests.platforms.accelerator.test_laws import energy, layer_of
from tests.platforms.datasheet.made_up import MADE_UP

LOOPS = LoopNest(n=2, g=1, m=24, c=16, p=14, q=14, r=3, s=3, h=16, w=16)
LAYER = layer_of(LOOPS)


def accelerator(file: dict[str, Any] = EYERISS, **options: Any) -> Accelerator:
    found = platform_from_json(file, **options)
    assert isinstance(found, Accelerator)
    return found


def priced(platform: Accelerator) -> Result:
    return price(Model("m", "onnx", 1, (LAYER,)), platform, Options())


def notes(platform: Accelerator, *codes: str) -> dict[str, str]:
    return {note.code: note.text for note in platform.notes if note.code in codes}


def test_an_array_is_that_of_a_file_with_these_axes() -> None:
    """The same as editing the file, which is read by another way."""
    changed = accelerator(array=(16, 10))
    own = accelerator(edited({"array.axes.0.pes.value": 16, "array.axes.1.pes.value": 10}))
    assert changed.hardware == own.hardware
    one, other = changed.estimate(LAYER), own.estimate(LAYER)
    assert one is not None
    assert one == other
    assert one.mapping is not None
    assert one.mapping["pes"] == 160


def test_what_has_no_rule_is_marked_unscaled() -> None:
    said = notes(accelerator(array=(16, 16)), "unscaled")["unscaled"]
    assert "16 x 16 PEs in place of 12 x 14, unscaled" in said
    assert "which has no rule for other arrays" in said
    tpu = notes(accelerator(read_platform_file("tpu-v1-like"), array=(64, 64)), "unscaled")
    assert "static power, the time to fill the array and what levels" in tpu["unscaled"]
    levels = accelerator(array=(16, 16)).levels
    assert levels == accelerator().levels


def test_axes_are_told_by_their_names_or_in_the_files_order() -> None:
    v2 = read_platform_file("eyeriss-v2")
    assert accelerator(v2, array=(12, 4)).hardware.array.pes == (12, 4, 2)
    assert accelerator(v2, array=(12, 4, 1)).hardware.array.pes == (12, 4, 1)
    columns_first = read_platform_file("shidiannao-like")
    found = accelerator(columns_first, array=(4, 16)).hardware.array
    assert dict(zip(found.names, found.pes, strict=True)) == {"rows": 4, "columns": 16}
    assert accelerator(read_platform_file("nvdla-like"), array=(32, 16)).hardware.array.pes == (
        *(32, 16),
    )
    with pytest.raises(JoulegraphError, match=r"1 axes \(256 PEs\), got 2 sizes") as caught:
        accelerator(read_platform_file("no-local-reuse"), array=(16, 16))
    assert caught.value.code == "array-unknown"
    assert "a size for each axis" in caught.value.remedy


@pytest.mark.parametrize("size", [0, -1, 1 << 17, True, 2.0])
def test_sizes_that_are_none(size: Any) -> None:
    with pytest.raises(JoulegraphError) as caught:
        accelerator(array=(size, 4))
    assert caught.value.code == "array-size"


def test_the_files_own_array_and_clock_change_nothing() -> None:
    same, own = accelerator(array=(12, 14), clock_hz=200e6), accelerator()
    assert same.hardware == own.hardware
    assert same.notes == own.notes
    assert priced(same).as_json() == priced(own).as_json()


def test_an_array_with_more_pes_is_never_dearer_without_rules() -> None:
    """Every mapping of the smaller array is one of the larger, and costs the same there."""
    energies = [
        energy(accelerator(dataflow="any", array=sizes), LAYER)
        for sizes in ((2, 2), (4, 4), (8, 8), (16, 16))
    ]
    assert energies == sorted(energies, reverse=True)


def test_time_goes_with_the_clock_and_energy_does_not() -> None:
    plain, slow = accelerator(), accelerator(clock_hz=50e6)
    fast, late = plain.estimate(LAYER), slow.estimate(LAYER)
    assert fast is not None
    assert late is not None
    assert fast.time_s is not None
    assert late.time_s == pytest.approx(4 * fast.time_s)
    assert late.terms == fast.terms
    assert late.mapping == fast.mapping
    said = notes(slow, "clock")["clock"]
    assert "Eyeriss at 50 MHz in place of 200 MHz: the voltage is taken as unchanged" in said
    assert "static" not in said


def test_static_power_is_drawn_for_as_long_as_it_takes() -> None:
    chip = read_platform_file("eyeriss-chip")
    half = accelerator(chip, clock_hz=chip["clock_hz"]["value"] / 2)
    found, own = half.estimate(LAYER), accelerator(chip).estimate(LAYER)
    assert found is not None
    assert own is not None
    parts, before = found.parts(), own.parts()
    assert found.time_s is not None
    power = chip["idle_power_w"]["value"]
    assert parts["static"]["static"] == pytest.approx(power * found.time_s)
    assert parts["static"]["static"] == pytest.approx(2 * before["static"]["static"], rel=0.2)
    assert "static power is drawn for the time" in notes(half, "clock")["clock"]


def test_a_clock_where_the_file_states_none() -> None:
    file = read_platform_file("no-local-reuse")
    assert accelerator(file).estimate(LAYER) is not None
    found = accelerator(file, clock_hz=1e8)
    estimate = found.estimate(LAYER)
    assert estimate is not None
    assert estimate.mapping is not None
    assert estimate.time_s == pytest.approx(estimate.mapping["delay"]["cycles"] / 1e8)
    assert "in place of none in its file" in notes(found, "clock")["clock"]
    for wrong in (0.5, 1e13, float("nan")):
        with pytest.raises(JoulegraphError) as caught:
            accelerator(file, clock_hz=wrong)
        assert caught.value.code == "clock-size"


def test_the_result_says_what_the_file_has() -> None:
    told = accelerator(array=(16, 8), clock_hz=1e8).as_json()
    assert told["array"] == [
        {"name": "rows", "pes": 16, "file_pes": 12},
        {"name": "columns", "pes": 8, "file_pes": 14},
    ]
    assert (told["clock_hz"], told["file_clock_hz"]) == (1e8, 2e8)


@pytest.mark.parametrize("file", [MADE_UP, read_platform_file("t4-pytorch")])
def test_devices_refuse_both(file: dict[str, Any]) -> None:
    with pytest.raises(JoulegraphError, match=r"maps nothing and takes no array\.") as caught:
        platform_from_json(file, array=(4, 4))
    assert caught.value.code == "not-mapped"
    assert "kind accelerator" in caught.value.remedy
    with pytest.raises(JoulegraphError, match=f"kind {file['kind']}: its times hold") as caught:
        platform_from_json(file, clock_hz=1e9)
    assert caught.value.code == "clock-fixed"
    assert "kind accelerator" in caught.value.remedy
    platform_from_json(file, array=(), clock_hz=0.0)


@given(st.integers(1, 20), st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_held_mappings_take_no_more_pes_than_there_are(rows: int, columns: int) -> None:
    """What is held from another array is made to fit, and no better than what is searched."""
    known = load_platform("eyeriss").estimate(LAYER)
    assert known is not None
    found = replace(accelerator(array=(rows, columns)), held=True).estimate(LAYER)
    assert found is not None
    assert found.mapping is not None
    assert found.mapping["active_pes"] <= rows * columns == found.mapping["pes"]
    best = accelerator(array=(rows, columns))
    assert found.mapping.get("held") in (None, True)
    least = best.estimate(LAYER)
    assert least is not None
    assert least.energy_macs <= found.energy_macs * (1 + 1e-12)
