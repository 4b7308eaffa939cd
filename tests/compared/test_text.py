"""The comparison as the terminal shows it: golden, safe to print, within its width."""

import csv
import io
from pathlib import Path

import pytest

from py.compared import Run, compare, comparison_csv, comparison_table
from tests.compared.made import costing, layer, loops, run
from tests.golden import check_golden

GOLDEN = Path(__file__).parent / "golden"


def before_and_after() -> list[Run]:
    """A network of which a half is pruned, one layer is gone, one is new, and names are others."""
    names = [f"features.{at}" for at in range(20)]
    before = [
        layer(name, 1e-3 * (at + 1), loops=loops(m=8 + at, c=8, r=3))
        for at, name in enumerate(names)
    ]
    after = [
        layer(f"Conv_{at}", 0.5e-3 * (at + 1), loops=loops(m=8 + at // 2, c=8, r=3))
        for at in range(19)
    ]
    after.append(layer("softmax", 1e-6, kind="norm", op_types=["Softmax"]))
    return [
        run("before", before, error=0.24, pass_on=None),
        run("after", after, error=0.26),
    ]


def many() -> list[Run]:
    return [
        run("tiny", [layer("conv1", 1e-4), layer("fc", 2e-4, "dense")], error=0.4, pass_on=0.25),
        run("middle", [layer("conv1", 1e-3), layer("pool", 1e-5, "pool")], error=0.3),
        run("an unusually long name of a run that has to be cut", [layer("conv1", 2e-3)]),
        costing("fourth", 5e-3, 0.5, error=0.2),
        run("partial", [layer("conv1", 1e-3)], coverage={"not_modelled": [{}, {}]}),
    ]


@pytest.mark.parametrize("every", [False, True], ids=["most", "all"])
def test_before_and_after(every: bool) -> None:
    text = comparison_table(compare(before_and_after()), every=every)
    check_golden(GOLDEN / f"before_and_after{'_all' if every else ''}.txt", text)


def test_five_runs() -> None:
    check_golden(GOLDEN / "five_runs.txt", comparison_table(compare(many(), base=1)))


def test_time_alone() -> None:
    runs = [costing("a", None, 1e-3), costing("b", 1e-3, 2e-3)]
    check_golden(GOLDEN / "time_alone.txt", comparison_table(compare(runs)))


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_tables_are_as_wide_as_the_terminal_where_they_can_be(width: int) -> None:
    text = comparison_table(compare(before_and_after()), width=width)
    assert max(map(len, text.splitlines())) <= width


def test_names_from_files_are_safe_to_print() -> None:
    evil = "evil\x1b[31m\u202e"
    runs = [run(evil, [layer(evil)], error=0.1, pass_on=0.5), run("b", [layer(evil + "x")])]
    text = comparison_table(compare(runs))
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_csv_has_the_same_numbers() -> None:
    found = compare(before_and_after())
    rows = list(csv.DictReader(io.StringIO(comparison_csv(found))))
    assert len(rows) == 2 * len(found.rows) + 2
    assert rows[0]["matched"] == "base"
    assert {row["matched"] for row in rows} >= {"base", "form", "absent", "shape"}
    for at, row in enumerate(rows[:-2]):
        own = found.cells[at // 2]["energy_j"]
        assert row["row"] == str(at // 2 + 1)
        for column, values in (
            ("energy_j", own.values),
            ("difference_energy_j", own.differences),
            ("ratio_energy_j", own.ratios),
        ):
            value = values[at % 2]
            assert row[column] == ("" if value is None else repr(value))
    assert [row["layer"] for row in rows[-2:]] == ["total", "total"]
    assert float(rows[-1]["energy_j"]) == found.totals["energy_j"].values[1]
    assert [row["error"] for row in rows[-2:]] == ["0.24", "0.26"]


def test_a_formula_in_a_name_is_not_one_in_a_spreadsheet() -> None:
    text = comparison_csv(compare([run("=1+1", [layer("=2+2")])]))
    assert "'=1+1" in text
    assert "'=2+2" in text
