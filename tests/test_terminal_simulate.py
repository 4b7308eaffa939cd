"""``--simulate``: a model run on real values in the terminal, beside its estimate."""

import csv
import io
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from onnx import helper

from tests.simulate.models import Floats, model_of, sparse
from tests.test_terminal import ROOT, run

FOLDER = ROOT / "tests" / "simulate" / "trained"
MODEL, INPUTS = FOLDER / "digits_cnn.onnx", FOLDER / "held_out.npz"
LAYERS = ["conv1", "pool1", "conv2", "pool2", "fc1", "fc2"]
MULTIPLY = ["conv1", "conv2", "fc1", "fc2"]


@cache
def simulated(*more: str) -> str:
    code, text, errors = run("py.estimate", str(MODEL), "--simulate", str(INPUTS), *more)
    assert (code, errors) == (0, "")
    return text


def as_json(*more: str) -> Any:
    return json.loads(simulated("--format", "json", *more))


def refused(*arguments: str) -> str:
    code, text, errors = run("py.estimate", *arguments)
    assert (code, text) == (2, ""), errors
    assert errors.startswith("error: ")
    assert errors.count("\n") == 2, "one message and its remedy"
    return errors


def test_the_result_keeps_its_contract_and_has_more_under_keys_of_their_own() -> None:
    document = as_json()
    schema = json.loads((ROOT / "public" / "schema" / "result.schema.json").read_text())
    jsonschema.validate(document, schema)
    assert [layer["name"] for layer in document["layers"]] == LAYERS
    assert document["options"]["batch"] == 360
    assert [n for n in LAYERS if layer_of(document, n)["simulated"] is not None] == MULTIPLY
    simulation = document["simulation"]
    assert simulation["images"] == 360
    assert simulation["source"] == "counted in held_out.npz: 360 images"
    assert [entry["name"] for entry in simulation["left"]] == ["pool1", "pool2"]
    assert all(entry["reason"] for entry in simulation["left"])
    for quantity in ("macs_done", "coded_bits", "energy_macs"):
        for way in ("simulated", "analytical", "analytical_padding_as_zero"):
            own = [layer_of(document, name)["simulated"][quantity][way] for name in MULTIPLY]
            assert simulation["totals"][quantity][way] == pytest.approx(sum(own))


def layer_of(document: Any, name: str) -> Any:
    return next(layer for layer in document["layers"] if layer["name"] == name)


def test_analytical_figures_are_those_of_the_estimate() -> None:
    for platform in ("eyeriss", "eyeriss-v2", "tpu-v1-like"):
        document = as_json("--platform", platform)
        for name in MULTIPLY:
            layer = layer_of(document, name)
            energy = layer["simulated"]["energy_macs"]
            assert energy["analytical"] == pytest.approx(layer["energy_macs"], rel=1e-12)
            terms = [term for term in layer["terms"] if term["tensor"] == "computation"]
            macs = layer["simulated"]["macs_done"]["analytical"]
            assert macs == pytest.approx(sum(term["accesses"] for term in terms))


def test_counted_bits_and_macs_are_what_the_energies_differ_by() -> None:
    """On Eyeriss a MAC done takes itself, its weight, and a psum read and written: one each.

    Beside that DRAM, which codes: 200 for 16 bits.
    """
    for name in MULTIPLY:
        own = layer_of(as_json(), name)["simulated"]
        off = {
            quantity: own[quantity]["analytical"] - own[quantity]["simulated"]
            for quantity in ("macs_done", "coded_bits", "energy_macs")
        }
        expected = 4 * off["macs_done"] + 200 / 16 * off["coded_bits"]
        assert off["energy_macs"] == pytest.approx(expected, abs=1e-3)


def test_with_padding_known_both_agree_within_three_per_cent_in_total() -> None:
    totals = as_json()["simulation"]["totals"]
    for quantity in ("macs_done", "coded_bits", "energy_macs"):
        own = totals[quantity]
        assert own["analytical_padding_as_zero"] == pytest.approx(own["simulated"], rel=0.03)
    assert totals["energy_macs"]["analytical"] > 1.1 * totals["energy_macs"]["simulated"]


