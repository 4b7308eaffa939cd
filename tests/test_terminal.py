"""The terminal programs as processes: exit codes, formats, standard input, errors."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from onnx import TensorProto, helper

from py.breakdown import decode_link, encode_link
from tests.layers.report_models import control_flow, unknown_operator
from tests.models import conv_net

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("net") / "net.onnx"
    path.write_bytes(conv_net("n"))
    return path


def test_layers_in_three_formats(net: Path) -> None:
    code, table, errors = run("py.layers", str(net))
    assert (code, errors) == (0, "")
    assert "conv1" in table
    code, text, _ = run("py.layers", str(net), "--format", "json")
    document = json.loads(text)
    assert document["schema"] == "joulegraph/layers/1"
    assert document["inputs"] == {"x": [1, 3, 8, 8]}
    assert document["totals"] == {
        "macs": 4 * 27 * 64 + 640,
        "parameters": 108 + 16 + 650,
        "nodes": 6,
    }
    assert document["nodes"][0]["outputs"] == [
        {"name": "c", "shape": [1, 4, 8, 8], "dtype": "float32"}
    ]
    code, text, _ = run("py.layers", str(net), "--format", "csv")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == ["conv1", "pool1", "fc1"]


def test_estimate_in_every_format(net: Path, tmp_path: Path) -> None:
    code, table, _ = run("py.estimate", str(net))
    assert code == 0
    assert "net on Eyeriss, batch 1" in table
    output = tmp_path / "result.json"
    code, text, _ = run(
        "py.estimate",
        str(net),
        "--batch",
        "4",
        "--bits",
        "w=8,a=4",
        "--format",
        "json",
        "--output",
        str(output),
    )
    assert (code, text) == (0, "")
    document = json.loads(output.read_text())
    assert document["schema"] == "joulegraph/result/1"
    assert document["options"]["batch"] == 4
    assert document["options"]["bits"] == {"weight": 8, "activation": 4}
    _, link, _ = run(
        "py.estimate", str(net), "--batch", "4", "--bits", "w=8,a=4", "--format", "link"
    )
    _, again, _ = run("py.estimate", link.strip(), "--format", "json")
    assert json.loads(again) == document
    code, text, _ = run(
        "py.estimate",
        str(net),
        "--platform",
        "eyeriss",
        "--platform",
        "eyeriss",
        "--format",
        "json",
    )
    assert json.loads(text)["schema"] == "joulegraph/results/1"


def test_proxies_below_the_table(net: Path) -> None:
    code, text, errors = run("py.estimate", str(net), "--proxies")
    assert (code, errors) == (0, "")
    assert text.startswith(run("py.estimate", str(net))[1])
    told = json.loads(run("py.estimate", str(net), "--format", "json")[1])["proxies"]
    lines = {line[:16].strip(): line.split()[-3:] for line in text.splitlines()}
    for word, name in (("parameters", "parameters"), ("MACs", "macs"), ("time", "time_s")):
        rho, tau = (f"{told[name][which]:.3f}" for which in ("spearman", "kendall"))
        assert lines[word] == [rho, tau, "3"]


def test_standard_input(net: Path) -> None:
    code, text, _ = run("py.layers", "-", "--format", "json", stdin=net.read_bytes())
    assert code == 0
    assert json.loads(text)["totals"]["nodes"] == 6
    code, text, _ = run("py.estimate", "-", stdin=b"kind,m,c\ndense,10,20\n")
    assert code == 0


def test_a_link_brings_its_platform_and_says_what_changed(net: Path, tmp_path: Path) -> None:
    own = json.loads((ROOT / "public" / "accelerators" / "eyeriss.json").read_text())
    own["levels"][0]["energy"]["read"]["value"] = 400
    own["levels"][0]["energy"]["write"]["value"] = 400
    file = tmp_path / "own.json"
    file.write_text(json.dumps(own))
    _, link, _ = run("py.estimate", str(net), "--platform", str(file), "--format", "link")
    fragment = link.strip().partition("#")[2]
    for form in (fragment, f"#{fragment}", "-"):
        code, text, errors = run("py.estimate", form, "--format", "json", stdin=link.encode())
        assert (code, errors) == (0, "")
        assert json.loads(text)["platform"]["levels"][0]["energy_macs"] == 400
    _, shipped, _ = run("py.estimate", str(net), "--format", "link")
    state = decode_link(shipped.strip())
    state["totals"]["energy_macs"] += 1
    code, _, errors = run("py.estimate", encode_link(state))
    assert code == 0
    assert "warning: The link said" in errors


def test_a_dataflow_is_chosen_and_goes_into_the_link(net: Path) -> None:
    code, text, _ = run("py.estimate", str(net), "--dataflow", "any", "--format", "json")
    free = json.loads(text)
    assert (code, free["options"]["dataflow"], free["platform"]["dataflow"]) == (0, "any", "any")
    plain = json.loads(run("py.estimate", str(net), "--format", "json")[1])
    assert plain["platform"]["dataflow"] == "row_stationary"
    assert free["totals"]["energy_macs"] <= plain["totals"]["energy_macs"]
    _, link, _ = run("py.estimate", str(net), "--dataflow", "any", "--format", "link")
    opened = json.loads(run("py.estimate", link.strip(), "--format", "json")[1])
    assert opened["totals"] == free["totals"]
    code, _, errors = run("py.estimate", str(net), "--dataflow", "diagonal")
    assert code == 2
    assert "dataflow-unknown" in errors


def test_mappings_are_chosen_for_an_objective(net: Path) -> None:
    totals = {}
    for objective in ("energy", "delay", "energy_delay"):
        arguments = (str(net), "--objective", objective, "--format", "json")
        found = json.loads(run("py.estimate", *arguments)[1])
        assert found["options"]["objective"] == found["platform"]["objective"] == objective
        totals[objective] = found["totals"]
    assert totals["delay"]["time_s"] <= totals["energy"]["time_s"]
    assert totals["energy"]["energy_macs"] <= totals["delay"]["energy_macs"]
    _, link, _ = run("py.estimate", str(net), "--objective", "delay", "--format", "link")
    opened = json.loads(run("py.estimate", link.strip(), "--format", "json")[1])
    assert opened["totals"] == totals["delay"]
    assert "mapped for     least delay" in run("py.estimate", link.strip())[1]
    assert run("py.estimate", str(net), "--objective", "beauty")[0] == 2


def test_what_was_asked_stands_above_the_numbers(net: Path) -> None:
    asked = ("--bits", "8", "--dataflow", "any", "--capacity", "global_buffer=64.1kB")
    text = run("py.estimate", str(net), *asked)[1]
    assert "widths         weights 8, activations 8 bits" in text
    assert "dataflow       any" in text
    assert re.search(r"capacity +global_buffer 64\s100 bytes", text)


def test_a_links_capacities_are_taken_back(net: Path) -> None:
    plain = json.loads(run("py.estimate", str(net), "--format", "json")[1])
    changed = ("--capacity", "global_buffer=64KiB", "--fuse")
    link = run("py.estimate", str(net), *changed, "--format", "link")[1].strip()
    code, text, _ = run("py.estimate", link, "--capacity", "none", "--no-fuse", "--format", "json")
    back = json.loads(text)
    assert code == 0
    assert back["totals"] == plain["totals"]
    assert "what_if" not in back or back["what_if"] is None


def test_a_link_on_another_platform_says_what_holds_there(net: Path) -> None:
    link = run("py.estimate", str(net), "--format", "link")[1].strip()
    there = json.loads(run("py.estimate", link, "--platform", "tpu-v1-like", "--format", "json")[1])
    straight = ("--platform", "tpu-v1-like", "--format", "json")
    plain = json.loads(run("py.estimate", str(net), *straight)[1])
    assert there["totals"] == plain["totals"]
    texts = [note["text"] for note in there["notes"]]
    assert not any("Eyeriss" in text for text in texts)
    assert any("native 8 bits" in text for text in texts)


def test_csv_says_that_it_lacks_what_fusing_saves(net: Path) -> None:
    assert "fusing would save" in run("py.estimate", str(net), "--fuse", "--format", "csv")[2]


def test_zero_fractions_of_a_link_can_be_switched_off(net: Path, tmp_path: Path) -> None:
    density = tmp_path / "zeros.json"
    layers = {"conv1": {"ifmap": 0.5}}
    content = {"schema": "joulegraph/density/1", "source": "s", "layers": layers}
    density.write_text(json.dumps(content))
    _, link, _ = run("py.estimate", str(net), "--density", str(density), "--format", "link")
    energy = {}
    for choice in ("none", "as linked"):
        more = ["--density", "none"] if choice == "none" else []
        document = json.loads(run("py.estimate", link.strip(), *more, "--format", "json")[1])
        energy[choice] = document["totals"]["energy_macs"]
    assert energy["as linked"] < energy["none"]
    dense = json.loads(run("py.estimate", str(net), "--format", "json")[1])
    assert energy["none"] == dense["totals"]["energy_macs"]


def test_a_file_may_be_called_like_a_link(net: Path) -> None:
    twin = net.with_name("v1.onnx")
    twin.write_bytes(net.read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "py.layers", "v1.onnx"],
        cwd=net.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_budget(net: Path) -> None:
    assert run("py.estimate", str(net), "--max-energy", "1GMACe")[0] == 0
    code, _, errors = run("py.estimate", str(net), "--max-energy", "1kMACe")
    assert code == 1
    assert "over budget" in errors
    assert run("py.estimate", str(net), "--max-energy", "5mJ")[0] == 0
    assert run("py.estimate", str(net), "--max-energy", "5nJ")[0] == 1
    in_macs = [str(net), "--platform", "isca16_16x16"]
    code, _, errors = run("py.estimate", *in_macs, "--max-energy", "5mJ")
    assert code == 2
    assert "[budget-unit]" in errors


def test_zero_fractions_beside_the_model_are_used(net: Path) -> None:
    density = net.with_suffix(".density.json")
    density.write_text(
        '{"schema": "joulegraph/density/1", "source": "s", "layers": {"conv1": {"ifmap": 0.5}}}'
    )
    try:
        sparse = json.loads(run("py.estimate", str(net), "--format", "json")[1])
        dense = json.loads(run("py.estimate", str(net), "--density", "none", "--format", "json")[1])
    finally:
        density.unlink()
    assert sparse["options"]["density"] == {"source": "s"}
    assert dense["options"]["density"] is None
    assert sparse["totals"]["energy_macs"] < dense["totals"]["energy_macs"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["no-such-file.onnx"], "unreadable"),
        (["#v1.AAAA"], "link-damaged"),
        (["#v9.AAAA"], "link-version"),
        (["NET", "--platform", "nothing"], "platform-unknown"),
        (["NET", "--platform", "package.json"], "platform-invalid"),
        (["NET", "--batch", "0"], "bad-option"),
        (["NET", "--bits", "65"], "bad-option"),
        (["NET", "--input", "x"], "bad-option"),
        (["NET", "--input", "other=1x2"], ""),
        (["NET", "--dim", "other=1"], ""),
        (["NET", "--density", "package.json"], "density-invalid"),
        (["NET", "--max-energy", "5"], "bad-option"),
    ],
)
def test_bad_use_is_one_message_and_exit_2(net: Path, arguments: list[str], code: str) -> None:
    status, output, errors = run(
        "py.estimate", *(str(net) if text == "NET" else text for text in arguments)
    )
    assert status == 2
    assert output == ""
    assert errors.startswith("error: ")
    assert f"[{code}" in errors
    assert "Traceback" not in errors


def test_bad_files(tmp_path: Path) -> None:
    good = conv_net()
    for name, data in {
        "empty.onnx": b"",
        "picture.onnx": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "cut.onnx": good[: len(good) // 2],
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        status, _, errors = run("py.estimate", str(path))
        assert status == 2, name
        assert errors.startswith("error: "), name
    sparse = tmp_path / "sparse.onnx"
    with sparse.open("wb") as file:
        file.truncate(3 << 30)
    status, _, errors = run("py.estimate", str(sparse))
    assert status == 2
    assert errors.startswith("error: ")


def test_a_partial_answer_exits_with_1(tmp_path: Path) -> None:
    from onnx import helper

    from tests.models import serialised

    nodes = [
        helper.make_node("Relu", ["x"], ["r"], "relu"),
        helper.make_node("Mystery", ["r"], ["y"], "odd", domain="com.example"),
    ]
    path = tmp_path / "odd.onnx"
    path.write_bytes(serialised(nodes, {"x": (1, 2)}, {"y": None}))
    for program in ("py.layers", "py.estimate"):
        code, text, _ = run(program, str(path))
        assert code == 1
        assert "com.example:Mystery" in text


def test_sizes_that_do_not_fit_are_told_with_what_was_taken(tmp_path: Path) -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"], kernel_shape=[300])
    graph = helper.make_graph(
        [node],
        "sound",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4, "steps"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [helper.make_tensor("w", TensorProto.FLOAT, [8, 4, 300], bytes(38400), raw=True)],
    )
    path = tmp_path / "sound.onnx"
    opsets = [helper.make_opsetid("", 17)]
    path.write_bytes(helper.make_model(graph, opset_imports=opsets).SerializeToString())
    status, _, errors = run("py.layers", str(path), "--dim", "steps=128")
    assert status == 2
    assert "[inconsistent-shapes]" in errors
    assert "taken: steps=128. --dim gives others." in errors
    status, output, _ = run("py.layers", str(path), "--dim", "steps=400")
    assert status == 0
    assert "1x8x101" in output


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("decided") / "decided.onnx"
    path.write_bytes(control_flow())
    return path


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--dim", "a[1]=9"], "--dim 'a[1]' changes nothing"),
        (["--value", "a=1,2,3,4,5,6,7,8"], "--value 'a' changes nothing"),
        (["--value", "x=3"], "--value 'x' changes nothing"),
        (["--value", "nothing=3"], "The model has no input or value 'nothing'."),
        (["--dim", "nothing=3"], "The model has no free dimension 'nothing'."),
        (["--value", "sure=1", "--value", "a=2"], "--value 'a' changes nothing"),
    ],
)
def test_a_choice_of_what_is_not_open_is_refused(
    decided: Path, given: list[str], says: str
) -> None:
    for program in ("py.layers", "py.estimate"):
        status, output, errors = run(program, str(decided), *given)
        assert (status, output) == (2, "")
        assert says in errors
        assert "Open are: --dim batch" in errors
        assert "--value /decode/Loop" in errors


@pytest.mark.parametrize(
    "given",
    [
        ["--value", "sure=0"],  # what is taken anyway is still the answer to a question
        ["--value", "/exit/If=1", "--value", "steps=3", "--dim", "batch=2"],
        ["--value", "/decode/Loop=4"],
        ["--dim", "batch=2", "--dim", "batch=2"],
    ],
)
def test_a_choice_of_what_is_open_is_taken(decided: Path, given: list[str]) -> None:
    assert run("py.layers", str(decided), *given)[::2] == (0, "")


def test_the_value_of_an_input_that_decides_nothing_is_noted(decided: Path) -> None:
    given = ["--value", "/decode/Loop=4", "--value", "steps=3"]
    status, output, errors = run("py.layers", str(decided), *given)
    assert status == 0
    assert "×4" in output
    assert errors == "note: Nothing that is counted depends on the value of 'steps'.\n"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--input", "x=2x8", "--input", "x=4x8"], "--input x is given twice: 2x8 and 4x8."),
        (["--dim", "batch=2", "--dim", "batch=3"], "--dim batch is given twice: 2 and 3."),
        (["--value", "sure=0", "--value", "sure=1"], "--value sure is given twice: 0 and 1."),
    ],
)
def test_two_answers_to_one_question_are_refused(
    decided: Path, given: list[str], says: str
) -> None:
    status, output, errors = run("py.layers", str(decided), *given)
    assert (status, output) == (2, "")
    assert says in errors
    assert "[conflicting-choices]" in errors


def test_estimates_open_blocks_as_layers_does(net: Path) -> None:
    model = "public/models/googlenet.onnx"
    closed = run("py.estimate", model, "--depth", "1")[1]
    assert "inception_3a" in closed
    assert "5x5_reduce" not in closed
    assert "5x5_reduce" in run("py.estimate", model, "--depth", "2")[1]
    assert run("py.estimate", model, "--all")[1].count("5x5_reduce") == 9
    status, output, errors = run("py.estimate", str(net), "--depth", "0")
    assert (status, output) == (2, "")
    assert "--depth takes a whole number" in errors


def test_what_got_no_estimate_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "odd.onnx"
    path.write_bytes(unknown_operator())
    status, _, errors = run("py.estimate", str(path))
    assert status == 1
    assert errors == "note: 2 layers got no estimate on Eyeriss.\n"


def test_the_readme_shows_what_an_estimate_prints() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    command, _, rest = told.partition("### What it costs\n\n`python -m py.estimate ")[2].partition(
        "` prints\n\n```\n"
    )
    assert run("py.estimate", *command.split())[1] == rest.partition("```")[0]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_and_a_closed_output_end_in_no_traceback() -> None:
    lenet = Path(__file__).parents[1] / "public" / "models" / "lenet5.onnx"
    program = f"'{sys.executable}' -m py.estimate '{lenet}'"
    root = Path(__file__).parents[1]
    full = subprocess.run(
        f"{program} > /dev/full", shell=True, cwd=root, capture_output=True, text=True
    )
    assert full.returncode == 2
    assert "[full]" in full.stderr
    closed = subprocess.run(f"{program} >&-", shell=True, cwd=root, capture_output=True, text=True)
    assert (closed.returncode, closed.stderr) == (0, "")
