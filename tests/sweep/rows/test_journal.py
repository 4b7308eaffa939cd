"""What is finished stays finished: rows go in once and come out in order."""

import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings

from py.errors import JoulegraphError
from py.sweep.rows.journal import Journal
from py.sweep.rows.row import Row
from tests.sweep.rows.made import made_up, one, rows

ROOT = Path(__file__).resolve().parents[3]
PLAN = "a" * 64
OTHER = "b" * 64


def refused(code: str, path: Path, plan: str = PLAN) -> JoulegraphError:
    with pytest.raises(JoulegraphError) as caught:
        Journal(path, plan)
    assert caught.value.code == code
    return caught.value


@given(rows())
@settings(max_examples=60)
def test_rows_come_back_as_they_were(given: Sequence[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "j", PLAN) as journal:
        journal.add(reversed(given))
        assert list(journal.rows()) == given
        assert journal.done() == {row.place for row in given}


def test_rows_come_in_the_order_of_their_places(tmp_path: Path) -> None:
    made = list(made_up(300, layers=2))
    mixed = random.Random(7).sample(made, len(made))
    with Journal(tmp_path / "j", PLAN) as journal:
        for start in range(0, len(mixed), 7):
            journal.add(mixed[start : start + 7])
        assert list(journal.rows()) == made


def test_what_is_done_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal(path, PLAN) as journal:
        journal.add(made_up(5))
    with Journal(path, PLAN) as journal:
        assert journal.done() == set(range(5))
        journal.add([one(9)])
    with Journal(path, PLAN) as journal:
        assert list(journal.rows()) == [*made_up(5), one(9)]


def test_a_row_that_is_there_counts_once(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", PLAN) as journal:
        journal.add(made_up(3))
        journal.add([one(2), one(3), one(3)])
        assert list(journal.rows()) == list(made_up(4))


def test_another_row_in_a_place_is_a_fault_of_ours(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", PLAN) as journal:
        journal.add(made_up(3))
        with pytest.raises(RuntimeError, match="got another in 2"):
            journal.add([one(5), one(2, layers=1)])
        assert list(journal.rows()) == list(made_up(3)), "all of them are added, or none"


def test_rows_that_fail_on_the_way_leave_nothing(tmp_path: Path) -> None:
    def some() -> object:
        yield one(5)
        raise KeyboardInterrupt

    with Journal(tmp_path / "j", PLAN) as journal:
        journal.add(made_up(3))
        with pytest.raises(KeyboardInterrupt):
            journal.add(some())  # type: ignore[arg-type]
        journal.add([one(6)])
        assert journal.done() == {0, 1, 2, 6}


def test_the_journal_of_another_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal(path, PLAN) as journal:
        journal.add(made_up(3))
    assert "--restart" in refused("other-sweep", path, OTHER).remedy
    with Journal(path, PLAN) as journal:
        assert journal.done() == {0, 1, 2}, "it stays as it was"


def test_a_journal_without_rows_is_anybody_s(tmp_path: Path) -> None:
    path = tmp_path / "j"
    Journal(path, PLAN).close()
    with Journal(path, OTHER) as journal:
        journal.add(made_up(3))
    refused("other-sweep", path, PLAN)


@pytest.mark.parametrize("plan", [PLAN, OTHER])
def test_restart_begins_anew(tmp_path: Path, plan: str) -> None:
    path = tmp_path / "j"
    with Journal(path, PLAN) as journal:
        journal.add(made_up(3))
    with Journal(path, plan, restart=True) as journal:
        assert journal.done() == set()
        journal.add([one(1, layers=1)])
    with Journal(path, plan) as journal:
        assert list(journal.rows()) == [one(1, layers=1)]


def test_removed_it_is_gone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", PLAN)
    journal.add(made_up(3))
    journal.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_closed_one_takes_no_rows(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", PLAN)
    journal.close()
    with pytest.raises(ValueError, match="closed"):
        journal.add(made_up(1))


def test_one_process_has_it_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal(path, PLAN) as journal:
        journal.add(made_up(3))
        program = "tests.sweep.rows.writer"
        done = subprocess.run(
            [sys.executable, "-m", program, str(path), PLAN, "5", "1"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert "Another sweep is writing" in done.stderr
        assert "[sweep-running]" in done.stderr
        assert journal.done() == {0, 1, 2}
    Journal(path, PLAN).close()


def test_a_file_that_is_no_journal_stays_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    store = sqlite3.connect(other)
    store.execute("CREATE TABLE letters (text)")
    store.commit()
    store.close()
    text = tmp_path / "letter.txt"
    text.write_text("Dear reader")
    for path in (other, text):
        before = path.read_bytes()
        refused("not-a-journal", path)
        assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "--output" in refused("unwritable", tmp_path / "nowhere" / "j").remedy
    refused("unwritable", tmp_path)
