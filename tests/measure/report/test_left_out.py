"""Rows that were left out, by their reasons."""

from py.measure.report.left_out import told


def test_reasons_are_told_once_with_the_first_lines() -> None:
    reasons = [
        *(f"line {line} of a.csv: no runtime" for line in range(2, 22)),
        "Line 30 of a.csv (conv) should have a padding, got none.",
        "12 rows of pool (32x32 bits): too few for a model, at least 20",
    ]
    assert told(reasons) == (
        ("a.csv: no runtime", "20 rows: lines 2, 3, 4, 5, 6, 7, 8, 9, …"),
        ("a.csv (conv) should have a padding, got none.", "1 row: line 30"),
        ("12 rows of pool (32x32 bits): too few for a model, at least 20", ""),
    )


def test_of_many_reasons_the_most_frequent_are_told() -> None:
    reasons = [f"line {line} of a.csv: reason {line}" for line in range(40)]
    found = told([*reasons, "line 99 of a.csv: reason 39"])
    assert len(found) == 31
    assert found[0] == ("a.csv: reason 39", "2 rows: lines 39, 99")
    assert found[-1] == ("10 other reasons", "10 rows")


def test_nothing_left_out_is_nothing_told() -> None:
    assert told([]) == ()
