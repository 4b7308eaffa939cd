"""The CSV that ``py.layers`` writes is a table of layers that ``py.estimate`` reads."""

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import Options, price
from py.errors import JoulegraphError
from py.layers import Choices, LoopNest, Model, read_model
from py.layers.report import model_csv
from py.layers.table import read_table
from py.platforms import load_platform
from tests.corpus.recorded import MISSING, choices, model_path, names, recorded
from tests.layers.report_models import control_flow, unknown_operator

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "public" / "models").glob("*.onnx"))
EYERISS = load_platform("eyeriss")
LOST = {"ifmaps": (), "ofmaps": (), "weights": ()}


def again(model: Model) -> Model:
    return read_model(io.BytesIO(model_csv(model).encode()), f"{model.name}.csv")


def check_round_trip(model: Model) -> None:
    """Layers are the same but for the names of tensors; what is not known stays not known."""
    found = again(model)
    assert found.batch == model.batch
    assert len(found.layers) == len(model.layers)
    for own, its in zip(model.layers, found.layers, strict=True):
        kept = replace(own, name=own.name.strip()[:200], **LOST)  # type: ignore[arg-type]
        if not isinstance(own.runs, int):  # the rounding of a count of expected runs
            assert its.all_macs == own.all_macs
            kept = replace(kept, macs=its.macs, ops=its.ops)
        assert its == kept
        assert its.ofmap_shape == own.ofmap_shape
    left = [(entry.op, entry.nodes, entry.path, entry.macs) for entry in model.not_modelled]
    assert [(e.op, e.nodes, e.path, e.macs) for e in found.not_modelled] == left
    assert found.macs == model.macs


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_comes_back_from_its_csv(path: Path) -> None:
    with path.open("rb") as file:
        check_round_trip(read_model(file, path.name))


@pytest.mark.skipif(not names(), reason=MISSING)
@pytest.mark.parametrize("name", names())
def test_a_model_of_the_corpus_comes_back_from_its_csv(name: str) -> None:
    with model_path(name).open("rb") as file:
        check_round_trip(read_model(file, f"{name}.onnx", choices(recorded(name)["cases"][0])))


@pytest.mark.parametrize("values", [{}, {"sure": 0.75, "steps": 20}, {"sure": 0.3, "steps": 7}])
def test_runs_and_branches_come_back(values: dict[str, float]) -> None:
    data = io.BytesIO(control_flow())
    model = read_model(data, "exit.onnx", Choices(values=values, batch=2))
    check_round_trip(model)
    energies = [price(m, EYERISS, Options()).energy_macs for m in (model, again(model))]
    assert energies[0] == energies[1]


def test_an_operator_that_is_not_known_is_not_known_in_the_csv_either() -> None:
    model = read_model(io.BytesIO(unknown_operator()), "odd.onnx")
    rows = model_csv(model).splitlines()
    assert len(rows) == 1 + 2 + 2
    assert rows[3].startswith("/block/odd/Mystery,,")
    assert "mine:Mystery" in rows[3]
    check_round_trip(model)
    assert again(model).parameters is None
    result = price(again(model), EYERISS, Options())
    assert [entry.op for entry in result.not_modelled] == ["mine:Mystery", "mine:Riddle"]


@pytest.mark.parametrize("name", ["lenet5", "googlenet", "shufflenet_v2"])
def test_a_table_costs_what_its_model_costs(name: str) -> None:
    with (ROOT / "public" / "models" / f"{name}.onnx").open("rb") as file:
        model = read_model(file, f"{name}.onnx", Choices(batch=2))
    own, its = (price(m, EYERISS, Options()) for m in (model, again(model)))
    assert its.energy_macs == own.energy_macs
    assert its.totals()["per_inference"]["energy_macs"] == (own.energy_macs or 0) / 2
    windows = [layer.window for layer in model.layers]
    assert [layer.window for layer in again(model).layers] == windows
    assert any(windows)


