"""The page's door answers everything, and never raises."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.page import handle
from py.platforms.load import read_platform_file
from tests.models import conv_net
from tests.platforms.datasheet.made_up import MADE_UP

EYERISS = read_platform_file("eyeriss")


@pytest.fixture
def model_path(tmp_path: Path) -> Path:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net("n"))
    return path


def ask(
    source: dict[str, Any], options: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    request = {"do": "estimate", "source": source, "platform": EYERISS, "options": options} | more
    answer: dict[str, Any] = json.loads(handle(json.dumps(request)))
    return answer


def from_file(path: Path, options: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return ask({"kind": "file", "path": str(path), "name": path.name}, options, **more)


def test_a_file_and_its_link_give_the_same_answer(model_path: Path) -> None:
    options = {"batch": 2, "bits": {"weight": 8, "activation": 8}}
    first = from_file(model_path, options)
    assert first["ok"]
    assert first["result"]["options"]["batch"] == 2
    again = ask({"kind": "state", "state": first["state"]})
    assert again["ok"]
    assert again["warnings"] == []
    assert again["result"] == first["result"]
    assert again["state"] == first["state"]


def test_a_link_can_be_recomputed_at_another_batch(model_path: Path) -> None:
    state = from_file(model_path)["state"]
    eight = ask({"kind": "state", "state": state}, {"batch": 8})
    assert eight["result"] == from_file(model_path, {"batch": 8})["result"] | {
        "model": eight["result"]["model"],
        "notes": eight["result"]["notes"],
    }


def test_a_link_says_when_something_has_changed(model_path: Path) -> None:
    state = from_file(model_path)["state"]
    state["engine"] = "0.0.1"
    state["platform"]["hash"] = "0" * 16
    state["totals"]["energy_macs"] += 1
    codes = [warning["code"] for warning in ask({"kind": "state", "state": state})["warnings"]]
    assert codes == ["engine-changed", "platform-changed", "totals-changed"]


def test_zero_fractions_can_be_used_and_switched_off(model_path: Path) -> None:
    density = {"schema": "joulegraph/density/1", "source": "s", "layers": {"conv1": {"ifmap": 0.5}}}
    sparse = from_file(model_path, {"density": density})
    dense = from_file(model_path)
    energy = [answer["result"]["totals"]["energy_macs"] for answer in (sparse, dense)]
    assert energy[0] < energy[1]
    linked = ask({"kind": "state", "state": sparse["state"]})
    assert linked["result"] == sparse["result"]
    off = ask({"kind": "state", "state": sparse["state"]}, {"density": False})
    assert off["result"]["totals"] == dense["result"]["totals"]
    assert off["result"]["notes"] == dense["result"]["notes"]


def test_progress_is_told(model_path: Path) -> None:
    seen: list[str] = []
    request = {
        "do": "estimate",
        "source": {"kind": "file", "path": str(model_path), "name": "net.onnx"},
        "platform": EYERISS,
    }
    handle(json.dumps(request), lambda stage, share: seen.append(stage))
    assert "map" in seen
    assert len(set(seen)) > 1


@pytest.mark.parametrize(
    ("request_text", "code"),
    [
        ("", "json-invalid"),
        ("[]", "request-invalid"),
        ("{", "json-invalid"),
        ("[" * 100_000, "json-invalid"),
        ('{"do": NaN}', "json-invalid"),
        ('{"do": "estimate"}', "request-invalid"),
        ('{"do": "estimate", "source": {}, "platform": {}}', "platform-invalid"),
    ],
)
def test_bad_requests_are_told(request_text: str, code: str) -> None:
    answer = json.loads(handle(request_text))
    assert answer["ok"] is False
    assert answer["error"]["code"] == code


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(JSON, st.data())
@settings(max_examples=150, deadline=None)
def test_a_mangled_state_ends_in_an_answer(value: Any, data: st.DataObject) -> None:
    state = json.loads(json.dumps(STATE))
    place, key = state, data.draw(st.sampled_from(sorted(state)))
    while isinstance(place[key], dict) and place[key] and data.draw(st.booleans()):
        place, key = place[key], data.draw(st.sampled_from(sorted(place[key])))
    place[key] = value
    answer = ask({"kind": "state", "state": state})
    assert answer["ok"] or answer["error"]["code"] != "internal", answer["error"]


def _state() -> dict[str, Any]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.onnx"
        path.write_bytes(conv_net())
        state: dict[str, Any] = from_file(path)["state"]
        return state


STATE = _state()


def test_a_device_is_asked_like_an_accelerator(model_path: Path) -> None:
    """That mappings may be held changes nothing: there are none, and the answer is the last."""
    source = {"kind": "file", "path": str(model_path), "name": model_path.name}
    plain = ask(source, platform=MADE_UP)
    held = ask(source, platform=MADE_UP, mappings="held")
    assert plain["ok"]
    assert "provisional" not in held
    assert held["result"] == plain["result"]
    assert plain["result"]["platform"]["kind"] == "datasheet"
    again = ask({"kind": "state", "state": plain["state"]}, platform=MADE_UP)
    assert (again["result"], again["warnings"]) == (plain["result"], [])
    refused = ask(source, {"fuse": True}, platform=MADE_UP)
    assert refused["error"]["code"] == "not-mapped"
    mapped = from_file(model_path, {"fuse": True, "dataflow": "any"})
    elsewhere = ask({"kind": "state", "state": mapped["state"]}, platform=MADE_UP)
    assert elsewhere["result"]["totals"] == plain["result"]["totals"]


def test_results_side_by_side(model_path: Path) -> None:
    """What the page has of two breakdowns goes back for a comparison, as it has it."""
    wide, narrow = (
        from_file(model_path, {"bits": {"weight": bits, "activation": bits}})["result"]
        for bits in (16, 8)
    )
    runs = [
        {"name": "wide", "result": wide, "error": 0.1, "pass_on": 0.5},
        {"name": "narrow", "result": narrow},
    ]
    answer = json.loads(handle(json.dumps({"do": "compare", "runs": runs, "base": 1})))
    assert answer["ok"]
    found = answer["comparison"]
    assert found["schema"] == "joulegraph/comparison/1"
    assert found["base"] == 1
    each = [one["totals"]["energy_j"] for one in (wide, narrow)]
    assert found["totals"]["values"]["energy_j"] == each
    assert found["totals"]["ratios"]["energy_j"] == [each[0] / each[1], 1.0]
    assert found["cascade"]["expected"]["energy_j"] == pytest.approx(each[0] + each[1] / 2)
    for change, code in (
        ({"runs": []}, "request-invalid"),
        ({"runs": runs * 5}, "request-invalid"),
        ({"runs": [1]}, "request-invalid"),
        ({"base": True}, "request-invalid"),
        ({"base": 2}, "runs-invalid"),
        ({"runs": [{**runs[0], "result": None}]}, "result-invalid"),
        ({"runs": [{**runs[0], "error": 27}]}, "share-invalid"),
        ({"runs": [runs[1], runs[1]]}, "runs-invalid"),
    ):
        request = {"do": "compare", "runs": runs, "base": 0, **change}
        error = json.loads(handle(json.dumps(request)))
        assert (error["ok"], error["error"]["code"]) == (False, code)
