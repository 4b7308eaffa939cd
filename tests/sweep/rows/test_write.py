"""Tables have the rows they were given, the same bytes for the same rows, whole or not at all."""

import csv
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings

from py.columns import safe_cell
from py.errors import JoulegraphError
from py.sweep.rows import write
from py.sweep.rows.columns import BY_NAME, LAYER_COLUMNS, ROW_COLUMNS, Column, Value, schema_of
from py.sweep.rows.journal import Journal
from py.sweep.rows.read import read_provenance, read_rows
from py.sweep.rows.row import Row
from py.sweep.rows.write import write_tables
from tests.sweep.rows.made import made_up, one, rows

ROOT = Path(__file__).resolve().parents[3]
PROVENANCE = {"engine": "0.1.0", "sweep": '{"models": ["é"]}'}
NAMES = ["layers.csv", "layers.parquet", "provenance.json", "rows.csv", "rows.parquet"]


def written(given: Sequence[Row], folder: Path, *, layers: bool = True) -> Path:
    write_tables(iter(given), folder, layers=layers, provenance=PROVENANCE)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def of_csv(text: str, column: Column) -> Value:
    """Read a cell again: an unknown one and an empty text are the same there."""
    if not text:
        return None
    if column.type == "truth":
        return {"true": True, "false": False}[text]
    if column.type == "text":
        return text
    return int(text) if column.type == "whole" else float(text)


def told_in_csv(value: Value) -> Value:
    return (safe_cell(value) or None) if isinstance(value, str) else value