def test_energies_are_in_joules_where_the_platform_has_them() -> None:
    document = as_json("--platform", "eyeriss-v2")
    scale = document["platform"]["mac_energy_j"]
    for name in MULTIPLY:
        layer = layer_of(document, name)
        joules = layer["simulated"]["energy_j"]
        assert joules["analytical"] == pytest.approx(layer["energy_j"])
        assert joules["simulated"] == pytest.approx(
            scale * layer["simulated"]["energy_macs"]["simulated"]
        )
    without = as_json("--platform", "isca16_16x16")
    assert without["platform"]["mac_energy_j"] is None
    assert layer_of(without, "conv1")["simulated"]["energy_j"] is None


def test_the_density_file_brings_the_same_estimate(tmp_path: Path) -> None:
    path = tmp_path / "digits.density.json"
    text = simulated("--format", "json", "--density-output", str(path))
    schema = json.loads((ROOT / "public" / "schema" / "density.schema.json").read_text())
    jsonschema.validate(json.loads(path.read_text()), schema)
    code, again, errors = run(
        *("py.estimate", str(MODEL), "--batch", "360", "--density", str(path), "--format", "json")
    )
    assert (code, errors) == (0, "")
    document = json.loads(text)
    document.pop("simulation")
    for layer in document["layers"]:
        layer.pop("simulated")
    assert json.loads(again) == document
    assert layer_of(document, "pool1")["zeros"]["ofmap"] is not None


def test_a_link_carries_the_zeros_that_were_counted() -> None:
    code, link, errors = run(
        *("py.estimate", str(MODEL), "--simulate", str(INPUTS), "--format", "link")
    )
    assert code == 0
    assert errors.startswith("note: a link carries the zero fractions")
    _, text, errors = run("py.estimate", link.strip(), "--format", "json")
    assert errors == ""
    assert json.loads(text)["totals"] == as_json()["totals"]


