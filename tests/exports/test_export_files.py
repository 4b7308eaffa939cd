"""JSON that opens again with the same digits, CSV that programs still read, the page's verb."""

import base64
import csv
import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.breakdown import result_csv, state_of
from py.breakdown.state_file import read_state
from py.errors import JoulegraphError
from py.estimate import main as estimate
from py.exports.formats import FORMATS, exported
from py.exports.table_csv import FACTS, with_facts
from py.layers.__main__ import main as layers
from py.page import handle
from py.terminal import run
from tests.exports.made import BIBLIOGRAPHY, LINK, ROOT, sample, wicked
from tests.models import conv_net
from tests.platforms.datasheet.made_up import MADE_UP
from tests.test_schemas import schema

Run = Callable[..., str]


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(program: Callable[[list[str]], int], *arguments: str, code: int = 0) -> str:
        assert run(program, list(arguments)) == code
        captured = capsys.readouterr()
        return captured.out if code == 0 else captured.err

    return call


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net("n"))
    return path


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--batch", "4", "--bits", "w=8,a=4"),
        ("--platform", "v100-tf1"),
        ("--platform", "a10"),
        ("--platform", "isca16_16x16", "--objective", "energy"),
        ("--capacity", "global_buffer=50KiB", "--fuse"),
    ],
)
def test_a_result_opens_again_with_the_same_digits(
    options: tuple[str, ...], net: Path, tmp_path: Path, ran: Run
) -> None:
    first = ran(estimate, str(net), *options, "--format", "json")
    jsonschema.validate(json.loads(first), schema("result"))
    path = tmp_path / "result.json"
    path.write_text(first, encoding="utf-8")
    again = ran(estimate, str(path), "--format", "json")
    before, after = json.loads(first), json.loads(again)
    # A link says nothing of element types, and keeps the notes of its making.
    for name in ("totals", "layers", "coverage", "options", "platform", "proxies", "what_if"):
        assert after.get(name) == before.get(name), name
    path.write_text(again, encoding="utf-8")
    assert ran(estimate, str(path), "--format", "json") == again


def test_a_platform_of_ones_own_comes_along(net: Path, tmp_path: Path, ran: Run) -> None:
    own = tmp_path / "own.json"
    own.write_text(json.dumps(MADE_UP), encoding="utf-8")
    first = ran(estimate, str(net), "--platform", str(own), "--format", "json")
    own.unlink()
    path = tmp_path / "result.json"
    path.write_text(first, encoding="utf-8")
    again = json.loads(ran(estimate, str(path), "--format", "json"))
    assert again["totals"] == json.loads(first)["totals"]


def test_what_the_page_saves_and_what_layers_reads(tmp_path: Path, ran: Run, net: Path) -> None:
    state = tmp_path / "net.joulegraph.json"
    state.write_text(json.dumps(state_of(sample("lenet5").result)), encoding="utf-8")
    assert "27.18 µJ" in ran(estimate, str(state))
    result = tmp_path / "result.json"
    ran(estimate, str(net), "--format", "json", "--output", str(result))
    assert "conv1" in ran(layers, str(result))


def refused(data: bytes) -> str:
    with pytest.raises(JoulegraphError) as caught:
        read_state(io.BytesIO(data))
    return caught.value.code


def test_other_json_is_refused() -> None:
    assert refused(b"{") == "json-invalid"
    assert refused(b"{}") == "result-invalid"
    assert refused(b'{"schema": "joulegraph/results/1", "results": []}') == "result-invalid"
    assert refused(b'{"schema": "joulegraph/result/1"}') == "result-closed"
    assert refused(b'{"schema": "joulegraph/result/1", "link": "javascript:x"}') == "result-closed"
    assert refused(b'{"schema": "joulegraph/result/1", "link": "#v1.xx"}') == "link-damaged"
    assert refused(b'\xff{"a": 1}') == "result-invalid"
    assert refused(b"[" * 100_000) == "json-invalid"
    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 40_000_000)).decode().rstrip("=")
    text = json.dumps({"schema": "joulegraph/result/1", "link": f"#v1.{bomb}"})
    assert refused(text.encode()) == "link-too-long"


@given(st.binary(max_size=200))
def test_any_bytes_after_a_brace_give_an_answer_or_an_error(data: bytes) -> None:
    with pytest.raises(JoulegraphError):
        read_state(io.BytesIO(b"{" + data))


