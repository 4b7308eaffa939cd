"""Each check of a capture: fitted to a capture with one thing wrong, a profile fails that one."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.measure.check.made import (
    FACTS,
    ID,
    failed,
    fit,
    look,
    made,
    made_cells,
    warned,
    write_capture,
)
from tests.measure.made_rows import Cells

Change = Callable[[list[Cells]], object]


def _layers(cells: list[Cells]) -> list[Cells]:
    return [row for row in cells if row["op"] != "idle"]


def _each(share: float, **changed: str) -> Change:
    """Change cells of a share of the layers."""

    def change(cells: list[Cells]) -> None:
        layers = _layers(cells)
        for row in layers[: round(share * len(layers))]:
            row.update(changed)

    return change


def _twice(cells: list[Cells]) -> None:
    cells.insert(5, dict(cells[4]))


def _wrong_energy(cells: list[Cells]) -> None:
    cells[7]["energy_mj"] = repr(float(cells[7]["energy_mj"]) * 1.2)


def _warmer(cells: list[Cells]) -> None:
    cells[-1]["power_w"] = "17"


def _lost(cells: list[Cells]) -> None:
    """Lose two layers for each that is left."""
    for place in range(2 * len(_layers(cells))):
        cells.append(
            {
                **{"op": "fc", "batch": "1", "cin": "1000000", "cout": str(1000 + place)},
                **{
                    "dtype": "fp32",
                    "direction": "forward",
                    "note": "skipped: needs 12.3 GB, 8.0 GB are free",
                },
            }
        )


BROKEN: dict[str, Change] = {
    "energies": _wrong_energy,
    "duplicates": _twice,
    "lost": _lost,
    "outliers": _each(0.6, outlier="1"),
    "throttled": _each(0.9, throttled="sw_power_cap sw_thermal"),
    "scatter": _each(0.6, runtime_se_ms="1e6"),
    "idle-drift": _warmer,
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_capture_with_one_thing_wrong_fails_one_check(code: str, tmp_path: Path) -> None:
    found = look(made(tmp_path, change=BROKEN[code]))
    assert failed(found) == [code]
    assert found.finding(code).remedy


WARNED: dict[str, Change] = {
    "outliers": _each(0.2, outlier="1"),
    "throttled": _each(0.3, throttled="sw_power_cap"),
    "idle-drift": lambda cells: cells[-1].update(power_w="12"),
    "energies": lambda cells: cells[7].update(energy_mj=repr(float(cells[7]["energy_mj"]) * 1.03)),
}


@pytest.mark.parametrize("code", WARNED)
def test_a_capture_with_something_doubtful_is_warned_of(code: str, tmp_path: Path) -> None:
    found = look(made(tmp_path, change=WARNED[code]))
    assert (failed(found), warned(found)) == ([], [code])


def test_the_device_s_reasons_are_told(tmp_path: Path) -> None:
    found = look(made(tmp_path, change=BROKEN["throttled"]))
    assert "sw_power_cap 27, sw_thermal 27" in found.finding("throttled").said


@pytest.mark.parametrize(
    "header",
    [
        {"machine": {"hostname": "bluewhale"}},
        {"machine": {"path": "/home/alice/models"}},
        {"method": {"server": "192.168.1.17"}},
        {"runner": {"name": "made up", "at": "box.local"}},
    ],
    ids=str,
)
def test_what_is_private_in_a_header_is_found(header: dict[str, Any], tmp_path: Path) -> None:
    assert failed(look(made(tmp_path, **header))) == ["privacy"]


def test_what_is_private_in_a_note_is_found(tmp_path: Path) -> None:
    def change(cells: list[Cells]) -> None:
        note = "failed: no file /home/alice/model.onnx"
        cells.append({"op": "network", "batch": "1", "network": "x", "note": note})

    found = look(made(tmp_path, change=change))
    assert failed(found) == ["privacy"]
    assert "'/home/alice/model.onnx'" in found.finding("privacy").said


def test_versions_and_times_are_not_private(tmp_path: Path) -> None:
    runner = {
        "name": "torch",
        "cudnn_version": "10.3.2.106",
        "settings": "cuDNN 8.9.2.26, 10:11:12",
    }
    machine = {"software": [{"name": "curand", "version": "10.3.2.106"}], "kernel": "Linux 6.18.44"}
    assert failed(look(made(tmp_path, runner=runner, machine=machine))) == []


@pytest.mark.parametrize(
    ("device", "gpus", "limited"),
    [
        ("cuda:0", [{"power_limit_w": 15.0}], True),
        ("cuda:0", [{"power_limit_w": 900.0}], False),
        ("cpu", [{"power_limit_w": 15.0}], False),  # a GPU is there, and was not measured
    ],
)
def test_a_power_limit_of_the_measured_device_is_looked_at(
    device: str, gpus: list[dict[str, Any]], limited: bool, tmp_path: Path
) -> None:
    found = look(made(tmp_path, device=device, machine={"gpus": gpus}))
    assert failed(found) == (["powers"] if limited else [])
    assert ("limited to 15.0 W" in found.finding("powers").said) == limited


def test_a_power_below_idle_is_looked_at(tmp_path: Path) -> None:
    def change(cells: list[Cells]) -> None:
        for row in cells:
            if row["op"] == "idle":
                row["power_w"] = "50"

    profile = made(tmp_path, change=change)
    data = json.loads(profile.read_text())
    data["idle_power_w"] = None
    profile.write_text(json.dumps(data), encoding="utf-8")
    found = look(profile)
    assert "powers" in failed(found)
    assert "idle device draws 50.0 W" in found.finding("powers").said


@pytest.mark.parametrize(
    "facts",
    [
        {"device": "another processor"},
        {"software": "made up 2.0"},
        {"measured": FACTS["measured"] | {"date": "2025"}},
        {"idle_power_w": {"value": 5.0, "source": "another meter"}},
    ],
    ids=str,
)
def test_facts_that_are_not_the_header_s_are_warned_of(
    facts: dict[str, Any], tmp_path: Path
) -> None:
    capture = write_capture(tmp_path / f"{ID}.csv.gz", made_cells())
    found = look(fit(tmp_path, capture, **facts))
    assert (failed(found), warned(found)) == ([], ["facts"])
    assert "here and" in found.finding("facts").said


def test_an_idle_power_that_claims_to_be_the_capture_s_is_worked_out_anew(tmp_path: Path) -> None:
    capture = write_capture(tmp_path / f"{ID}.csv.gz", made_cells())
    forged = {"value": 5.0, "source": "median of 3 idle windows of the capture"}
    profile = fit(tmp_path, capture, idle_power_w=forged)
    found = look(profile)
    assert failed(found) == ["refit"]
    assert "idle_power_w.value is 5.0, and 10.0 when fitted again" in found.finding("refit").said


@pytest.mark.parametrize(
    ("machine", "verdict"),
    [
        ({"share": {"threads": 2}, "load": {"others_cpus": 1.5}}, "warn"),
        ({"share": {"threads": 64}, "load": {"others_cpus": 1.5}}, "pass"),
        ({"load": {"others_cpus": 1.5}}, "not checked"),
        ({"share": {"threads": 2}, "load": {"others_cpus": None}}, "not checked"),
    ],
)
def test_other_programs_are_told(machine: dict[str, Any], verdict: str, tmp_path: Path) -> None:
    found = look(made(tmp_path, machine=machine))
    assert failed(found) == []
    assert found.finding("alone").verdict == verdict


def test_another_capture_than_the_recorded_one_is_told(good: Path) -> None:
    """The same rows, packed otherwise: the fit is the same, the file is not."""
    capture = good.parent / f"{ID}.csv.gz"
    capture.write_bytes(gzip.compress(gzip.decompress(capture.read_bytes()), 1, mtime=0))
    found = look(good)
    assert failed(found) == ["capture-recorded"]
    assert "SHA-256" in found.finding("capture-recorded").said


def test_a_capture_of_another_name_is_found_and_told(good: Path) -> None:
    capture = good.parent / f"{ID}.csv.gz"
    other = capture.rename(good.parent / "my.csv.gz")
    assert look(good).finding("refit").verdict == "not checked"
    found = look(good, other)
    assert (failed(found), warned(found)) == ([], ["capture-recorded"])


def test_a_capture_may_be_called_as_it_is_published(tmp_path: Path) -> None:
    profile = fit(tmp_path, write_capture(tmp_path / "capture.csv.gz", made_cells()))
    (tmp_path / "capture.csv.gz").rename(tmp_path / f"{ID}.csv.gz")
    found = look(profile)
    assert (failed(found), warned(found)) == ([], [])
    assert found.finding("capture-recorded").verdict == "pass"


def _rewritten(good: Path, change: Callable[[str], str]) -> list[str]:
    """Change a capture's text, record its new digest, and return which checks fail."""
    import hashlib

    capture = good.parent / f"{ID}.csv.gz"
    text = change(gzip.decompress(capture.read_bytes()).decode())
    capture.write_bytes(gzip.compress(text.encode(), mtime=0))
    had = json.loads(good.read_text())["rows"][0]["sha256"]
    now = hashlib.sha256(capture.read_bytes()).hexdigest()
    good.write_text(good.read_text().replace(had, now), encoding="utf-8")
    return failed(look(good))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.partition("\n")[2], id="no header"),
        pytest.param(lambda text: text.replace("capture/1", "capture/9", 1), id="schema"),
        pytest.param(lambda text: text.replace('"plan_hash"', '"plans"', 1), id="field"),
        pytest.param(lambda text: text.replace("T10:00:00Z", "", 1), id="moment"),
        pytest.param(lambda text: text.replace('"runner": {', '"runner": {}, "x": {', 1), id="x"),
        pytest.param(lambda text: text.replace(",throttled,", ",hot,", 1), id="column"),
        pytest.param(lambda text: text.replace(",0.2,", ",zero,", 1), id="cell"),
    ],
)
def test_a_capture_of_another_form_fails_in_its_form(
    good: Path, change: Callable[[str], str]
) -> None:
    assert "capture-form" in _rewritten(good, change)