def test_csv_has_columns_for_what_was_simulated_or_why_not() -> None:
    text = simulated("--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["name"] for row in rows] == [*LAYERS, "total"]
    document = as_json()
    for row in rows[:-1]:
        own = layer_of(document, row["name"])["simulated"]
        if own is None:
            assert row["simulated_energy_macs"] == ""
            assert "has no MACs" in row["not_simulated"]
            continue
        assert row["not_simulated"] == ""
        assert float(row["simulated_macs_done"]) == own["macs_done"]["simulated"]
        assert float(row["simulated_energy_macs"]) == own["energy_macs"]["simulated"]
    assert rows[-1]["not_simulated"].startswith("2 layers")
    plain = run("py.estimate", str(MODEL), "--batch", "360", "--format", "csv")[1]
    facts = ",platform_hash,options,engine,link"  # stand last, whatever stands before them
    assert text.splitlines()[0].endswith(facts)
    assert text.splitlines()[0].startswith(plain.splitlines()[0].removesuffix(facts))


def test_the_table_shows_both_and_what_is_left() -> None:
    lines = simulated().splitlines()
    start = lines.index("Simulated on real values, counted in held_out.npz: 360 images.")
    table = lines[start + 2 :]
    assert table[0].split() == [
        *("layer", "MACs", "done", "estimated", "off", "by"),
        *("coded", "estimated", "off", "by", "energy", "estimated", "off", "by"),
    ]
    assert [line.split()[0] for line in table[2:6]] == MULTIPLY
    assert table[7].startswith("total")
    assert ["total", "−2.9", "%", "−0.9", "%"] in [line.split() for line in table]
    assert any("2 layers without MACs (pool1, pool2)" in line for line in table)
    assert max(map(len, lines)) <= 100


def test_the_readme_shows_what_is_printed() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    section = told.partition("### Simulated on real values")[2]
    command, _, rest = section.partition("`python -m py.estimate ")[2].partition(
        "` prints\n\n```\n"
    )
    code, text, _ = run("py.estimate", *command.split())
    assert code == 0
    assert text.rstrip().endswith(rest.partition("```")[0].rstrip())


def test_several_platforms_are_simulated_one_by_one() -> None:
    document = as_json("--platform", "eyeriss", "--platform", "eyeriss-v2")
    assert document["schema"] == "joulegraph/results/1"
    first, second = (result["simulation"]["totals"] for result in document["results"])
    assert first["macs_done"]["simulated"] == second["macs_done"]["simulated"]
    assert first["coded_bits"] != second["coded_bits"]
    text = simulated("--platform", "tpu-v1-like")
    assert "TPU v1-like codes no values and skips no MACs" in text


def test_generated_inputs_are_seeded_and_said() -> None:
    arguments = ("py.estimate", str(MODEL), "--format", "json", "--simulate")
    code, text, errors = run(*arguments, "generated:3")
    assert (code, errors) == (0, "")
    document = json.loads(text)
    assert document["options"]["batch"] == document["simulation"]["images"] == 3
    notes = {note["code"]: note["text"] for note in document["notes"]}
    assert "seed 0" in notes["inputs-generated"]
    assert run(*arguments, "generated:3")[1] == text
    batch = run(*arguments, "generated", "--batch", "3")[1]
    assert json.loads(batch)["simulation"] == document["simulation"]


def saved(path: Path, **arrays: Any) -> str:
    np.savez(path, **arrays)
    return str(path)


def test_inputs_give_the_sizes_that_a_model_leaves_open(tmp_path: Path) -> None:
    weights: dict[str, Floats] = {"w": sparse(2, 5, 7)}
    node = helper.make_node("MatMul", ["x", "w"], ["y"], "product")
    data = model_of([node], {"x": ["batch", "steps", 5]}, {"y": ["batch", "steps", 7]}, weights)
    model = tmp_path / "product.onnx"
    model.write_bytes(data)
    inputs = saved(tmp_path / "x.npz", x=sparse(1, 2, 9, 5))
    code, text, errors = run("py.estimate", str(model), "--simulate", inputs, "--format", "json")
    assert (code, errors) == (0, "")
    document = json.loads(text)
    assert document["model"]["inputs"] == {"x": [2, 9, 5]}
    assert document["layers"][0]["simulated"]["macs_done"]["simulated"] > 0
    assert document["totals"]["macs"] == 2 * 9 * 5 * 7


def test_filters_as_large_as_the_image_are_laid_out_flat_too(tmp_path: Path) -> None:
    x, w = sparse(1, 2, 40, 9, 9), sparse(2, 64, 40, 9, 9)
    node = helper.make_node("Conv", ["x", "w"], ["y"], "whole")
    data = model_of([node], {"x": ["batch", 40, 9, 9]}, {"y": ["batch", 64, 1, 1]}, {"w": w})
    model = tmp_path / "whole.onnx"
    model.write_bytes(data)
    inputs = saved(tmp_path / "x.npz", x=x)
    both = ((x != 0).reshape(2, -1).astype(int) @ (w != 0).reshape(64, -1).T.astype(int)).sum()
    code, text, _ = run("py.estimate", str(model), "--simulate", inputs, "--format", "json")
    assert code == 0
    layer = json.loads(text)["layers"][0]
    assert layer["simulated"]["macs_done"]["simulated"] == both


def test_layers_that_are_not_laid_out_are_listed_with_their_reasons(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "plain"),
        helper.make_node("ConvTranspose", ["c", "t"], ["y"], "back"),
    ]
    weights: dict[str, Floats] = {"w": sparse(1, 4, 2, 3, 3), "t": sparse(2, 4, 2, 3, 3)}
    data = model_of(nodes, {"x": [1, 2, 8, 8]}, {"y": [1, 2, 8, 8]}, weights)
    model = tmp_path / "back.onnx"
    model.write_bytes(data)
    inputs = saved(tmp_path / "x.npz", x=sparse(3, 1, 2, 8, 8))
    code, text, _ = run("py.estimate", str(model), "--simulate", inputs)
    assert code == 0
    assert "back: values of ConvTranspose are not laid out" in text
    left = json.loads(run("py.estimate", str(model), "--simulate", inputs, "--format", "json")[1])[
        "simulation"
    ]["left"]
    assert left == [{"name": "back", "reason": "values of ConvTranspose are not laid out"}]


