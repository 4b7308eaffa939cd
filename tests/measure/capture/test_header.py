"""A capture's header: there and back, what may differ, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.measure.capture.header import MARK, Header, differences, machine_identity, parse_header
from py.measure.machine import describe
from py.measure.machine.gpu import Gpu
from py.measure.machine.host import host_at
from tests.measure.capture.made import made_header

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text() | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(), st.text(), max_size=4),
    st.dictionaries(st.text(), _VALUES, max_size=4),
    st.text(),
)
def test_a_header_comes_back(runner: dict[str, str], machine: dict[str, Any], plan: str) -> None:
    header = made_header(runner=runner, machine=machine, plan=plan)
    assert header.line.isascii()
    assert "\n" not in header.line
    assert parse_header(header.line, "a.csv.gz") == header


@given(st.text(max_size=200))
def test_any_line_is_a_header_or_one_error(line: str) -> None:
    for text in (line, MARK + line, MARK + "{" + line):
        with pytest.raises(JoulegraphError) as error:
            parse_header(text, "a.csv.gz")
        assert error.value.code == "capture-invalid"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("schema", "joulegraph/capture/2", "the schema 'joulegraph/capture/1'"),
        ("plan", 1, "plan is a text, got '1'"),
        ("machine", [], "machine is an object"),
        ("runner", {"version": 1}, "runner's version is a text"),
    ],
)
def test_a_header_that_holds_something_else(name: str, value: object, said: str) -> None:
    document = json.loads(made_header().line[len(MARK) :]) | {name: value}
    with pytest.raises(JoulegraphError, match=said):
        parse_header(MARK + json.dumps(document), "a.csv.gz")


def test_a_header_without_a_part() -> None:
    document = json.loads(made_header().line[len(MARK) :])
    for name in set(document) - {"schema"}:
        rest = {key: value for key, value in document.items() if key != name}
        with pytest.raises(JoulegraphError, match=name):
            parse_header(MARK + json.dumps(rest), "a.csv.gz")


def test_no_number_without_end_is_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        assert made_header(machine={"load": float("nan")}).line


def _machine(root: Path) -> dict[str, Any]:
    gpu = Gpu(0, "A GPU", memory_total_bytes=10, memory_free_bytes=5, temperature_c=40.0)
    return describe.look_at(host_at(root), lambda _: ((gpu,), ()), 0.01).as_json()


def test_what_changes_by_itself_is_no_difference(tmp_path: Path) -> None:
    before, now = _machine(tmp_path), _machine(tmp_path)
    now["load"]["average_1min"] = 9.0
    now["memory"]["available_bytes"] = 1
    now["clocks"]["current_mhz"] = 800.0
    now["gpus"][0] |= {"temperature_c": 80.0, "memory_free_bytes": 1, "clock_mhz": 300.0}
    assert differences(made_header(machine=before), made_header(machine=now)) == []


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("processor", "name", "Another"),
        ("processor", "threads", 3),
        ("share", "threads", 1),
        ("surroundings", "container", "Docker"),
        ("clocks", "governor", "powersave"),
        ("gpus", "power_limit_w", 100.0),
        ("gpus", "driver", "999"),
    ],
)
def test_another_machine_or_another_setting_of_it_is_one(
    tmp_path: Path, part: str, name: str, value: object
) -> None:
    before, now = _machine(tmp_path), _machine(tmp_path)
    (now[part][0] if part == "gpus" else now[part])[name] = value
    (found,) = differences(made_header(machine=before), made_header(machine=now))
    assert found.startswith("machine: ")
    assert f"{name} was " in found


def test_a_gpu_that_went_away_is_a_difference(tmp_path: Path) -> None:
    before, now = _machine(tmp_path), _machine(tmp_path)
    now["gpus"] = []
    found = differences(made_header(machine=before), made_header(machine=now))
    assert "machine: gpus[0].name was A GPU and is unknown" in found


def _meter(name: str, domain: str, works: bool = True) -> dict[str, Any]:
    return {"name": name, "domain": domain, "works": works}


@pytest.mark.parametrize(
    ("device", "before", "now", "said"),
    [
        (
            *("cpu", [_meter("rapl-package", "package", works=False)]),
            [_meter("rapl-package", "package")],
            ["the meter rapl-package works now and did not when it was begun"],
        ),
        (
            *("cuda:0", [_meter("rapl-package", "package"), _meter("nvml-gpu-0", "gpu")]),
            [_meter("rapl-package", "package")],
            ["the meter nvml-gpu-0 no longer works"],
        ),
        ("cpu", [], [_meter("nvml-gpu-0", "gpu"), _meter("rapl-psys", "other")], []),
        ("cpu", None, [_meter("rapl-package", "package")], []),
        ("cpu", ["one"], [], []),
    ],
    ids=["permitted", "lost", "of others", "unknown", "another form"],
)
def test_other_meters_are_a_difference_where_they_measure_the_device(
    device: str, before: object, now: object, said: list[str]
) -> None:
    had, wanted = (
        made_header(device=device, machine={} if meters is None else {"meters": meters})
        for meters in (before, now)
    )
    assert differences(had, wanted) == said


def test_a_machine_of_another_form_has_no_identity() -> None:
    assert machine_identity({"processor": "fast", "gpus": ["one"]}) == {}


def test_names_are_texts() -> None:
    with pytest.raises(ValueError, match="plan is a text"):
        Header(**(_fields(made_header()) | {"plan": None}))


def _fields(header: Header) -> dict[str, Any]:
    return {name: getattr(header, name) for name in Header.__dataclass_fields__}
