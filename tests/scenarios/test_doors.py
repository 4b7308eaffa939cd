"""Scenarios through the page's door and in the terminal: one engine, the same numbers."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.page import handle
from py.platforms.load import read_platform_file
from tests.models import conv_net
from tests.platforms.datasheet.made_up import MADE_UP
from tests.scenarios.models import frozen_batch, language_model
from tests.test_schemas import schema
from tests.test_terminal import ROOT, run

EYERISS = read_platform_file("eyeriss")


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("net") / "net.onnx"
    path.write_bytes(conv_net("n"))
    return path


@pytest.fixture(scope="module")
def talker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("talker") / "talker.onnx"
    path.write_bytes(language_model())
    return path


def source(path: Path) -> dict[str, Any]:
    return {"kind": "file", "path": str(path), "name": path.name}


def ask(verb: str, about: dict[str, Any], **more: Any) -> dict[str, Any]:
    request = {"do": verb, "source": about, "platform": EYERISS} | more
    answer: dict[str, Any] = json.loads(handle(json.dumps(request)))
    return answer


def printed(*arguments: str, stdin: bytes = b"") -> dict[str, Any]:
    code, text, errors = run("py.estimate", *arguments, "--format", "json", stdin=stdin)
    assert (code, errors) == (0, "")
    document: dict[str, Any] = json.loads(text)
    jsonschema.validate(document, schema("result"))
    return document


def test_the_curve_is_the_same_everywhere(net: Path) -> None:
    options = {"bits": {"weight": 8, "activation": 8}}
    page = ask("curve", source(net), options=options, batches=[1, 2, 8])
    assert page["ok"]
    assert "provisional" not in page
    assert printed(str(net), "--curve", "1,2,8", "--bits", "8")["curve"] == page["curve"]
    for point in page["curve"]:
        alone = ask("estimate", source(net), options=options | {"batch": point["batch"]})
        totals = alone["result"]["totals"]
        assert {name: totals[name] for name in ("energy_j", "time_s", "power_w")} == {
            name: point[name] for name in ("energy_j", "time_s", "power_w")
        }
    state = ask("estimate", source(net), options=options)["state"]
    linked = ask("curve", {"kind": "state", "state": state}, batches=[1, 2, 8])
    assert linked["curve"] == page["curve"]


def test_the_curve_of_standard_input(net: Path) -> None:
    piped = printed("-", "--curve", "1,4", stdin=net.read_bytes())
    assert piped["curve"] == printed(str(net), "--curve", "1,4")["curve"]


def test_counted_zeros_are_counted_once_and_hold_at_every_batch(net: Path) -> None:
    found = ask("curve", source(net), options={"weights": True}, batches=[1, 4])["curve"]
    alone = ask("estimate", source(net), options={"weights": True, "batch": 4})
    assert found[1]["energy_j"] == alone["result"]["totals"]["energy_j"]


def test_pruning_is_the_same_everywhere(net: Path) -> None:
    page = ask("prune", source(net), keep=0.25)
    assert page.pop("ok")
    assert printed(str(net), "--prune", "0.25")["prune"] == page
    assert {step["layer"] for step in page["steps"]} == {"conv1", "fc1"}


def test_tokens_are_the_same_everywhere(talker: Path) -> None:
    page = ask("tokens", source(talker), prompt=6, generate=3, options={"batch": 2})
    assert page.pop("ok")
    more = ["--prompt", "6", "--generate", "3", "--batch", "2"]
    assert printed(str(talker), *more)["tokens"] == page
    named = ["--sequence-dim", "sequence_length", "--past-dim", "past_sequence_length"]
    assert printed(str(talker), *more, *named)["tokens"] == page
    dims = {"sequence_length": 1, "past_sequence_length": 7}
    alone = ask("estimate", source(talker), options={"batch": 2, "dims": dims})
    assert page["decode"][1]["energy_j"] == alone["result"]["totals"]["energy_j"]


def test_held_mappings_answer_at_once_and_are_not_the_last_word(net: Path) -> None:
    quick = ask("curve", source(net), mappings="held", batches=[1, 2])
    assert quick["provisional"] is True
    slow = ask("curve", source(net), batches=[1, 2])
    assert [point["batch"] for point in quick["curve"]] == [1, 2]
    assert quick["curve"][0].keys() == slow["curve"][0].keys()
    on_device = {"platform": MADE_UP, "batches": [1, 2]}
    assert ask("curve", source(net), mappings="held", **on_device) == ask(
        "curve", source(net), **on_device
    )


def test_held_mappings_never_make_a_batch_dearer_than_its_parts() -> None:
    path = ROOT / "public" / "models" / "alexnet.onnx"
    ask("estimate", source(path))
    points = ask("curve", source(path), mappings="held")["curve"]
    each = [point["per_inference"]["energy_macs"] for point in points]
    assert each == sorted(each, reverse=True)


def test_the_page_hears_how_far_it_is(net: Path) -> None:
    told: list[tuple[str, float | None]] = []
    request = {"do": "curve", "source": source(net), "platform": EYERISS, "batches": [1, 2, 4]}
    handle(json.dumps(request), lambda stage, share: told.append((stage, share)))
    shares = [share for stage, share in told if stage == "map" and share is not None]
    assert shares == sorted(set(shares))
    assert shares[0] == 0.0
    assert max(shares) > 0.6


@pytest.mark.parametrize(
    ("verb", "more", "code"),
    [
        ("curve", {"batches": "1,2"}, "request-invalid"),
        ("curve", {"batches": [1.5]}, "request-invalid"),
        ("curve", {"batches": [True]}, "request-invalid"),
        ("curve", {"batches": []}, "batches-invalid"),
        ("prune", {"keep": "half"}, "request-invalid"),
        ("prune", {"keep": 2}, "keep-invalid"),
        ("prune", {"options": {"train": "sgd"}}, "of-training"),
        ("tokens", {"prompt": "many"}, "request-invalid"),
        ("tokens", {"sequence": 3}, "request-invalid"),
        ("tokens", {}, "length-unknown"),
    ],
)
def test_bad_requests_are_told(net: Path, verb: str, more: dict[str, Any], code: str) -> None:
    answer = ask(verb, source(net), **more)
    assert answer["ok"] is False
    assert answer["error"]["code"] == code


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 40)
    | st.floats(allow_nan=False)
    | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@given(
    st.sampled_from(["curve", "prune", "tokens"]),
    st.dictionaries(
        st.sampled_from(["batches", "keep", "prompt", "generate", "sequence", "past"]), JSON
    ),
)
@settings(max_examples=60)
def test_whatever_is_asked_is_answered(talker: Path, verb: str, more: dict[str, Any]) -> None:
    answer = ask(verb, source(talker), platform=MADE_UP, **more)
    assert answer["ok"] or answer["error"]["code"] not in ("internal", "too-large")


def test_the_tables(net: Path, talker: Path) -> None:
    code, text, errors = run(
        "py.estimate", str(net), "--curve", "1,2", "--prune", "--platform", "eyeriss"
    )
    assert (code, errors) == (0, "")
    assert "batch  " in text
    assert "per inference  time per inference" in text
    assert "step  pruned layer" in text
    assert "section V-B and Fig. 8" in text
    code, text, errors = run("py.estimate", str(talker), "--prompt", "6", "--generate", "3")
    assert (code, errors) == (0, "")
    assert "A prompt of 6 tokens, then 3 generated" in text
    assert "decode after 8" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--curve", "0"], "bad-option"),
        (["--curve", "1;2"], "bad-option"),
        (["--prune", "1.5"], "bad-option"),
        (["--prompt", "many"], "bad-option"),
        (["--past-dim", "n"], "bad-option"),
        (["--curve", "--simulate", "generated"], "bad-option"),
        (["--prompt", "4"], "length-unknown"),
        (["--prompt", "4", "--sequence-dim", "nobody"], "length-unknown"),
    ],
)
def test_bad_use_is_told(net: Path, arguments: list[str], code: str) -> None:
    exit_code, text, errors = run("py.estimate", str(net), *arguments)
    assert (exit_code, text) == (2, "")
    assert f"[{code}]" in errors


def test_a_fixed_batch_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "frozen.onnx"
    path.write_bytes(frozen_batch())
    exit_code, text, errors = run("py.estimate", str(path), "--curve")
    assert (exit_code, text) == (2, "")
    assert errors.count("error:") == 1
    assert "[batch-fixed]" in errors
    assert ask("curve", source(path))["error"]["code"] == "batch-fixed"


def test_other_forms_say_that_they_have_no_place(net: Path) -> None:
    plain = run("py.estimate", str(net), "--format", "csv")
    code, text, errors = run("py.estimate", str(net), "--prune", "--format", "csv")
    assert (code, text) == plain[:2]
    assert "--format csv has no place for scenarios" in errors