@pytest.mark.parametrize(
    ("arrays", "code"),
    [
        ({"other": np.zeros((1, 1, 8, 8), np.float32)}, "inputs-missing"),
        ({"image": np.zeros((1, 1, 9, 8), np.float32)}, "inputs-shape"),
        ({"image": np.zeros((1, 1, 8, 8))}, "inputs-dtype"),
        ({"image": np.array([{}], object)}, "inputs-pickled"),
        (
            {"image": np.zeros((1, 1, 8, 8), np.float32), "more": np.zeros(3, np.float32)},
            "inputs-unknown",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    tmp_path: Path, arrays: dict[str, Any], code: str
) -> None:
    inputs = saved(tmp_path / "inputs.npz", **arrays)
    assert f"[{code}]" in refused(str(MODEL), "--simulate", inputs)


def test_what_is_no_archive_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.npz").write_text("no archive")
    for name in ("no.npz", "absent.npz"):
        errors = refused(str(MODEL), "--simulate", str(tmp_path / name))
        assert "[inputs-unreadable]" in errors


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--simulate", str(INPUTS), "--batch", "2"], "simulate-batch"),
        (["--simulate", "generated:3", "--batch", "2"], "simulate-batch"),
        (["--simulate", "generated:0"], "bad-option"),
        (["--simulate", "generated:999999999"], "inputs-too-large"),
        (["--simulate", str(INPUTS), "--density", "none"], "bad-option"),
        (["--simulate", str(INPUTS), "--density", "weights"], "bad-option"),
        (["--simulate", str(INPUTS), "--input", "image=1x1x8x8"], "inputs-shape"),
        (["--density-output", "zeros.json"], "bad-option"),
        (["--simulate", str(INPUTS), "--density-output", "/no/folder/zeros.json"], "unwritable"),
    ],
)
def test_bad_use_is_told(more: list[str], code: str) -> None:
    assert f"[{code}]" in refused(str(MODEL), *more)


def test_what_is_no_model_file_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "layers.csv"
    table.write_text("kind,m,c\ndense,10,20\n")
    _, link, _ = run("py.estimate", str(table), "--format", "link")
    for model in (str(table), link.strip(), "-", str(tmp_path)):
        assert "[simulate-model]" in refused(model, "--simulate", "generated")


def test_a_file_without_weights_is_refused() -> None:
    for model in ("lenet5", "squeezenet1_1"):
        path = f"public/models/{model}.onnx"
        assert "[simulate-weightless]" in refused(path, "--simulate", "generated")


@pytest.mark.parametrize("package", ["numpy", "onnx", "onnxruntime"])
def test_missing_packages_are_named(package: str) -> None:
    script = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from py.estimate import main\n"
        "from py.terminal import run\n"
        f"sys.exit(run(main, [{str(MODEL)!r}, '--simulate', 'generated']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2, done.stderr
    assert f"{package} is not installed" in done.stderr
    assert "pip install" in done.stderr
    assert "[simulate-packages]" in done.stderr


def test_without_the_option_the_simulator_is_not_imported() -> None:
    script = (
        "import sys\n"
        "from py.estimate import main\n"
        f"main([{str(MODEL)!r}, '--format', 'json', '--output', '/dev/null'])\n"
        "sys.exit('numpy' in sys.modules or 'py.simulate' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=60)
    assert done.returncode == 0
