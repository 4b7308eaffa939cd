"""``py.measure fit``: its options, what it says, and one clear error for each bad one."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from py.measure.__main__ import main
from py.terminal import run
from tests.measure.made_rows import Cells, made_rows, table_of


def _table(folder: Path, cells: list[Cells], name: str = "rows.csv") -> str:
    path = folder / name
    data = table_of(cells).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return str(path)


def _fit(folder: Path, *given: str, expected: int = 0) -> dict[str, Any]:
    output = folder / "made.json"
    assert run(main, ["fit", *given, "--id", "made", "--output", str(output)]) == expected
    found: dict[str, Any] = json.loads(output.read_text(encoding="utf-8")) if not expected else {}
    return found


def test_a_fit_writes_a_profile_with_its_source(tmp_path: Path) -> None:
    table = _table(tmp_path, made_rows("fc", 30, power=False))
    found = _fit(tmp_path, table)
    assert found["schema"].startswith("joulegraph/profile/")
    assert (found["id"], found["kind"], found["form"]) == ("made", "measured", "default")
    (source,) = found["rows"]
    assert source["file"] == "rows.csv"
    assert len(source["sha256"]) == 64
    assert source["where"] == []
    assert found["fit"]["rows"] == 30


def test_conditions_choose_rows_and_are_written_down(tmp_path: Path) -> None:
    cells = [row | {"device": "a"} for row in made_rows("fc", 30, power=False)]
    cells += [row | {"device": "b"} for row in made_rows("fc", 30, seed=2, power=False)]
    table = _table(tmp_path, cells)
    found = _fit(tmp_path, table, "--where", "device=b", "--where", "op=fc")
    assert found["rows"][0]["where"] == ["device=b", "op=fc"]
    assert found["models"][0]["rows"] == 30
    assert found["device"] == "b"
    alone = _fit(tmp_path, _table(tmp_path, cells[30:], "b.csv"))
    assert found["models"] == alone["models"]


def test_several_tables_plain_and_gzipped_are_fitted_together(tmp_path: Path) -> None:
    cells = made_rows("fc", 40, power=False)
    first = _table(tmp_path, cells[:25], "first.csv")
    second = _table(tmp_path, cells[25:], "second.csv.gz")
    together = _fit(tmp_path, first, second)
    alone = _fit(tmp_path, _table(tmp_path, cells, "all.csv"))
    assert together["models"] == alone["models"]
    assert [one["file"] for one in together["rows"]] == ["first.csv", "second.csv.gz"]


def test_the_paper_s_form_is_one_of_two(tmp_path: Path) -> None:
    table = _table(tmp_path, made_rows("fc", 30, power=False))
    assert _fit(tmp_path, table, "--form", "neuralpower")["form"] == "neuralpower"
    with pytest.raises(SystemExit) as error:
        main(["fit", table, "--id", "made", "--output", "x", "--form", "other"])
    assert error.value.code == 2


def test_facts_and_a_report(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"name": "My CPU", "licence": "CC0-1.0"}), encoding="utf-8")
    table = _table(tmp_path, made_rows("fc", 30, power=False))
    report = tmp_path / "report"
    found = _fit(tmp_path, table, "--about", str(facts), "--report", str(report))
    assert (found["name"], found["licence"]) == ("My CPU", "CC0-1.0")
    assert {path.name for path in report.iterdir()} == {"report.txt", "report.html", "folds.csv"}
    assert "My CPU" in (report / "report.txt").read_text(encoding="utf-8")


def test_errors_and_what_was_left_out_are_said_apart_from_results(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = [*made_rows("fc", 30, power=False), *made_rows("pool", 3, power=False)]
    cells += [{"op": "sorting", "batch": "1", "runtime_ms": "1"}]
    _fit(tmp_path, _table(tmp_path, cells))
    said = capsys.readouterr()
    assert said.out == ""
    assert "dense: time RMSPE" in said.err
    assert "3 rows of pool" in said.err
    assert "sorting" in said.err


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["--where", "device"], "condition-invalid"),
        (["--where", "colour=red"], "rows-invalid"),
        (["--where", "op=conv"], "rows-none"),
        (["--about", "{folder}/none.json"], "unreadable"),
    ],
)
def test_a_bad_option_is_one_clear_error(
    given: list[str], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = _table(tmp_path, made_rows("fc", 30, power=False))
    _fit(tmp_path, table, *(one.format(folder=tmp_path) for one in given), expected=2)
    said = capsys.readouterr()
    assert f"[{code}]" in said.err
    assert not (tmp_path / "made.json").exists()


@pytest.mark.parametrize("identity", ["Made", "../made", "", "a b", "x" * 65])
def test_a_bad_id_is_one_clear_error(
    identity: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = _table(tmp_path, made_rows("fc", 20, power=False))
    given = ["fit", table, "--id", identity, "--output", str(tmp_path / "x.json")]
    assert run(main, given) == 2
    assert "[id-invalid]" in capsys.readouterr().err


def test_files_that_are_not_there_are_one_clear_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _fit(tmp_path, str(tmp_path / "none.csv"), expected=2)
    assert "[unreadable]" in capsys.readouterr().err
    table = _table(tmp_path, made_rows("fc", 20, power=False))
    output = str(tmp_path / "no folder" / "x.json")
    assert run(main, ["fit", table, "--id", "made", "--output", output]) == 2
    assert "[unwritable]" in capsys.readouterr().err


@pytest.mark.parametrize("about", [False, True])
def test_a_fit_never_writes_over_what_it_is_made_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], about: bool
) -> None:
    table = _table(tmp_path, made_rows("fc", 30, power=False))
    facts = tmp_path / "facts.json"
    facts.write_text("{}", encoding="utf-8")
    lost = str(facts) if about else table
    before = Path(lost).read_bytes()
    given = ["fit", table, "--id", "made", "--about", str(facts), "--output", lost]
    assert run(main, given) == 2
    assert "[output-is-input]" in capsys.readouterr().err
    assert Path(lost).read_bytes() == before
