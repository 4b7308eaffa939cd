"""Facts of captures: of one machine, or none."""

from dataclasses import replace
from pathlib import Path

import pytest

from py.errors import JoulegraphError
from py.measure.capture.file import CaptureFile
from py.measure.capture.header import Header
from py.measure.fit.capture_facts import facts_of_captures
from tests.measure.capture.made import made_header


def _capture(path: Path, header: Header) -> Path:
    with CaptureFile(path, header):
        pass
    return path


HEADER = made_header(machine={"processor": {"name": "A processor", "cores": 4}})


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (replace(HEADER, device="cuda:0"), "the device is cpu, not cuda:0"),
        (replace(HEADER, runner={"runner": "fake", "version": "2"}), "version was 1 and is 2"),
        (
            replace(HEADER, machine={"processor": {"name": "Another", "cores": 4}}),
            "processor.name was A processor and is Another",
        ),
    ],
    ids=["device", "runner", "machine"],
)
def test_captures_of_two_machines_make_no_profile(tmp_path: Path, other: Header, why: str) -> None:
    paths = [_capture(tmp_path / "a.csv.gz", HEADER), _capture(tmp_path / "b.csv.gz", other)]
    with pytest.raises(JoulegraphError) as error:
        facts_of_captures(paths, ())
    assert error.value.code == "rows-mixed"
    assert why in error.value.message


def test_captures_of_one_machine_by_two_plans_do(tmp_path: Path) -> None:
    other = replace(HEADER, plan="standard", plan_hash="4567", method={"window_s": 0.2})
    paths = [_capture(tmp_path / "a.csv.gz", HEADER), _capture(tmp_path / "b.csv.gz", other)]
    assert facts_of_captures(paths, ())["device"] == "A processor"


def test_a_plain_table_says_nothing(tmp_path: Path) -> None:
    plain = tmp_path / "a.csv"
    plain.write_text("op,batch,runtime_ms\n", encoding="utf-8")
    assert facts_of_captures([plain], ()) == {}
    assert facts_of_captures([plain, _capture(tmp_path / "b.csv.gz", HEADER)], ()) == {}
