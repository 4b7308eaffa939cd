"""Of many things the first are kept, and all are counted."""

import pytest

from py.measure.report.left_out import told as told_left_out
from py.measure.table import counted
from py.measure.table.reasons import Reasons
from py.measure.table.set_aside import Aside, SetAside, told


def test_all_are_counted_and_the_first_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "_FIRST", 3)
    reasons = Reasons(f"line {line} of a.csv: no runtime" for line in range(2, 50_002))
    assert len(reasons) == 50_000
    assert list(reasons) == [f"line {line} of a.csv: no runtime" for line in (2, 3, 4)]
    assert "line 3 of a.csv: no runtime" in reasons
    assert told_left_out(reasons) == (
        ("a.csv: no runtime", "50,000 rows: lines 2, 3, 4, 5, 6, 7, 8, 9, …"),
    )


def test_beyond_many_reasons_rows_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "_MOST_KEYS", 35)
    reasons = Reasons(f"line {line} of a.csv: reason {line}" for line in range(90))
    found = told_left_out(reasons)
    assert found[-1] == ("more than 5 other reasons", "60 rows")
    aside = Aside(SetAside("a.csv", line, f"reason {line}") for line in range(90))
    assert told(aside)[-1] == "55 rows with still other reasons."
    assert len(told(aside)) == 36
    assert len(aside) == 90
