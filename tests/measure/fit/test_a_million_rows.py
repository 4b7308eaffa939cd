"""Captures of a million rows are fitted, and predicted, in the memory that a small one takes."""

import json
import os
from pathlib import Path

import pytest

from tests.measure.many_rows import KINDS, LEFT_OUT, SET_ASIDE, block_rows, write_many_rows
from tests.measure.peak import STATUS, peak_of

pytestmark = pytest.mark.skipif(not STATUS.exists(), reason="the kernel tells no peak of memory")

FEW_KINDS = ("fc", "softmax")
_TAKEN = 120
_BLOCKS = 100
_GROWTH_MB = 40
"""The further rows of the longer capture, held as such, are above a hundred."""
_MOST_MB = 1_500


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two captures, one twenty times as long as the other."""
    folder = tmp_path_factory.mktemp("rows")
    small, large = folder / "small.csv.gz", folder / "large.csv.gz"
    write_many_rows(small, _BLOCKS // 20, FEW_KINDS)
    write_many_rows(large, _BLOCKS, FEW_KINDS)
    return small, large


@pytest.fixture(scope="module")
def profile(captures: tuple[Path, Path]) -> Path:
    output = captures[0].with_name("made.json")
    found = peak_of(
        *("fit", str(captures[0]), "--id", "made", "--output", str(output)), most=_TAKEN
    )
    assert found.status == 0, found.said
    return output


def test_a_fit_of_more_rows_takes_no_more_memory(
    captures: tuple[Path, Path], tmp_path: Path
) -> None:
    peaks = []
    for capture in captures:
        output = tmp_path / f"{capture.name}.json"
        found = peak_of(
            *("fit", str(capture), "--id", "made", "--output", str(output)),
            *("--report", str(tmp_path / "report")),
            most=_TAKEN,
        )
        assert found.status == 0, found.said
        peaks.append(found.most_mb)
    assert peaks[1] - peaks[0] < _GROWTH_MB
    data = json.loads(output.read_text(encoding="utf-8"))
    assert data["fit"]["rows"] == _BLOCKS * block_rows(FEW_KINDS)
    assert [model["rows"] for model in data["models"]] == [_TAKEN // 2] * 2
    aside = _BLOCKS * len(FEW_KINDS)
    assert f"note: {aside} rows set aside:" in found.said
    assert f"  and {aside - 5} more\n" in found.said
    left = 2 * _BLOCKS * len(FEW_KINDS)
    assert f"note: {left + len(FEW_KINDS)} rows left out:" in found.said
    report = (tmp_path / "report" / "report.txt").read_text(encoding="utf-8")
    fitted = (_BLOCKS * block_rows(FEW_KINDS) - left) // 2
    assert f"{fitted} rows of dense (32x32): a fit takes {_TAKEN // 2}, spread evenly" in report
    assert f"{aside} rows of large.csv.gz: power_w is not positive" in report


def test_each_of_many_rows_is_predicted_in_the_memory_of_few(
    captures: tuple[Path, Path], profile: Path, tmp_path: Path
) -> None:
    peaks = []
    for capture in captures:
        output = tmp_path / "predicted.csv"
        found = peak_of("predict", str(profile), str(capture), output=output)
        assert found.status == 0, found.said
        peaks.append(found.most_mb)
    assert peaks[1] - peaks[0] < _GROWTH_MB
    with output.open(encoding="utf-8") as lines:
        assert sum(1 for _ in lines) == 1 + _BLOCKS * block_rows(FEW_KINDS)


@pytest.mark.skipif(
    "JOULEGRAPH_MILLION" not in os.environ, reason="half an hour: set JOULEGRAPH_MILLION=1"
)
def test_a_million_rows_of_twelve_kinds_are_fitted_in_bounded_memory(tmp_path: Path) -> None:
    capture, output = tmp_path / "million.csv.gz", tmp_path / "made.json"
    blocks = 1_000_000 // block_rows()
    write_many_rows(capture, blocks)
    found = peak_of("fit", str(capture), "--id", "made", "--output", str(output))
    assert found.status == 0, found.said
    assert found.most_mb < _MOST_MB
    data = json.loads(output.read_text(encoding="utf-8"))
    assert data["fit"]["rows"] == blocks * block_rows()
    assert [model["rows"] for model in data["models"]] == [10_000] * len(KINDS)
    assert f"note: {blocks * SET_ASIDE} rows set aside:" in found.said
    assert f"note: {blocks * LEFT_OUT + len(KINDS)} rows left out:" in found.said
