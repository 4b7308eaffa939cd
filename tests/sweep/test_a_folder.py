"""A folder of 200 models, ten of which are broken, each in a way of its own."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from tests.graph.wire_bytes import integer, model, nested, node, value
from tests.models import conv_net, serialised, weights
from tests.sweep.ran import Ran, differences, estimated, sweep

COUNT = 200
BROKEN = {
    "bomb": "too-many",
    "cycle": "cycle",
    "dangling": "unreadable",
    "empty": "empty-file",
    "folder": "unreadable",
    "garbage": "result-invalid",
    "other": "not-onnx",
    "shapes": "inconsistent-shapes",
    "torn": "truncated",
    "unlike": "density-invalid",
}
"""What is wrong with each, by the code of its reason."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zoo")
    for number, data in enumerate(_whole()):
        place = folder / f"{number % 4}"
        place.mkdir(exist_ok=True)
        (place / f"net{number:03}.onnx").write_bytes(data)
    (folder / "bomb.onnx").write_bytes(integer(1, 8) * 300_000)
    circle = node("Relu", "b", "a") + node("Relu", "a", "b")
    (folder / "cycle.onnx").write_bytes(model(circle))
    (folder / "dangling.onnx").symlink_to(folder / "gone")
    (folder / "empty.onnx").write_bytes(b"")
    (folder / "folder.onnx").mkdir()
    (folder / "garbage.onnx").write_text('{"joules": [1, 2, 3]}')
    (folder / "other.onnx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    reshaped = node("Reshape", "x", "y") + value(11, "x", 1, 3)
    (folder / "shapes.onnx").write_bytes(model(reshaped))
    (folder / "torn.onnx").write_bytes(conv_net()[:-9])
    (folder / "unlike.onnx").write_bytes(conv_net())
    (folder / "unlike.density.json").write_text('{"schema": "joulegraph/density/1"}')
    return folder


def _whole() -> Iterator[bytes]:
    """Yield networks of some layers: many have layers of the same shapes, as in a search."""
    for number in range(COUNT - len(BROKEN)):
        channels, size, depth = 2 + number % 5, 6 + number // 5 % 4, 1 + number // 20 % 3
        nodes, given, before = [], [], "x"
        for layer in range(depth):
            given.append(weights(f"w{layer}", channels, channels if layer else 3, 3, 3))
            after = f"c{layer}"
            nodes.append(helper.make_node("Conv", [before, f"w{layer}"], [after], pads=[1] * 4))
            before = after
        nodes.append(helper.make_node("GlobalAveragePool", [before], ["y"]))
        yield serialised(nodes, {"x": ("N", 3, size, size)}, {"y": None}, given)


@pytest.fixture(scope="module")
def ran(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return sweep(tmp_path_factory.mktemp("out"), str(folder), "--no-links")


def test_190_results_ten_reasons_and_exit_code_1(ran: Ran) -> None:
    assert ran.code == 1
    assert len(ran.rows) == COUNT
    fine = [row for row in ran.rows if row["status"] == "ok"]
    assert len(fine) == COUNT - len(BROKEN)
    assert all(row["energy_j"] > 0 and row["time_s"] > 0 for row in fine)
    assert all(row["reason_code"] is None and row["reason"] is None for row in fine)
    failed = {row["model"]: row for row in ran.rows if row["status"] == "failed"}
    assert {name: row["reason_code"] for name, row in failed.items()} == BROKEN
    assert len({row["reason"] for row in failed.values()}) == len(BROKEN)
    for name, row in failed.items():
        assert Path(row["model_path"]).name == f"{name}.onnx"
        assert (row["model_sha256"] is None) == (name in ("dangling", "folder"))
        assert row["energy_j"] is row["time_s"] is row["macs"] is None
    assert f"{COUNT - len(BROKEN)} fine, 0 in part, {len(BROKEN)} not" in ran.said


def test_each_distinct_layer_is_mapped_once(ran: Ran) -> None:
    """Of 370 convolutions: 5 channels x 4 sizes first and later, 4 of which are alike."""
    assert "36 distinct layers mapped, 36 of them anew" in ran.said


def test_the_summary_names_them(ran: Ran) -> None:
    page = (ran.folder / "summary.html").read_text()
    for name, code in BROKEN.items():
        for text in (ran.printed, page):
            assert name in text
            assert code in text


def test_the_csv_says_the_same(ran: Ran) -> None:
    rows = list(csv.DictReader(io.StringIO((ran.folder / "rows.csv").read_text())))
    assert [(row["id"], row["status"], row["reason_code"]) for row in rows] == [
        (row["id"], row["status"], row["reason_code"] or "") for row in ran.rows
    ]


def test_a_result_is_that_of_one_model_alone(ran: Ran) -> None:
    for row in ran.rows[20::90]:
        assert row["status"] == "ok"
        assert differences(row, estimated(row["model_path"]), link=False) == {}


def test_weights_in_a_file_that_is_not_there_cost_what_they_do(tmp_path: Path) -> None:
    """Their shapes are in the model: nothing is missing but their zeros, as for a model alone."""
    stored = numpy_helper.from_array(np.zeros((4, 3, 3, 3), np.float32), "w")
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], "conv")]
    proto = onnx.load_from_string(serialised(nodes, {"x": (1, 3, 8, 8)}, {"y": None}, [stored]))
    path = tmp_path / "net.onnx"
    onnx.save(proto, path, save_as_external_data=True, location="gone", size_threshold=0)
    given = [str(path), "--zeros", "none", "weights"]
    before = sweep(tmp_path / "before", *given).rows
    (tmp_path / "gone").unlink()
    after = sweep(tmp_path / "after", *given).rows
    assert [row["status"] for row in after] == ["ok", "ok"]
    assert before[0]["energy_j"] == after[0]["energy_j"] == after[1]["energy_j"]
    assert before[1]["energy_j"] < after[1]["energy_j"]
    assert differences(after[1], estimated(str(path), "--density", "weights")) == {}
    assert before[0]["id"] == after[0]["id"]
    assert before[1]["id"] != after[1]["id"]


def test_an_operator_that_nobody_knows_makes_a_row_partial(tmp_path: Path) -> None:
    (tmp_path / "odd.onnx").write_bytes(
        model(node("Mystery", "x", "y") + value(11, "x", 1, 3) + nested(12, nested(1, "y")))
    )
    ran = sweep(tmp_path / "out", str(tmp_path))
    (row,) = ran.rows
    assert (ran.code, row["status"], row["reason_code"]) == (1, "partial", "not-modelled")
    assert "Mystery" in row["reason"]
    assert row["energy_j"] is None