def test_inputs_are_settled_and_weights_are_gone(net: Path, tmp_path: Path, ran: Run) -> None:
    path = tmp_path / "result.json"
    ran(estimate, str(net), "--format", "json", "--output", str(path))
    assert "[no-inputs]" in ran(estimate, str(path), "--dim", "n=2", code=2)
    assert "[weights-without-model]" in ran(estimate, str(path), "--density", "weights", code=2)


def test_columns_at_the_end_say_how_it_was_made() -> None:
    taken = [sample("lenet5"), wicked()]
    text = "".join(
        result_csv(one.result) if not place else result_csv(one.result).split("\n", 1)[1]
        for place, one in enumerate(taken)
    )
    plain = list(csv.DictReader(io.StringIO(text)))
    rows = list(csv.DictReader(io.StringIO(with_facts(text, taken))))
    assert [{k: row[k] for k in plain[0]} for row in rows] == plain
    made = [row for row in rows if row["engine"]]
    assert [row["name"] for row in made] == ["total", "total"]
    assert made[0]["platform_hash"] == taken[0].result.platform.hash
    assert made[0]["link"] == LINK
    assert list(rows[0])[-len(FACTS) :] == list(FACTS.values())


def asked(path: Path, **more: Any) -> dict[str, Any]:
    request = {
        "do": "export",
        "source": {"kind": "file", "path": str(path), "name": path.name},
        "platform": sample("lenet5").file,
        "options": None,
        "link": LINK,
        "bibliography": BIBLIOGRAPHY,
    }
    answer: dict[str, Any] = json.loads(handle(json.dumps(request | more)))
    return answer


@pytest.mark.parametrize("form", FORMATS)
def test_the_page_takes_the_same_along_as_the_terminal(form: str) -> None:
    answer = asked(ROOT / "public" / "models" / "lenet5.onnx", format=form, mappings="held")
    assert answer["ok"]
    assert answer["text"] == exported(form, sample("lenet5"), BIBLIOGRAPHY)
    assert answer["name"] == f"lenet5-eyeriss{FORMATS[form].ending}"
    assert "/" in answer["mime"]


def test_the_page_is_told_what_is_wrong(net: Path) -> None:
    assert asked(net, format="pdf")["error"]["code"] == "request-invalid"
    assert asked(net, format="badge", link=1)["error"]["code"] == "request-invalid"
    assert asked(net, format="badge", link="ftp://x")["error"]["code"] == "export-link"
    assert asked(net, format="bibtex", bibliography=None)["error"]["code"] == "request-invalid"
    assert asked(net, format="badge", bibliography=None, link=None)["ok"]


@pytest.mark.parametrize("form", ["markdown", "latex", "netron", "badge", "bibtex"])
def test_the_terminal_writes_what_the_room_does(form: str, ran: Run) -> None:
    model = str(ROOT / "public" / "models" / "lenet5.onnx")
    site = "https://example.org/joulegraph/"
    text = ran(estimate, model, "--format", form, "--site", site)
    taken = sample("lenet5")
    assert text == exported(form, taken, BIBLIOGRAPHY).replace(LINK, f"{site}{taken.fragment()}")
    assert "link" not in ran(estimate, model, "--format", "badge")


def test_a_result_may_say_its_encoding_first(net: Path, tmp_path: Path, ran: Run) -> None:
    """Editors on some systems put a mark before a text in UTF-8."""
    text = ran(estimate, str(net), "--format", "json")
    path = tmp_path / "marked.json"
    path.write_text(text, encoding="utf-8-sig")
    assert json.loads(ran(estimate, str(path), "--format", "json")) == json.loads(text)


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_a_link_that_nobody_reads_is_left_out(
    form: str, net: Path, ran: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = (estimate, str(net), "--format", form, "--site", "https://example.org/")
    assert ("https://example.org/#v1." in ran(*arguments)) is (form != "json")
    monkeypatch.setattr("py.export_forms.MOST_CHARACTERS", 20)
    without = ran(*arguments)
    assert "https://example.org/" not in without
    assert form != "json" or json.loads(without)["link"].startswith("#v1.")


def test_a_badge_is_of_one_result(net: Path, ran: Run) -> None:
    both = ("--platform", "eyeriss", "--platform", "a10")
    assert "[export-one]" in ran(estimate, str(net), *both, "--format", "badge", code=2)
    assert ran(estimate, str(net), *both, "--format", "markdown").count("### ") == 2