def check_csv(path: Path, columns: Sequence[Column], given: Sequence[Any]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == [column.name for column in columns]
    assert [
        [of_csv(cell, column) for cell, column in zip(line, columns, strict=True)] for line in lines
    ] == [[told_in_csv(value) for value in one.values()] for one in given]


@given(rows())
@settings(max_examples=40, deadline=None)
def test_rows_go_through_journal_and_tables_as_they_are(given: Sequence[Row]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with Journal(folder / "j", "a" * 64) as journal:
            journal.add(reversed(given))
            write_tables(journal.rows(), folder, layers=True, provenance=PROVENANCE)
        tables = {
            name: [
                one for batch in read_rows(folder / f"{name}.parquet") for one in batch.to_pylist()
            ]
            for name in ("rows", "layers")
        }
        assert tables["rows"] == [dict(row.values) for row in given]
        layers = [dict(layer) for row in given for layer in row.layers]
        assert tables["layers"] == layers
        check_csv(folder / "rows.csv", ROW_COLUMNS, [row.values for row in given])
        check_csv(folder / "layers.csv", LAYER_COLUMNS, layers)


def test_floats_keep_every_bit(tmp_path: Path) -> None:
    """Equality does not tell -0.0 from 0.0; bits do."""
    values = [-0.0, 0.0, 5e-324, 0.1 + 0.2, 1.7976931348623157e308]
    given = [Row(i, "a", {"status": "ok", "energy_j": own}) for i, own in enumerate(values)]
    with Journal(tmp_path / "j", "a" * 64) as journal:
        journal.add(given)
        write_tables(journal.rows(), tmp_path, layers=False, provenance={})
    (batch,) = read_rows(tmp_path / "rows.parquet", ["energy_j"])
    assert [own.hex() for own in batch["energy_j"].to_pylist()] == [own.hex() for own in values]


def test_the_same_rows_in_another_order_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "_GROUP_ROWS", 64)
    made = list(made_up(300, layers=3, link=40))
    folders = []
    for seed, at_once in ((1, 1), (2, 7), (3, 300)):
        folder = tmp_path / str(seed)
        folder.mkdir()
        mixed = random.Random(seed).sample(made, len(made))
        with Journal(folder / "j", "a" * 64) as journal:
            for start in range(0, len(mixed), at_once):
                journal.add(mixed[start : start + at_once])
            write_tables(journal.rows(), folder, layers=True, provenance=PROVENANCE)
            journal.remove()
        folders.append(contents(folder))
    assert sorted(folders[0]) == NAMES
    assert folders[0] == folders[1] == folders[2]


def test_the_same_rows_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from tests.sweep.rows.made import made_up; "
        "from tests.sweep.rows.test_write import written; "
        "written(list(made_up(50, layers=2)), Path({!r}))"
    )
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        program = code.format(str(tmp_path / name))
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
    assert contents(tmp_path / "first") == contents(tmp_path / "second")


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200])
def test_row_groups_are_of_one_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(write, "_GROUP_ROWS", 64)
    made = list(made_up(count, layers=1))
    written(made, tmp_path)
    for name in ("rows", "layers"):
        facts = pq.read_metadata(tmp_path / f"{name}.parquet")
        sizes = [facts.row_group(group).num_rows for group in range(facts.num_row_groups)]
        assert sizes == [64] * (count // 64) + ([count % 64] if count % 64 else [])
    assert len(list(csv.reader((tmp_path / "rows.csv").open()))) == count + 1


def test_the_file_says_what_it_holds_and_how_it_was_made(tmp_path: Path) -> None:
    written(list(made_up(3, layers=2)), tmp_path)
    for name, columns in (("rows", ROW_COLUMNS), ("layers", LAYER_COLUMNS)):
        path = tmp_path / f"{name}.parquet"
        schema = pq.read_schema(path)
        assert schema.equals(schema_of(columns), check_metadata=False)
        assert {field.name: field.metadata[b"unit"].decode() for field in schema} == {
            column.name: column.unit for column in columns
        }
        assert json.loads(schema.metadata[b"joulegraph"]) == PROVENANCE
        assert read_provenance(path) == PROVENANCE
    assert json.loads((tmp_path / "provenance.json").read_text()) == PROVENANCE


def test_provenance_may_name_a_path_with_stray_bytes(tmp_path: Path) -> None:
    made = {"sweep": "a\udcff.onnx, é"}
    write_tables(made_up(1), tmp_path, layers=False, provenance=made)
    assert json.loads((tmp_path / "provenance.json").read_text()) == made
    assert read_provenance(tmp_path / "rows.parquet") == made


def test_texts_that_repeat_are_written_once(tmp_path: Path) -> None:
    written(list(made_up(100, link=100)), tmp_path)
    facts = pq.read_metadata(tmp_path / "rows.parquet")
    kept = {}
    for place, column in enumerate(ROW_COLUMNS):
        chunk = facts.row_group(0).column(place)
        kept[column.name] = chunk.has_dictionary_page
        assert chunk.compression == "ZSTD"
    assert kept["platform"]
    assert not kept["link"]
    assert not kept["id"]


def test_without_layers_none_of_an_earlier_sweep_stay(tmp_path: Path) -> None:
    written(list(made_up(3, layers=2)), tmp_path)
    written(list(made_up(2, layers=2)), tmp_path, layers=False)
    assert sorted(contents(tmp_path)) == ["provenance.json", "rows.csv", "rows.parquet"]
    assert pq.read_metadata(tmp_path / "rows.parquet").num_rows == 2


@pytest.mark.parametrize("places", [(1, 0), (0, 0), (0, 2, 1)])
def test_rows_out_of_order_or_twice_are_refused(tmp_path: Path, places: Sequence[int]) -> None:
    with pytest.raises(ValueError, match="places that grow, got"):
        written([one(place) for place in places], tmp_path)
    assert contents(tmp_path) == {}


def test_what_goes_wrong_on_the_way_leaves_the_files_as_they_were(tmp_path: Path) -> None:
    before = contents(written(list(made_up(3)), tmp_path))

    def some() -> Iterator[Row]:
        yield from made_up(50)
        raise JoulegraphError("journal-broken", "It is damaged.", "Run it again.")

    with pytest.raises(JoulegraphError, match="damaged"):
        write_tables(some(), tmp_path, layers=True, provenance={})
    assert contents(tmp_path) == before


LIMITED = """
import resource, sys
from pathlib import Path
from py.sweep.rows.write import write_tables
from py.terminal import run
from tests.sweep.rows.made import made_up

resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
def main(arguments):
    rows = made_up({count}, layers=2, link=50)
    write_tables(rows, Path(arguments[0]), layers=True, provenance={{}})
    return 0
sys.exit(run(main, sys.argv[1:]))
"""


@pytest.mark.parametrize(("count", "most"), [(5, 10), (5, 4_000), (3_000, 100_000), (40_000, 2e6)])
def test_a_disk_that_is_full_leaves_the_files_as_they_were(
    tmp_path: Path, count: int, most: float
) -> None:
    """In the header, in the last buffer, in the middle of the only group, and in a later one."""
    before = contents(written(list(made_up(3)), tmp_path, layers=False))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED.format(count=count, most=int(most)), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert "[no-space]" in done.stderr
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr
    assert done.returncode == 2
    assert contents(tmp_path) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from py.sweep.rows.write import write_tables
from tests.sweep.rows.made import made_up

def rows():
    yield from made_up(20_000, layers=1)
    os.kill(os.getpid(), signal.SIGKILL)
write_tables(rows(), Path(sys.argv[1]), layers=True, provenance={})
"""


def test_a_writer_that_is_killed_leaves_the_files_as_they_were(tmp_path: Path) -> None:
    made = list(made_up(3))
    before = contents(written(made, tmp_path, layers=False))
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT)
    assert done.returncode < 0
    left = contents(tmp_path)
    assert {name: left[name] for name in before} == before
    assert left.keys() > before.keys()
    assert contents(written(made, tmp_path, layers=False)) == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(JoulegraphError) as caught:
        written([one(0)], tmp_path / "nowhere")
    assert caught.value.code == "unwritable"


def test_chosen_columns_come_in_batches(tmp_path: Path) -> None:
    made = list(made_up(10))
    written(made, tmp_path)
    names = ["time_s", "id"]
    batches = list(read_rows(tmp_path / "rows.parquet", names, batch_rows=4))
    assert [batch.num_rows for batch in batches] == [4, 4, 2]
    assert all(isinstance(batch, pa.RecordBatch) for batch in batches)
    found = [own for batch in batches for own in batch.to_pylist()]
    assert found == [{name: row.values[name] for name in names} for row in made]
    assert batches[0].schema.names == names


def test_a_file_that_is_no_table_of_a_sweep_is_told(tmp_path: Path) -> None:
    plain = tmp_path / "plain.parquet"
    pq.write_table(pa.table({"id": ["a"]}), plain)
    text = tmp_path / "text.parquet"
    text.write_text("energy_j\n1\n")
    written([one(0)], tmp_path)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes((tmp_path / "rows.parquet").read_bytes()[:-9])
    for path in (plain, text, cut, tmp_path / "nowhere.parquet", tmp_path):
        with pytest.raises(JoulegraphError) as caught:
            list(read_rows(path))
        assert caught.value.code == "unreadable"
    with pytest.raises(JoulegraphError, match="has no column joules"):
        list(read_rows(tmp_path / "rows.parquet", ["id", "joules"]))
    assert "joules" not in BY_NAME