def test_a_capture_that_was_cut_is_told(good: Path) -> None:
    capture = good.parent / f"{ID}.csv.gz"
    capture.write_bytes(capture.read_bytes()[:-20])
    found = look(good)
    assert "ends early" in found.finding("capture-form").said
    assert {"capture-recorded", "capture-form"} <= set(failed(found))


def test_a_table_that_is_no_capture_is_only_fitted_again(tmp_path: Path, good: Path) -> None:
    """As those of published profiles: a table without a header, under a name of its own."""
    from py.measure.check.checks import checked
    from py.measure.check.subject import read_subject
    from tests.measure.made_rows import made_rows, table_of

    folder = tmp_path / "other"
    folder.mkdir()
    table = folder / "rows.csv"
    table.write_text(table_of(made_rows("fc", 40)), encoding="utf-8")
    found = checked(read_subject(fit(folder, table), [table]))
    assert failed(found) == []
    assert found.finding("refit").verdict == "pass"
    assert found.finding("capture-form").verdict == "not checked"


def test_a_capture_of_idling_alone_is_looked_at(good: Path) -> None:
    cells = [row for row in made_cells() if row["op"] == "idle"]
    other = write_capture(good.parent / "idle.csv.gz", cells)
    found = look(good, other)
    assert {"lost", "refit", "capture-recorded"} <= set(failed(found))
