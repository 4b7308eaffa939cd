"""Rows set aside are told by file and reason, with their lines."""

from py.measure.table.rows import parse_rows
from py.measure.table.set_aside import SetAside, told


def test_one_sentence_a_reason() -> None:
    table = [
        "op,runtime_ms,power_w",
        "conv,-1,",
        "conv,-2,",
        "fc,1,0",
        "conv,nan,",
        "odd,1,",
        "fc,1,5",
    ]
    found = parse_rows("\n".join(table).encode(), "t.csv")
    assert told(found.set_aside) == (
        "2 rows of t.csv: runtime_ms is not positive; not used (lines 2, 3).",
        "1 row of t.csv: power_w is not positive; the runtime is used (line 4).",
        "1 row of t.csv: runtime_ms is not a finite number; not used (line 5).",
        "1 row of t.csv: op 'odd' is no kind of layer that is modelled; not used (line 6).",
    )


def test_many_lines_are_told_by_the_first() -> None:
    (text,) = told(SetAside("t.csv", line, "no reason") for line in range(2, 12))
    assert text == "10 rows of t.csv: no reason; not used (lines 2, 3, 4, 5, 6, …)."


def test_nothing_set_aside_is_nothing_to_tell() -> None:
    assert told(()) == ()
