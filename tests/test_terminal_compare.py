"""``python -m py.compare`` as a process: models, platforms, results, links, errors."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from py.breakdown import decode_link, encode_link
from py.compare import main
from py.errors import JoulegraphError
from tests.layers.report_models import unknown_operator
from tests.models import conv_net
from tests.test_schemas import schema
from tests.test_terminal import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("compare")
    (path / "net.onnx").write_bytes(conv_net("n"))
    for name, options in (("wide", ()), ("narrow", ("--bits", "8"))):
        code, _, errors = run(
            *("py.estimate", str(path / "net.onnx"), "--format", "json"),
            *("--output", str(path / f"{name}.json"), *options),
        )
        assert (code, errors) == (0, "")
    return path


def compared(*arguments: str) -> dict[str, Any]:
    code, text, _ = run("py.compare", *arguments, "--format", "json")
    assert code == 0
    document: dict[str, Any] = json.loads(text)
    jsonschema.validate(document, schema("comparison"))
    return document


def names(document: dict[str, Any]) -> list[str]:
    return [one["name"] for one in document["runs"]]


def test_a_result_beside_itself_has_ratios_of_1(folder: Path) -> None:
    wide = str(folder / "wide.json")
    document = compared(wide, wide)
    assert names(document) == ["net", "net (2)"]
    for part in (document["totals"], *document["rows"], *document["kinds"]):
        for column in part["ratios"].values():
            assert set(column) <= {1.0, None}
    assert document["totals"]["ratios"]["energy_j"] == [1.0, 1.0]


def test_a_result_and_its_model_are_the_same(folder: Path) -> None:
    from_file = compared(str(folder / "wide.json"), str(folder / "narrow.json"))
    model = str(folder / "net.onnx")
    priced = compared(model, model, "--bits", "8")
    assert from_file["totals"]["values"]["energy_j"][1] == priced["totals"]["values"]["energy_j"][0]
    several = compared(model, "--platform", "eyeriss", "--platform", "t4")
    assert names(several) == ["Eyeriss", "NVIDIA T4 (datasheet)"]
    two = compared(model, str(folder / "wide.json"), "--platform", "t4")
    assert names(two) == ["NVIDIA T4 (datasheet)", "Eyeriss"]


def test_options_that_a_result_does_not_take_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = str(folder / "wide.json")
    assert main([result, "--train", "--active", "n0=0.5"]) == 0
    assert "stays as it was priced: what is for models alone is --active, --train." in (
        capsys.readouterr().err
    )
    assert main([result, "--all"]) == 0
    assert not capsys.readouterr().err


def test_results_in_one_file(folder: Path) -> None:
    path = folder / "two.json"
    model = str(folder / "net.onnx")
    platforms = ("--platform", "eyeriss", "--platform", "isca16_16x16")
    run("py.estimate", model, *platforms, "--format", "json", "--output", str(path))
    document = compared(str(path))
    assert [one["platform"]["id"] for one in document["runs"]] == ["eyeriss", "isca16_16x16"]
    assert document["basis"]["name"] == "energy_macs"


def test_every_format(folder: Path, tmp_path: Path) -> None:
    arguments = [str(folder / "wide.json"), str(folder / "narrow.json")]
    arguments += ["--name", "wide", "--name", "narrow", "--base", "narrow"]
    code, text, errors = run("py.compare", *arguments, "--error", "wide=7%", "--error=narrow=0.08")
    assert (code, errors) == (0, "")
    assert "ratios and differences are to narrow" in text
    assert "energy-precision ratio" in text
    _, again, _ = run("py.compare", *arguments, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(again)))
    assert [row["run"] for row in rows[-2:]] == ["wide", "narrow"]
    output = tmp_path / "out.json"
    code, text, _ = run("py.compare", *arguments, "--format", "json", "--output", str(output))
    assert (code, text) == (0, "")
    assert json.loads(output.read_text())["base"] == 1


def test_a_link_prints_the_same(folder: Path) -> None:
    """Models, options, errors and a cascade survive the link; the base stands first in it."""
    wide, narrow = str(folder / "wide.json"), str(folder / "narrow.json")
    said = ["--name", "w", "--name", "n", "--error", "w=0.07", "--pass-on", "w=0.25"]
    code, link, errors = run("py.compare", wide, narrow, *said, "--format", "link")
    assert (code, errors) == (0, "")
    state = decode_link(link)
    assert [entry["name"] for entry in state["runs"]] == ["w", "n"]
    assert state["layers"] == state["runs"][0]["state"]["layers"]
    assert (state["runs"][0]["error"], state["runs"][0]["pass_on"]) == (0.07, 0.25)
    assert compared(link.strip()) == compared(wide, narrow, *said)
    _, before, _ = run("py.compare", wide, narrow, *said)
    _, after, _ = run("py.compare", link.strip())
    assert after == before
    _, turned, _ = run("py.compare", wide, narrow, *said[:6], "--base", "n", "--format", "link")
    assert [entry["name"] for entry in decode_link(turned)["runs"]] == ["n", "w"]
    elsewhere = compared(link.strip(), "--platform", "t4")
    assert {one["platform"]["id"] for one in elsewhere["runs"]} == {"t4"}


def test_what_a_link_carries_is_a_file_too(folder: Path, tmp_path: Path) -> None:
    """For what is too long for a link: as the page saves it, and opened by its name."""
    path = tmp_path / "runs.json"
    arguments = [str(folder / "net.onnx"), "--platform", "eyeriss", "--platform", "t4"]
    said = ["--name", "a", "--name", "b"]
    assert main([*arguments, *said, "--format", "link", "--output", str(path)]) == 0
    link = tmp_path / "link"
    assert main([*arguments, *said, "--format", "link", "--output", str(link)]) == 0
    assert json.loads(path.read_text()) == decode_link(link.read_text())
    from_file, from_link, priced = (
        tmp_path / f"{name}.json" for name in ("from_file", "from_link", "priced")
    )
    assert main([str(path), "--format", "json", "--output", str(from_file)]) == 0
    assert main([link.read_text(), "--format", "json", "--output", str(from_link)]) == 0
    assert main([*arguments, *said, "--format", "json", "--output", str(priced)]) == 0
    assert from_file.read_text() == from_link.read_text() == priced.read_text()
    again = tmp_path / "again.json"
    assert main([str(priced), "--format", "json", "--output", str(again)]) == 0
    assert again.read_text() == priced.read_text()


def test_a_link_of_a_comparison_is_one_of_its_first_run(folder: Path) -> None:
    _, link, _ = run("py.compare", str(folder / "net.onnx"), "--format", "link")
    _, own, _ = run("py.estimate", str(folder / "net.onnx"), "--format", "csv")
    code, linked, errors = run("py.estimate", link.strip(), "--format", "csv")
    assert (code, errors) == (0, "")
    assert [row.split(",")[1:9] for row in linked.splitlines()] == [
        row.split(",")[1:9] for row in own.splitlines()
    ]


def test_errors_from_a_table(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "errors.csv"
    arguments = [str(folder / "wide.json"), str(folder / "narrow.json"), "--name=a", "--name=b"]
    for text, expected in (
        ("name,error\na,0.2\nb,25 %\nother,0.5\n", [0.2, 0.25]),
        ("accuracy,name\n80%,a\n0.75,b\n", [0.2, 0.25]),
        ("\ufeffName,Error\nnet,0.3\n\nb,0.1\n", [0.3, 0.1]),  # a model's name, for all its runs
    ):
        table.write_text(text)
        found = compared(*arguments, "--errors", str(table))
        assert [one["error"] for one in found["runs"]] == expected
    table.write_text("name,error\na,0.2\n")
    code, _, errors = run("py.compare", *arguments, "--errors", str(table))
    assert code == 0
    assert "has no error of b" in errors
    found = compared(*arguments, "--errors", str(table), "--error", "a=0.5")
    assert [one["error"] for one in found["runs"]] == [0.5, None]  # what is said goes before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name,error\na,24\n", "share-invalid"),
        ("name,error\na,101%\n", "share-invalid"),
        ("name,error\na,nan\n", "share-invalid"),
        ("name,error\na,\n", "share-invalid"),
        ("name,error,accuracy\na,0.1,0.9\n", "errors-invalid"),
        ("model,error\na,0.1\n", "errors-invalid"),
        ("name,error\na\n", "errors-invalid"),
        ("name,error\n,0.1\n", "errors-invalid"),
        ("", "errors-invalid"),
        ("name,error\na,0.1\na,0.2\n", "conflicting-choices"),
    ],
)
def test_a_table_of_errors_is_read_strictly(
    folder: Path, tmp_path: Path, text: str, code: str
) -> None:
    table = tmp_path / "errors.csv"
    table.write_text(text)
    arguments = [str(folder / "wide.json"), "--name", "a", "--errors", str(table)]
    with pytest.raises(JoulegraphError) as caught:
        main(arguments)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["wide.json"] * 9, "runs-invalid"),
        (["wide.json", "--name", "a", "--name", "b"], "bad-option"),
        (["wide.json", "wide.json", "--name", "a", "--name", ""], "run-name-invalid"),
        (["wide.json", "wide.json", "--name", "a", "--name", "a"], "runs-invalid"),
        (["wide.json", "--base", "nobody"], "run-unknown"),
        (["wide.json", "--error", "nobody=0.1"], "run-unknown"),
        (["wide.json", "--error", "net"], "bad-option"),
        (["wide.json", "--error", "net=27"], "share-invalid"),
        (["wide.json", "--pass-on", "net=0.5"], "cascade-open"),
        (["wide.json", "--errors", "nowhere.csv"], "unreadable"),
        (["nowhere.json"], "unreadable"),
        (["broken.json"], "json-invalid"),
        (["other.json"], "result-invalid"),
        (["old.json", "--format", "link"], "no-link"),
        (["closed.json"], "result-closed"),
    ],
)
def test_bad_use_is_one_message(folder: Path, arguments: list[str], code: str) -> None:
    (folder / "broken.json").write_text("{")
    (folder / "other.json").write_text('{"schema": "joulegraph/layers/1"}')
    old = json.loads((folder / "wide.json").read_text())
    old.pop("link", None)
    (folder / "old.json").write_text(json.dumps(old))
    (folder / "closed.json").write_text('{"schema": "joulegraph/comparison/1"}')
    given = [str(folder / one) if one.endswith(".json") else one for one in arguments]
    with pytest.raises(JoulegraphError) as caught:
        main(given)
    assert caught.value.code == code


def test_an_error_ends_the_program_with_2(folder: Path) -> None:
    code, output, errors = run("py.compare", str(folder / "wide.json"), "--base", "nobody")
    assert (code, output) == (2, "")
    assert errors.startswith("error: --base names 'nobody', which is no run; these are: 'net'.")
    assert "[run-unknown]" in errors


@pytest.mark.parametrize(
    "runs",
    [5, [{}] * 9, ["x"], [{"name": "a", "state": 3}], [{"name": "", "state": {}}], [{"name": "a"}]],
)
def test_runs_in_a_link_are_foreign(folder: Path, runs: Any, tmp_path: Path) -> None:
    output = tmp_path / "link"
    main([str(folder / "net.onnx"), "--format", "link", "--output", str(output)])
    link = output.read_text()
    damaged = {**decode_link(link), "runs": runs}
    with pytest.raises(JoulegraphError) as caught:
        main([f"#{encode_link(damaged)}"])
    assert caught.value.code == "link-invalid"


def test_what_got_no_estimate_is_told(folder: Path) -> None:
    path = folder / "unknown.onnx"
    path.write_bytes(unknown_operator())
    code, text, errors = run("py.compare", str(path), str(folder / "wide.json"))
    assert code == 1
    assert "≥" in text
    assert "got no estimate" in errors
