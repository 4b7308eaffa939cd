"""A row has the digits of the result's JSON form, and says what is not covered."""

import contextlib
import io
import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from py.breakdown import Options, Result, platform_for, price
from py.budget_option import exit_code
from py.errors import JoulegraphError
from py.layers import Choices, Model, NotModelled, read_model
from py.platforms.load import read_platform_file
from py.pricing_options import density_of
from py.sweep.rows.columns import LAYERS_BY_NAME, MOST_WHOLE
from py.sweep.rows.row import Row, failed_row, row_of
from py.terminal import FINE, PARTIAL
from tests.models import conv_net, read

ROOT = Path(__file__).resolve().parents[3]
PLATFORMS = ("eyeriss", "t4-pytorch", "jetson-tx2")
"""An accelerator, a measured device and one of a datasheet."""
COUNTED = ("energy_j", "energy_macs", "time_s", "power_w")


def priced(platform: str, model: Model | None = None, **options: Any) -> Result:
    chosen = Options(**options)
    file = read_platform_file(platform)
    return price(model or read(conv_net()), platform_for(file, chosen), chosen)


def partial(platform: str = "eyeriss", count: int = 1) -> Result:
    """A result with layers that nobody could price."""
    left = tuple(
        NotModelled(f"odd{number}", "Mystery", (number,), None, "Nobody knows it.")
        for number in range(count)
    )
    model = read(conv_net())
    return priced(platform, replace(model, not_modelled=left, parameters=None))


def agrees(row: Row, document: dict[str, Any]) -> None:
    """Check every value of a row, and of its layers, against a result's JSON."""
    totals = document["totals"]
    values = row.values
    for name in ("macs", "parameters", *COUNTED):
        assert values[name] == totals[name], name
    for name in ("energy_j", "time_s"):
        assert values[f"per_inference_{name}"] == totals["per_inference"][name]
    check_ends(values, totals["interval"])
    assert values["macs_share_covered"] == document["coverage"]["macs_share"]
    assert values["model"] == document["model"]["name"]
    for name, key in (("platform", "id"), ("platform_kind", "kind"), ("platform_hash", "hash")):
        assert values[name] == document["platform"][key]
    assert values["batch"] == document["options"]["batch"]
    left = document["coverage"]["not_modelled"]
    assert values["status"] == ("partial" if left else "ok")
    assert len(row.layers) == len(document["layers"]) + len(left)
    for index, (own, layer) in enumerate(zip(row.layers, document["layers"], strict=False)):
        assert own["layer_index"] == index
        assert own["id"] == row.id
        for name in ("name", "kind", "macs", "ops", "parameters", "origin", "in_range", *COUNTED):
            assert own[name] == layer[name], name
        assert own["op_types"] == " ".join(layer["op_types"])
        check_ends(own, layer["interval"])
    for own, entry in zip(row.layers[len(document["layers"]) :], left, strict=True):
        assert (own["name"], own["op_types"], own["macs"]) == (
            *(entry["name"], entry["op"]),
            entry["macs"],
        )
        assert own["origin"] == "not modelled"
        assert [own[name] for name in COUNTED] == [None] * len(COUNTED)


