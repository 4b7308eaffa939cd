"""``py.measure check``: its exit codes, its text, its JSON, its page; and whatever it is given."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from py.measure.__main__ import main
from py.measure.check.checks import CHECKS
from py.measure.fit.profile_fit import written
from py.terminal import run
from tests.measure.check.made import ID, made_cells, write_capture
from tests.platforms.measured.made_up import MADE_UP


def _check(*given: object, code: int) -> None:
    assert run(main, ["check", *map(str, given)]) == code


def _break(good: Path) -> None:
    good.write_text(good.read_text().replace('"CC0-1.0"', '"not stated"', 1), encoding="utf-8")


def test_a_good_profile_ends_with_0_and_says_so(
    good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _check(good, code=0)
    said = capsys.readouterr().out
    assert said.startswith(f"{ID}.json: fit to publish.\n")
    assert "the same when fitted again" in " ".join(said.split())
    for check in CHECKS:
        assert check.title in said
    assert max(map(len, said.splitlines())) <= 110


def test_a_failed_check_ends_with_1_and_a_remedy(
    good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _break(good)
    _check(good, code=1)
    said = capsys.readouterr().out
    assert "not fit to publish: 1 failed check." in said
    assert 'State "licence": "CC0-1.0"' in said


def test_several_profiles_are_told_one_after_the_other(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "made-up.json"
    other.write_text(json.dumps(MADE_UP), encoding="utf-8")
    _check(good, other, code=1)
    said = capsys.readouterr().out
    assert f"{ID}.json: fit to publish." in said
    assert "made-up.json: not fit to publish" in said


def test_json_has_every_check(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _check(good, "--json", code=0)
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "joulegraph/check/1"
    (one,) = document["profiles"]
    assert (one["id"], one["fit_to_publish"]) == (ID, True)
    assert [check["check"] for check in one["checks"]] == [check.code for check in CHECKS]
    assert {check["verdict"] for check in one["checks"]} == {"pass", "not checked"}


def test_the_page_is_one_file_without_scripts(good: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    _check(good, "--output", page, code=0)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.search(r'(?:src|href)="(?!#)', text)
    assert "default-src 'none'" in text
    for title in ("Checks", "What was measured", "Errors", "The capture", "Power over time"):
        assert f">{title}</" in text
    assert text.count("<svg") == 3 * 2 + 2  # runtime and power of three kinds; power, idle power
    for kind in ("conv", "dense", "pool", "idle"):
        assert f">{kind}</td>" in text


def test_what_a_file_says_is_text_in_the_page(good: Path, tmp_path: Path) -> None:
    data = json.loads(good.read_text(encoding="utf-8"))
    data["name"] = data["remarks"][0] = "<script>alert(1)</script>"
    good.write_text(written(data), encoding="utf-8")
    page = tmp_path / "report.html"
    _check(good, "--output", page, code=0)
    assert "<script" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "json-invalid"),
        ("[1]", "not-a-profile"),
        ('{"schema": "joulegraph/device/1"}', "not-a-profile"),
        ('{"schema": NaN}', "json-invalid"),
        ("[" * 100, "json-invalid"),
    ],
)
def test_what_is_no_profile_ends_with_2(
    text: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    _check(path, code=2)
    assert f"[{code}]" in capsys.readouterr().err


def test_files_that_are_not_there_end_with_2(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _check(tmp_path / "none.json", code=2)
    _check(tmp_path, code=2)
    _check(good, "--capture", tmp_path / "none.csv.gz", code=2)
    _check(good, "--output", tmp_path / "no folder" / "x.html", code=2)
    _check(good, good, "--output", tmp_path / "x.html", code=2)
    said = capsys.readouterr().err
    assert said.count("[unreadable]") == 3
    assert "[unwritable]" in said
    assert "[check-several]" in said


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        entries = list(value.items())
    else:
        entries = list(enumerate(value)) if isinstance(value, list) else []
    found: list[tuple[Any, ...]] = []
    for name, one in entries:
        found += [(*path, name), *_paths(one, (*path, name))]
    return found


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(_paths(MADE_UP)), value=json_values)
def test_any_field_may_hold_anything(tmp_path: Path, path: tuple[Any, ...], value: Any) -> None:
    data = json.loads(json.dumps(MADE_UP))
    place = data
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    file = tmp_path / "made-up.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    assert run(main, ["check", str(file), "--output", str(tmp_path / "x.html")]) in (0, 1, 2)


_HEADER = b'# {"schema": "joulegraph/capture/1", "plan": "", "plan_hash": "", "started": "", '
_HEADER += b'"runner": {}, "device": "", "machine": {}, "method": {}, "engine": ""}\n'
capture_bytes = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=200).map(gzip.compress),
    st.text(max_size=200).map(lambda text: gzip.compress(text.encode(errors="replace"))),
    json_values.map(lambda one: gzip.compress(b"# " + json.dumps(one).encode() + b"\nop\nfc\n")),
    st.binary(max_size=200).map(lambda rest: gzip.compress(_HEADER + rest)),
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=capture_bytes)
def test_a_capture_may_be_anything(tmp_path: Path, data: bytes) -> None:
    profile, capture = tmp_path / "made-up.json", tmp_path / "made-up.csv.gz"
    profile.write_text(json.dumps(MADE_UP), encoding="utf-8")
    capture.write_bytes(data)
    assert run(main, ["check", str(profile), "--capture", str(capture)]) == 1


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.integers(0, 60),
    column=st.integers(0, 41),
    cell=st.text(max_size=12) | st.sampled_from(["-1", "0", "nan", "1e999", "1e-320", "idle", '"']),
)
def test_a_cell_may_hold_anything(
    good_folder: Path, tmp_path: Path, place: int, column: int, cell: str
) -> None:
    """A capture with one cell replaced: looked at, and its rows surveyed, without a fault."""
    from py.measure.check.surveying import surveyed

    lines = gzip.decompress((good_folder / f"{ID}.csv.gz").read_bytes()).decode().split("\n")
    cells = lines[2 + place].split(",")
    cells[column] = cell
    lines[2 + place] = ",".join(cells)
    path = tmp_path / "made.csv.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode(errors="replace"), 1))
    found = surveyed(path)
    assert found.rows > 0 or found.problem


_PARTS = ("gpus", "processor", "system", "clocks", "memory", "surroundings", "supply", "load")


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    machine=st.dictionaries(st.sampled_from(_PARTS) | st.text(max_size=5), json_values, max_size=4),
    runner=st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=3),
    device=st.sampled_from(["cpu", "cuda:0", "cuda:99", "", "x"]),
    started=st.text(max_size=8) | st.just("2026-11-21T10:00:00Z"),
)
def test_a_header_may_say_anything_of_a_machine(
    tmp_path: Path, machine: dict[str, Any], runner: dict[str, str], device: str, started: str
) -> None:
    profile, capture = tmp_path / "made-up.json", tmp_path / "made-up.csv.gz"
    profile.write_text(json.dumps(MADE_UP), encoding="utf-8")
    capture.unlink(missing_ok=True)
    header = {"machine": machine, "runner": runner, "device": device, "started": started}
    write_capture(capture, made_cells(rows=2), **header)
    given_to_check = ["check", str(profile), "--capture", str(capture)]
    assert run(main, [*given_to_check, "--output", str(tmp_path / "x.html")]) == 1
