"""Results of timed platforms: equations (3) to (5), every form without MAC energies, links."""

import csv
import io
import json
import math
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from onnx import TensorProto

from py.breakdown import (
    Options,
    Result,
    changes,
    decode_link,
    encode_link,
    open_state,
    options_on,
    price,
    result_csv,
    result_table,
    results_csv,
    state_of,
)
from py.errors import JoulegraphError
from py.layers import Bits, Choices, Density, Model, Window, Zeros, read_model
from py.platforms import load_platform
from py.platforms.platform import Standing
from tests.breakdown.stopwatch import RULE, Stopwatch
from tests.golden import check_golden
from tests.models import conv_net, read
from tests.platforms.datasheet.made_up import MADE_UP, device

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden_timed"
SCHEMA = json.loads((ROOT / "public" / "schema" / "result.schema.json").read_text())
POWERS: dict[str, float | None] = {"conv": 100.0, "pool": 20.0, "dense": 40.0}
KNOWN = Stopwatch(
    POWERS, host=Standing(30.0, "a wall meter", False), idle=Standing(8.0, "NVML", True)
)
TIMES = {"conv1": (4 * 27 + 16) * 64e-9 + 1e-6, "pool1": 256e-9 + 1e-6, "fc1": 680e-9 + 1e-6}


def sample(name: str) -> Model:
    with (ROOT / "public" / "models" / f"{name}.onnx").open("rb") as file:
        return read_model(file, f"{name}.onnx")


def priced(platform: Any = KNOWN, data: bytes | None = None, batch: int = 1) -> Result:
    model = read(data or conv_net("n"), choices=Choices(batch=batch))
    return price(model, platform, Options())


def test_a_network_takes_what_its_layers_take() -> None:
    """Papers/003: T = sum T_n (3), P = sum P_n T_n / sum T_n (4), E = T P = sum P_n T_n (5)."""
    found = priced()
    assert {row.layer.name: row.estimate.time_s for row in found.rows} == pytest.approx(TIMES)
    powers = [100.0, 20.0, 40.0]
    time = math.fsum(TIMES.values())
    energy = math.fsum(power * own for power, own in zip(powers, TIMES.values(), strict=True))
    assert found.time_s == pytest.approx(time)
    assert found.energy_j == pytest.approx(energy)
    assert found.power_w == pytest.approx(energy / time)
    assert found.energy_macs is None
    assert found.basis.name == "energy_j"
    levels = [value for cells in found.parts().values() for value in cells.values()]
    assert math.fsum(levels) == pytest.approx(found.energy_j)


def test_what_is_done_in_place_has_no_say() -> None:
    found = price(sample("squeezenet1_1"), Stopwatch(POWERS), Options())
    assert any(row.layer.in_place for row in found.rows)
    assert found.energy_j is not None
    assert set(found.origins().values()) == {"measured"}


def test_host_and_idle_are_beside_the_energy() -> None:
    found = priced()
    totals = found.totals()
    assert totals["host"] == {
        "power_w": 30.0,
        "energy_j": pytest.approx(30.0 * math.fsum(TIMES.values())),
        "included": False,
        "source": "a wall meter",
    }
    assert totals["idle"]["included"] is True
    assert totals["energy_j"] == pytest.approx(priced(Stopwatch(POWERS)).energy_j)
    assert priced(Stopwatch(POWERS)).totals()["host"] is None


def test_where_energy_is_unknown_layers_rank_by_time() -> None:
    found = priced(Stopwatch({"conv": 100.0, "pool": None, "dense": 40.0}))
    assert (found.energy_j, found.power_w, found.basis.name) == (None, None, "time_s")
    assert found.time_s is not None
    assert found.origins() == {"time_s": "measured", "power_w": None, "energy_j": None}
    text = result_table(found)
    assert "energy         unavailable" in text
    assert "of the time; " in text
    assert "The power of 1 layer (pool1) is not known" in " ".join(text.split())
    rows = list(csv.DictReader(io.StringIO(result_csv(found))))
    assert [row["energy_j"] == "" for row in rows] == [False, True, False, True]
    assert math.fsum(float(row["share"]) for row in rows[:-1]) == pytest.approx(1.0)
    assert found.as_json()["layers"][1]["parts"] == {}


def test_what_is_estimated_is_never_measured() -> None:
    found = priced(Stopwatch(POWERS, estimated=("pool",), outside=("dense",)))
    totals = found.totals()
    assert set(found.origins().values()) == {"datasheet"}
    share = TIMES["pool1"] / math.fsum(TIMES.values())
    assert totals["estimated_share"]["time_s"] == pytest.approx(share)
    assert totals["interval"] is None
    text = " ".join(result_table(found).split())
    assert "time" in text
    assert f"{round(100 * share)} % estimated" in text
    assert "1 layer (fc1) lies out of the range that was measured" in text
    assert "The time of 1 layer (pool1) was not measured and is estimated." in text
    layers = found.as_json()["layers"]
    assert [layer["in_range"] for layer in layers] == [True, None, False]
    assert [layer["origin"] for layer in layers] == ["measured", "datasheet", "measured"]
    assert set(priced().origins().values()) == {"measured"}
    assert priced().totals()["estimated_share"] == {"time_s": 0.0, "energy_j": 0.0}