def check_ends(values: Any, interval: dict[str, Any] | None) -> None:
    for name, low, high in (
        ("energy_j", "energy_low_j", "energy_high_j"),
        ("time_s", "time_low_s", "time_high_s"),
    ):
        ends = (interval or {}).get(name, [None, None])
        assert [values[low], values[high]] == ends


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("batch", [None, 3])
def test_a_row_has_the_digits_of_the_result(platform: str, batch: int | None) -> None:
    result = priced(platform, read(conv_net(batch or 1)))
    agrees(row_of(0, "a", {}, result, layers=True), result.as_json())


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("model", ["lenet5", "squeezenet1_1"])
def test_a_row_has_the_digits_of_the_terminal(model: str, platform: str) -> None:
    path = ROOT / "public" / "models" / f"{model}.onnx"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "py.estimate", str(path)),
            *("--platform", platform, "--format", "json"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    document = json.loads(done.stdout)
    with path.open("rb") as file:
        own = read_model(file, path.name, Choices())
    density = density_of(None, str(path))  # a file beside the model's, as the terminal takes it
    result = priced(platform, own, density=density)
    row = row_of(0, "a", {"model_path": str(path)}, result, layers=True)
    agrees(row, document)
    assert done.returncode == (FINE if row.values["status"] == "ok" else PARTIAL)


@pytest.mark.parametrize("count", [0, 1, 3, 9])
def test_a_row_is_partial_where_the_terminal_ends_with_1(count: int) -> None:
    result = partial(count=count)
    with contextlib.redirect_stderr(io.StringIO()):
        code = exit_code([result], None)
    row = row_of(0, "a", {}, result, layers=True)
    assert (row.values["status"] == "partial") == (code == PARTIAL)
    agrees(row, result.as_json())


def test_a_partial_row_says_what_is_not_covered() -> None:
    values = row_of(0, "a", {}, partial(count=7)).values
    assert values["reason_code"] == "not-modelled"
    assert values["reason"] == (
        "7 layers got no estimate: "
        + "; ".join(f"odd{number} (Mystery): Nobody knows it" for number in range(5))
        + "; and 2 more."
    )
    assert values["macs"] is None
    assert values["macs_share_covered"] is None


def test_what_is_not_known_is_null() -> None:
    values = row_of(0, "a", {}, priced("eyeriss")).values
    assert values["energy_low_j"] is None
    assert values["reason"] is None
    assert values["accuracy"] is None


def test_what_was_asked_for_is_in_the_row() -> None:
    asked: dict[str, Any] = {
        "bits": "w=4,a=8",
        "accuracy": 0.93,
        "model_path": "a.onnx",
        "clock_hz": 1e8,
    }
    row = row_of(7, "abc", asked, priced("eyeriss"), link="http://localhost:8000/#v1.x")
    assert row.place == 7
    assert row.layers == ()
    assert {name: row.values[name] for name in asked} == asked
    assert row.values["id"] == "abc"
    assert row.values["link"] == "http://localhost:8000/#v1.x"


def test_a_failed_row_says_why() -> None:
    error = JoulegraphError("onnx-invalid", "broken.onnx is cut off.", "Export it again.")
    row = failed_row(3, "abc", {"model_path": "broken.onnx", "platform": "eyeriss"}, error)
    told = {name: value for name, value in row.values.items() if value is not None}
    assert told == {
        "id": "abc",
        "status": "failed",
        "reason_code": "onnx-invalid",
        "reason": "broken.onnx is cut off. Export it again.",
        "model_path": "broken.onnx",
        "platform": "eyeriss",
    }


def test_a_name_with_stray_bytes_can_be_written() -> None:
    row = failed_row(0, "a", {"model_path": "a\udcff.onnx"}, JoulegraphError("x", "y", "z"))
    assert row.values["model_path"] == "a?.onnx"


def test_a_count_beyond_the_column_is_an_error_with_a_remedy() -> None:
    result = priced("eyeriss")
    vast = replace(result, model=replace(result.model, parameters=MOST_WHOLE + 1))
    with pytest.raises(JoulegraphError, match="counts up to") as caught:
        row_of(0, "a", {}, vast)
    assert caught.value.code == "count-too-large"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"place": -1}, "Row.place: a whole number from 0, got -1"),
        ({"place": True}, "Row.place: a whole number from 0, got True"),
        ({"id": ""}, "Row.id: a text, got none"),
        ({"values": {"status": "fine"}}, "Row.status: one of ok, partial, failed, got 'fine'"),
        ({"values": {"status": "ok", "joules": 1.0}}, "got column 'joules'"),
        ({"values": {"status": "ok", "energy_j": "1"}}, "energy_j: a finite number, got '1'"),
        ({"values": {"status": "ok", "id": "b"}}, "Row.id: a, as the row has it, got 'b'"),
        ({"layers": ({"energy": 1.0},)}, "got column 'energy'"),
        ({"layers": ({"macs": 1.5},)}, "macs: a whole number of 64 bits, got 1.5"),
    ],
)
def test_nonsense_is_refused(change: dict[str, Any], told: str) -> None:
    own: dict[str, Any] = {"place": 0, "id": "a", "values": {"status": "ok"}, "layers": ()}
    with pytest.raises(ValueError, match=told):
        Row(**own | change)


def test_a_row_travels_between_processes() -> None:
    row = row_of(0, "a", {}, priced("eyeriss"), layers=True)
    assert pickle.loads(pickle.dumps(row)) == row
    assert list(row.layers[0]) == list(LAYERS_BY_NAME)
