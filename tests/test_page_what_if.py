"""The page's door with what-if options: what a link keeps, what is taken back, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models import conv_net
from tests.platforms.datasheet.made_up import MADE_UP
from tests.test_page_door import ask, from_file

EVERYTHING: dict[str, Any] = {
    "bits": {"weight": 8, "activation": 8},
    "layer_bits": {"conv1": {"weight": 4, "activation": None}},
    "layer_zeros": {"fc1": {"weight": 0.5}},
    "active": {"pool1": 0.5},
    "exits": [{"after": "conv1", "leave": 0.25}],
    "array": [2, 3],
    "clock_hz": 100_000_000,
    "train": "momentum",
}
TAKEN_BACK: dict[str, Any] = {
    "bits": False,
    "layer_bits": {},
    "layer_zeros": {},
    "active": {},
    "exits": [],
    "array": False,
    "clock_hz": False,
    "train": False,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "net.onnx"
    file.write_bytes(conv_net("n"))
    return file


def opened(state: Any, options: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return ask({"kind": "state", "state": state}, options, **more)


def test_a_link_keeps_every_option_and_every_digit(path: Path) -> None:
    first = from_file(path, EVERYTHING)
    assert first["ok"], first
    for name, value in EVERYTHING.items():
        assert first["result"]["options"][name] == first["state"]["options"][name] == value
    again = opened(first["state"])
    assert again["warnings"] == []
    assert again["result"]["totals"] == first["result"]["totals"]
    assert again["result"]["layers"] == first["result"]["layers"]
    assert again["result"]["options"] == first["result"]["options"]
    assert again["state"]["layers"] == first["state"]["layers"]
    assert opened(again["state"])["result"]["totals"] == first["result"]["totals"]


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_is_in_the_link_alone_and_can_be_taken_back(path: Path, name: str) -> None:
    plain, first = from_file(path), from_file(path, {name: EVERYTHING[name]})
    assert name in first["result"]["options"]
    assert first["result"]["totals"] != plain["result"]["totals"]
    linked = opened(first["state"], {name: None})  # null leaves what the link says
    assert linked["result"]["totals"] == first["result"]["totals"]
    back = opened(first["state"], {name: TAKEN_BACK[name]})
    assert back["result"]["totals"] == plain["result"]["totals"]
    assert back["result"]["options"] == plain["result"]["options"]
    codes = [{note["code"] for note in answer["result"]["notes"]} for answer in (back, plain)]
    assert codes[0] == codes[1]
    other = opened(plain["state"], {name: EVERYTHING[name]})
    if name != "train":  # a link of an inference has no tensors: its layers are taken as a chain
        assert other["result"]["totals"] == first["result"]["totals"]


def test_a_training_step_is_the_same_from_its_link_at_another_batch(path: Path) -> None:
    state = from_file(path, {"train": "adam"})["state"]
    four = opened(state, {"batch": 4})["result"]
    assert four["totals"] == from_file(path, {"train": "adam", "batch": 4})["result"]["totals"]


def test_what_is_the_accelerators_stays_with_it(path: Path) -> None:
    state = from_file(path, {"array": [8, 8], "clock_hz": 1e8, "active": {"fc1": 0.5}})["state"]
    elsewhere = opened(state, platform=MADE_UP)
    assert elsewhere["ok"], elsewhere
    assert elsewhere["result"]["options"]["active"] == {"fc1": 0.5}
    assert "array" not in elsewhere["result"]["options"]
    for option, code in (({"array": [8, 8]}, "not-mapped"), ({"clock_hz": 1e8}, "clock-fixed")):
        assert from_file(path, option, platform=MADE_UP)["error"]["code"] == code
        assert opened(state, option, platform=MADE_UP)["error"]["code"] == code


def test_held_mappings_answer_every_option(path: Path) -> None:
    from_file(path)
    for name, value in EVERYTHING.items():
        held = from_file(path, {name: value}, mappings="held")
        assert held["ok"], held
        assert held["result"]["options"][name] == value
        settled = from_file(path, {name: value})["result"]["totals"]
        assert settled["energy_macs"] <= held["result"]["totals"]["energy_macs"] * (1 + 1e-12)


BAD: list[tuple[str, Any]] = [
    ("layer_bits", []),
    ("layer_bits", {"conv1": 8}),
    ("layer_bits", {"conv1": {"weight": 0}}),
    ("layer_bits", {"conv1": {"weight": 8.5}}),
    ("layer_bits", {"conv1": {"psum": 8}}),
    ("layer_bits", {"": {"weight": 8}}),
    ("layer_bits", {"n" * 1001: {"weight": 8}}),
    ("layer_zeros", {"conv1": {"weight": 1.5}}),
    ("layer_zeros", {"conv1": {"weight": True}}),
    ("layer_zeros", {"conv1": {"bias": 0.5}}),
    ("active", {"conv1": -0.1}),
    ("active", {"conv1": None}),
    ("active", {f"n{at}": 1 for at in range(20_001)}),
    ("exits", {}),
    ("exits", [{"after": "conv1"}]),
    ("exits", [{"after": "conv1", "leave": 0.5, "to": "end"}]),
    ("exits", [{"after": 5, "leave": 0.5}]),
    ("exits", [{"after": "conv1", "leave": 0.6}, {"after": "pool1", "leave": 0.5}]),
    ("array", "16x16"),
    ("array", [16, 0]),
    ("array", [16, 16.0]),
    ("array", [1, 2, 3, 4, 5]),
    ("clock_hz", "fast"),
    ("clock_hz", 0),
    ("clock_hz", 1e13),
    ("train", "sgdd"),
    ("train", 1),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_is_no_option_is_told_by_its_name(path: Path, name: str, value: Any) -> None:
    error = from_file(path, {name: value})["error"]
    assert error["code"] == "request-invalid"
    assert f"'{name}' should be" in error["message"]
    assert "got" in error["message"]
    assert len(error["message"]) < 300
    state = from_file(path)["state"]
    state["options"][name] = value
    error = opened(state)["error"]
    assert error["code"] == "link-invalid"
    assert name in error["message"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["conv1", "weight", "ifmap", "after", "leave"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(EVERYTHING)), JSON, max_size=3))
@settings(max_examples=100, deadline=None)
def test_options_of_any_kind_end_in_an_answer(options: dict[str, Any]) -> None:
    for answer in (
        opened(STATE, options),
        opened({**STATE, "options": {**STATE["options"], **options}}),
    ):
        assert answer["ok"] or answer["error"]["code"] != "internal", answer["error"]


def _state() -> dict[str, Any]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "net.onnx"
        file.write_bytes(conv_net())
        state: dict[str, Any] = from_file(file, {"train": "sgd"})["state"]
        return state


STATE = json.loads(json.dumps(_state()))