def test_kinds_that_a_device_was_not_measured_on_make_no_measured_total() -> None:
    found = price(sample("squeezenet1_1"), load_platform("t4-pytorch"), Options())
    other = [
        row.estimate.time_s or 0.0
        for row in found.rows
        if any(note.code == "kind-not-measured" for note in row.estimate.notes)
    ]
    share = math.fsum(other) / (found.time_s or 0.0)
    assert 0 < share < 1
    assert found.origins()["time_s"] == "modelled"
    assert found.totals()["estimated_share"]["time_s"] == pytest.approx(share)
    assert f"{round(100 * share)} % not measured" in " ".join(result_table(found).split())


def test_an_interval_of_the_totals_says_its_rule() -> None:
    found = priced()
    time = found.time_s or 0.0
    assert found.totals()["interval"] == {
        "time_s": [pytest.approx(0.9 * time), pytest.approx(1.2 * time)],
        "level": 0.8,
        "rule": RULE,
    }
    assert f"Intervals of the totals: {RULE}" in result_table(found)
    (row,) = [row for row in csv.DictReader(io.StringIO(result_csv(found))) if row["name"] == "fc1"]
    assert float(row["time_low_s"]) == pytest.approx(0.9 * TIMES["fc1"])
    assert (row["energy_low_j"], row["interval_level"], row["in_range"]) == ("", "0.8", "true")


def test_a_layer_without_an_answer_is_listed_with_its_reason() -> None:
    found = priced(Stopwatch(POWERS, refused=("dense",)))
    assert [(entry.name, entry.reason) for entry in found.not_modelled] == [
        ("fc1", "Nobody timed dense.")
    ]
    assert found.energy_j is not None
    assert "≥ " in result_table(found)
    nothing = priced(Stopwatch(POWERS, refused=("conv", "pool", "dense")))
    assert (nothing.energy_j, nothing.time_s, nothing.basis.name) == (None, None, "energy_j")
    assert "Nothing in this model could be estimated." in result_table(nothing)
    assert nothing.totals()["interval"] is None
    jsonschema.validate(json.loads(json.dumps(nothing.as_json())), SCHEMA)
    assert result_csv(nothing)


@pytest.mark.parametrize(
    "platform",
    [
        KNOWN,
        Stopwatch({}),
        Stopwatch(POWERS, estimated=("pool",), refused=("dense",)),
        device(),
        device({"rated_power_w": None}),
        load_platform("eyeriss"),
    ],
    ids=["measured", "no power", "mixed", "datasheet", "no rated power", "accelerator"],
)
def test_every_result_fits_the_schema_and_adds_up(platform: Any) -> None:
    found = priced(platform, batch=3)
    document = json.loads(json.dumps(found.as_json(), allow_nan=False))
    jsonschema.validate(document, SCHEMA)
    for name in ("energy_j", "time_s"):
        values = [layer[name] for layer in document["layers"]]
        if None not in values:
            assert document["totals"][name] == pytest.approx(math.fsum(values))
    shared = found.as_shared_json()
    assert [shared["details"][layer["detail"]] for layer in shared["layers"]] == [
        {name: layer[name] for name in shared["details"][0]} for layer in document["layers"]
    ]
    rows = list(csv.DictReader(io.StringIO(result_csv(found))))
    for row in rows:
        cells = [float(row[name]) for name in row if name.startswith("part_") and row[name]]
        if row["energy_j"]:
            assert math.fsum(cells) == pytest.approx(float(row["energy_j"]))


def test_several_results_share_one_header() -> None:
    results = [priced(platform) for platform in (load_platform("nvdla-like"), KNOWN, device())]
    rows = list(csv.DictReader(io.StringIO(results_csv(results))))
    by_platform = {row["platform"]: row for row in rows if row["name"] == "conv1"}
    assert set(by_platform) == {"nvdla-like", "stopwatch", "made-up"}
    assert by_platform["stopwatch"]["part_launch_launch"] != ""
    assert by_platform["stopwatch"]["part_weight_dram"] == ""
    assert by_platform["nvdla-like"]["part_weight_dram"] != ""
    assert all(None not in row for row in rows)


def through_link(found: Result, platform: Any) -> Result:
    state = decode_link(encode_link(state_of(found)))
    model, options = open_state(state, Options())
    again = price(model, platform, options)
    assert changes(state, state_of(again)) == ()
    return again


