"""What a profile says of device, software and source."""

import json
from pathlib import Path
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.measure.fit.about import FACTS, facts_of, read_facts
from py.measure.fit.profile_fit import Source, fit_profile
from tests.measure.made_rows import Cells, made_rows, rows_of


def _rows(**columns: str) -> list[Cells]:
    return [row | columns for row in made_rows("fc", 3)]


def test_facts_come_from_rows_where_all_name_the_same() -> None:
    rows = _rows(device="gpu:One", software="Torch 9")
    found = facts_of("mine", {}, rows_of(rows))
    assert set(found) == set(FACTS)
    assert (found["name"], found["device"]) == ("gpu:One", "gpu:One")
    assert found["software"] == "Torch 9"
    assert found["precision"] == "fp32"
    assert found["licence"] == "not stated"
    assert found["cooling"] is None


def test_rows_that_differ_name_nothing() -> None:
    rows = [*_rows(device="a"), *(row | {"dtype": "fp16"} for row in _rows(device="b"))]
    found = facts_of("mine", {}, rows_of(rows))
    assert found["device"] is None
    assert found["precision"] is None
    assert found["name"] == "mine"


def test_what_is_given_goes_before_what_rows_name() -> None:
    given = {"name": "My GPU", "device": None, "remarks": ["hot"]}
    found = facts_of("mine", given, rows_of(_rows(device="gpu:One")))
    assert (found["name"], found["device"], found["remarks"]) == ("My GPU", "gpu:One", ["hot"])


def test_a_file_of_facts_is_read(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"name": "X", "remarks": ["a"]}), encoding="utf-8")
    assert read_facts(path) == {"name": "X", "remarks": ["a"]}


@pytest.mark.parametrize(
    "data",
    [
        *({"colour": "red"}, [1], "text", {"name": 3}, {"name": ["x"]}, {"name": ""}),
        *({"remarks": "one"}, {"remarks": [1]}, {"unreliable": ["dense"]}, {"licence": 7}),
        *({"idle_power_w": "many"}, {"measured": "me"}, {"rated_power_w": -3}),
        *({"device": {"a": 1}}, {"unreliable": {"dense": 1}}, {"about": "x" * 100_000}),
    ],
)
def test_what_is_no_fact_is_one_clear_error(data: Any, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(JoulegraphError) as error:
        read_facts(path)
    assert error.value.code == "facts-invalid"


@pytest.mark.parametrize(
    "facts",
    [
        *({"idle_power_w": {"value": "many"}}, {"rated_power_w": {"value": -3, "source": "x"}}),
        *({"measured": {"who": 3}}, {"idle_power_w": {}}),
    ],
)
def test_objects_that_make_no_profile_are_one_clear_error(facts: dict[str, Any]) -> None:
    source = Source("made.csv", "0" * 64, ())
    rows = rows_of(made_rows("fc", 20))
    with pytest.raises(JoulegraphError) as error:
        fit_profile("mine", rows, [source], facts)
    assert error.value.code == "platform-invalid"


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", '{"name": NaN}', "[" * 5000])
def test_a_file_that_is_no_json_is_one_clear_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(JoulegraphError):
        read_facts(path)
