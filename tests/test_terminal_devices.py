"""``py.estimate`` on devices: formats, budgets, links, and what a device can't be asked."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from py.breakdown import decode_link, encode_link
from py.errors import JoulegraphError
from py.estimate import main
from tests.models import conv_net
from tests.platforms.datasheet.made_up import edited

V100 = "v100-sxm2-16gb"


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net("n"))
    return str(path)


def own(folder: Path, changes: dict[str, Any]) -> str:
    path = folder / "own.json"
    path.write_text(json.dumps(edited(changes)))
    return str(path)


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_device_is_estimated(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([net, "--platform", V100]) == 0
    text = capsys.readouterr().out
    assert "on NVIDIA Tesla V100 SXM2 16 GB" in text
    assert "estimated" in text
    assert "Nobody measured" in text
    assert main([net, "--platform", V100, "--batch", "4", "--format", "json"]) == 0
    found = document(capsys)
    assert found["platform"]["kind"] == "datasheet"
    totals = found["totals"]
    assert totals["energy_macs"] is None
    assert totals["energy_j"] == pytest.approx(300 * totals["time_s"])
    assert totals["per_inference"]["time_s"] == pytest.approx(totals["time_s"] / 4)
    assert totals["origins"]["time_s"] == "datasheet"


def test_platforms_of_two_kinds_side_by_side(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [net, "--platform", "eyeriss", "--platform", V100]
    assert main([*asked, "--format", "json"]) == 0
    found = document(capsys)
    assert [one["platform"]["kind"] for one in found["results"]] == ["accelerator", "datasheet"]
    assert main([*asked, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["platform"] for row in rows} == {"eyeriss", V100}
    assert main(asked) == 0
    assert "power" in capsys.readouterr().out


def test_a_budget_in_joules(net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([net, "--platform", V100, "--max-energy", "1J"]) == 0
    assert main([net, "--platform", V100, "--max-energy", "1nJ"]) == 1
    assert "over budget: one inference costs" in capsys.readouterr().err
    with pytest.raises(JoulegraphError) as caught:
        main([net, "--platform", V100, "--max-energy", "4GMACe"])
    assert caught.value.code == "budget-unit"
    assert caught.value.remedy == "Give the budget in joules, as in 5mJ."
    powerless = own(tmp_path, {"rated_power_w": None})
    assert main([net, "--platform", powerless]) == 0
    with pytest.raises(JoulegraphError) as caught:
        main([net, "--platform", powerless, "--max-energy", "1J"])
    assert "power is known" in caught.value.remedy
    with pytest.raises(JoulegraphError) as caught:
        main([net, "--platform", "isca16_16x16", "--max-energy", "1J"])
    assert caught.value.remedy == "Give the budget in MAC energies, as in 4GMACe."


def test_layers_without_an_answer_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net(1, dtype=TensorProto.DOUBLE))
    device = own(tmp_path, {})
    assert main([str(path), "--platform", device, "--format", "json"]) == 1
    caught = capsys.readouterr()
    found = json.loads(caught.out)
    reasons = {entry["reason"] for entry in found["coverage"]["not_modelled"]}
    assert reasons == {
        "No source gives a peak of A made-up device for fp64, only for fp16, fp32, int8."
    }
    assert [layer["name"] for layer in found["layers"]] == ["pool1"]  # as fast as its bytes
    assert found["coverage"]["macs_share"] == 0
    assert "2 layers got no estimate on A made-up device." in caught.err
    assert main([str(path), "--platform", device, "--bits", "8"]) == 0


@pytest.mark.parametrize(
    "asked",
    [
        ["--dataflow", "any"],
        ["--objective", "delay"],
        ["--capacity", "global_buffer=1000"],
        ["--fuse"],
    ],
)
def test_a_device_takes_no_options_of_mapping(net: str, asked: list[str]) -> None:
    with pytest.raises(JoulegraphError) as caught:
        main([net, "--platform", V100, *asked])
    assert caught.value.code == "not-mapped"


def test_a_device_has_no_mappings_to_simulate_in(tmp_path: Path) -> None:
    values = tmp_path / "values.npz"
    np.savez(values, x=np.ones((1, 3, 8, 8), np.float32))
    model = onnx.load_from_string(conv_net(1))
    model.ir_version = 8  # older runtimes read no later one
    path = tmp_path / "net.onnx"
    onnx.save(model, path)
    with pytest.raises(JoulegraphError) as caught:
        main([str(path), "--platform", V100, "--simulate", str(values)])
    assert caught.value.code == "simulate-platform"


def test_links_to_and_from_devices(
    net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([net, "--platform", V100, "--format", "json"])
    plain = document(capsys)
    main([net, "--platform", V100, "--format", "link"])
    link = capsys.readouterr().out.strip()
    assert main([link, "--format", "json"]) == 0
    caught = capsys.readouterr()
    assert json.loads(caught.out)["totals"] == plain["totals"]
    assert caught.err == ""
    state = decode_link(link)
    state["totals"]["time_s"] *= 2
    state["totals"]["energy_j"] *= 2
    main([encode_link(state)])
    assert "warning: The link said" in capsys.readouterr().err
    main([net, "--dataflow", "any", "--fuse", "--format", "link"])
    link = capsys.readouterr().out.strip()
    assert main([link, "--platform", V100, "--format", "json"]) == 0
    assert document(capsys)["totals"] == plain["totals"]
    main([net, "--platform", own(tmp_path, {}), "--format", "link"])
    link = capsys.readouterr().out.strip()
    assert main([link, "--format", "json"]) == 0
    assert document(capsys)["platform"]["id"] == "made-up"