@pytest.mark.parametrize("dtype", [TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16])
def test_a_link_says_the_same(dtype: int) -> None:
    own = device({"peak.bf16": MADE_UP["peak"]["fp16"]})
    for platform in (KNOWN, own, device()):
        found = priced(platform, conv_net("n", dtype=dtype), batch=2)
        again = through_link(found, platform)
        assert again.totals() == found.totals()
        assert [note.text for note in again.notes] == [note.text for note in found.notes]
        windows = [row.layer.window for row in again.rows]
        assert windows == [None, Window(2, 2, 2, 2, 2, 4), None]


@pytest.mark.parametrize(
    "damage",
    [
        {"windows": [[2, 2, 2, 2]]},
        {"windows": {"1": [2, 2, 2]}},
        {"windows": {"1": [2, 2, 2, 0]}},
        {"windows": {"one": [2, 2, 2, 2]}},
        {"windows": {"-1": [2, 2, 2, 2]}},
        {"windows": {"1": 2}},
        {"bfloat16": {"0": True}},
        {"bfloat16": ["0"]},
        {"bfloat16": [1 << 40]},
    ],
)
def test_a_link_with_odd_windows_is_refused(damage: dict[str, Any]) -> None:
    state = state_of(priced())
    state["layers"] |= damage
    with pytest.raises(JoulegraphError) as caught:
        open_state(state, Options())
    assert caught.value.code == "link-invalid"


def test_a_link_tells_of_a_time_that_changed() -> None:
    found = priced(Stopwatch({}))
    state = state_of(found)
    assert state["totals"]["time_s"] == found.time_s
    later = json.loads(json.dumps(state))
    later["totals"]["time_s"] *= 2
    (warning,) = changes(later, state)
    assert warning.code == "totals-changed"
    assert warning.text.endswith(f"the result now is {found.time_s!r} s.")
    assert "time_s" not in state_of(priced(load_platform("eyeriss")))["totals"]


def test_a_link_of_an_accelerator_opens_on_a_device() -> None:
    """What it says of mappings does not hold there; what is asked for there is refused."""
    model = read(conv_net("n"))
    options = Options(dataflow="any", fuse=True, density=Density("here", {"conv1": Zeros(0.5)}))
    state = state_of(price(model, load_platform("eyeriss", "any"), options))
    linked, opened = open_state(state, Options())
    here = options_on(MADE_UP, Options(), opened)
    assert (here.dataflow, here.fuse, here.density) == (None, None, opened.density)
    assert options_on({"kind": "accelerator"}, Options(), opened) == opened
    assert options_on(MADE_UP, Options(dataflow="any"), opened).dataflow == "any"
    found = price(linked, device(), here)
    assert found.totals() == price(model, device(), Options()).totals() | {"macs": found.model.macs}
    (note,) = [note for note in found.notes if note.code == "zero-fractions"]
    assert note.text.endswith("zero fractions change nothing.")
    back, _ = open_state(state_of(found), Options())
    (note,) = [
        note
        for note in price(back, load_platform("eyeriss"), opened).notes
        if note.code == "zero-fractions"
    ]
    assert note.text == "Zero fractions are used: here"


def test_notes_of_many_layers_are_said_once() -> None:
    found = priced(Stopwatch(POWERS), conv_net(1))
    assert "layers-odd" not in {note.code for note in found.notes}
    few = device({"peak.int8": None, "peak.fp16": None})
    again = price(sample("squeezenet1_1"), few, Options(bits=Bits(8, 8)))
    (note,) = [note for note in again.notes if note.code == "layers-precision"]
    assert note.text.startswith("26 layers (conv1, fire2/squeeze1x1, fire2/expand1x1 and more): No")


def test_200_different_layers_take_under_20_ms() -> None:
    model = sample("resnet50")
    layers = [
        replace(layer, ops=(layer.ops or 0) + place)
        for place, layer in enumerate((model.layers * 3)[:200])
    ]
    model = replace(model, layers=tuple(layers))
    taken = []
    for _ in range(7):
        own = device()
        start = time.perf_counter()
        price(model, own, Options()).totals()
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.020


SHOWN: dict[str, Any] = {
    "datasheet": lambda: price(sample("alexnet"), device(), Options()),
    "measured": lambda: price(
        replace(sample("lenet5"), batch=1),
        Stopwatch(
            POWERS,
            estimated=("pool",),
            outside=("dense",),
            host=KNOWN.host,
            idle=KNOWN.idle,
        ),
        Options(),
    ),
    "intervals": lambda: priced(KNOWN, batch=4),
    "time_only": lambda: price(sample("googlenet"), Stopwatch({"conv": 100.0}), Options()),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_result_reads_as_it_was_looked_at(name: str) -> None:
    check_golden(GOLDEN / f"{name}.txt", result_table(SHOWN[name]()))


def test_every_golden_file_belongs_to_a_test() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(SHOWN)