def test_both_programs_in_a_pipe() -> None:
    def run(*arguments: str, given: bytes = b"") -> tuple[int, str]:
        command = [sys.executable, "-m", *arguments]
        done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, timeout=60)
        return done.returncode, done.stdout.decode()

    model = "public/models/lenet5.onnx"
    _, table = run("py.layers", model, "--format", "csv")
    code, piped = run("py.estimate", "-", given=table.encode())
    assert code == 0
    energy = next(line for line in piped.splitlines() if line.startswith("energy"))
    assert energy in run("py.estimate", model)[1]
    code, _ = run(
        "py.estimate", "-", given=run("py.estimate", model, "--format", "csv")[1].encode()
    )
    assert code == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind,energy_macs\nconv,1\n", "a result of py.estimate"),
        ("kind,m\npool,1\n", "a column 'ofmap_elements' for what a layer of kind pool writes"),
        ("kind,batch\nconv,1\nconv,2\n", "the same batch as the lines before, 1, got 2"),
        ("kind,pad\nconv,1x1\n", "top x left x bottom x right"),
        ("kind,window\nconv,3x3\n", "rows x columns x strides, like 3x3x2x2"),
        ("kind,window\nconv,3x3x0x1\n", "rows x columns x strides"),
        ("kind,dilation\nconv,0\n", "at least 1 in column 'dilation'"),
        ("kind,stride\nconv,1x1x1\n", "whole numbers as in 1x1"),
        ("kind,runs,macs\nconv,3,10\n", "macs of all 3 runs together"),
        ("kind,runs\nconv,-1\n", "from 0"),
        ("kind,path\nconv,abc\n", "a path like"),
        ("kind,nodes\nconv,a\n", "a number in nodes"),
        ("kind,dtype_w\nconv,float 32\n", "an element type like float32"),
        ("kind,output\nconv,1*2\n", "a shape like 1x96x55x55"),
        ("kind,macs\nconv,1e3\n", "a whole number from 0 in column 'macs'"),
    ],
)
def test_a_bad_cell_is_told_with_its_line(text: str, says: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        read_table(text)
    assert caught.value.code == "table-invalid"
    assert says in caught.value.message


@given(
    st.fixed_dictionaries({name: st.integers(1, 9) for name in "ngmcpqrs"}),
    st.tuples(*[st.tuples(st.integers(1, 3), st.integers(1, 3))] * 2),
    st.tuples(*[st.integers(0, 3)] * 4),
    st.sampled_from([1, 0.25, 3, 1.7]),
    st.sampled_from(["a", "=1+1", "'=x", "-", "+", " a ", 'x,"y"', "a\nb"]),
)
@settings(max_examples=100, deadline=None)
def test_any_layer_comes_back(
    sizes: dict[str, int],
    steps: tuple[tuple[int, int], tuple[int, int]],
    padding: tuple[int, int, int, int],
    runs: float,
    name: str,
) -> None:
    loops = LoopNest(
        **sizes, h=9, w=8, stride=steps[0], dilation=steps[1], padding=padding, planes=None
    )
    with SAMPLES[0].open("rb") as file:
        layer = read_model(file, SAMPLES[0].name).layers[0]
    layer = replace(layer, loops=loops, macs=loops.macs, runs=runs, name=name, ops=None)
    (found,) = again(Model("m", "onnx", 1, (layer,))).layers
    assert (found.loops, found.macs, found.runs) == (loops, loops.macs, runs)
    if name.isprintable() and name[0] not in "' ":
        assert found.name == name


@given(st.text(alphabet="kindconvpadmacs,01.5x/:\n\"'-eE ?=", max_size=300))
@settings(deadline=None)
def test_any_text_under_any_header_ends_in_layers_or_an_error(text: str) -> None:
    for header in ("kind,pad,path,nodes", "kind,op_types,output,runs,macs,ofmap_elements"):
        assert outcome(f"{header}\n{text}") in ("layers", "table-invalid")


def outcome(text: str) -> str:
    """What a text ends in."""
    try:
        price(read_model(io.BytesIO(text.encode()), "a.csv"), EYERISS, Options())
    except JoulegraphError as error:
        return error.code
    return "layers"
