"""Killed, cut off, with bits flipped, on a full disk: what is whole of a journal stays."""

import contextlib
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.sweep.rows.journal import Journal
from py.sweep.rows.journal_file import salvage
from py.sweep.rows.packed import Packer
from tests.sweep.rows.made import made_up, one
from tests.sweep.rows.writer import LAYERS

ROOT = Path(__file__).resolve().parents[3]
PLAN, OTHER = "a" * 64, "b" * 64
COUNT = 200


def is_good(path: Path) -> int:
    """Return how many rows are there, which are right; the others can be added."""
    with Journal(path, PLAN) as journal:
        done = journal.done()
        assert [row.place for row in journal.rows()] == sorted(done)
        assert all(row == one(row.place, layers=LAYERS) for row in journal.rows())
        left = sorted(set(range(COUNT)) - done)
        journal.add([one(place, layers=LAYERS) for place in left])
    with Journal(path, PLAN) as journal:
        assert list(journal.rows()) == list(made_up(COUNT, layers=LAYERS))
    return len(done)


@pytest.fixture(scope="module")
def whole() -> bytes:
    """A journal that was closed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "j"
        with Journal(path, PLAN) as journal:
            journal.add(made_up(COUNT, layers=LAYERS))
        return path.read_bytes()


@pytest.fixture(scope="module")
def ahead() -> tuple[bytes, bytes]:
    """A journal with what is written ahead of it, as a process that was killed leaves them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "j"
        with Journal(path, PLAN) as journal:
            for start in range(0, COUNT, 20):
                journal.add(one(place, layers=LAYERS) for place in range(start, start + 20))
            return path.read_bytes(), path.with_name("j-wal").read_bytes()


def left_in(folder: str, content: bytes, written_ahead: bytes | None = None) -> Path:
    path = Path(folder) / "j"
    path.write_bytes(content)
    if written_ahead is not None:
        path.with_name("j-wal").write_bytes(written_ahead)
    return path


def test_a_writer_that_is_killed_loses_nothing_it_told(tmp_path: Path) -> None:
    path = tmp_path / "j"
    chance = random.Random(11)
    told: set[int] = set()
    kills = 0
    while True:
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.sweep.rows.writer", str(path), PLAN, str(COUNT), "5"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        with writer.stdout as said:
            for _ in range(chance.randrange(1, 60)):
                told |= {int(line) for line in [said.readline()] if line}
            writer.kill()
            told |= {int(line) for line in said if line.endswith("\n")}
        kills += writer.wait() != 0
        with Journal(path, PLAN) as journal:
            done = journal.done()
            assert told <= done
            assert len(done) % 5 == 0, "a commit is there whole or not at all"
            assert all(row == one(row.place, layers=LAYERS) for row in journal.rows())
            if len(done) == COUNT:
                break
    assert kills >= 2
    assert is_good(path) == COUNT


@pytest.mark.parametrize("share", [0.4, 0.5, 0.75, 0.999])
def test_of_a_file_that_is_cut_what_is_before_stays(whole: bytes, share: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = is_good(left_in(folder, whole[: int(share * len(whole))]))
    rows_of_a_page = 13  # the first three pages have none, and the last one may be cut
    assert COUNT * share - 4 * rows_of_a_page <= kept < COUNT


@given(st.floats(0, 1))
@example(0.0)
@example(1.0)
@settings(max_examples=40, deadline=None)
def test_a_file_may_be_cut_anywhere(whole: bytes, share: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        is_good(left_in(folder, whole[: int(share * len(whole))]))


@given(st.floats(0, 1))
@example(0.0)
@example(1.0)
@settings(max_examples=40, deadline=None)
def test_what_is_written_ahead_may_be_cut_anywhere(
    ahead: tuple[bytes, bytes], share: float
) -> None:
    content, written = ahead
    with tempfile.TemporaryDirectory() as folder:
        kept = is_good(left_in(folder, content, written[: int(share * len(written))]))
    assert kept % 20 == 0, "commits are there whole or not at all"
    assert kept == COUNT or share < 1


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_flipped_bits_make_no_wrong_row(whole: bytes, data: st.DataObject) -> None:
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    with tempfile.TemporaryDirectory() as folder:
        path = left_in(folder, bytes(content))
        refused = None
        try:
            is_good(path)
        except JoulegraphError as error:  # its header, or the plan that it is of
            refused = error.code
        assert refused in (None, "not-a-journal", "other-sweep")


@pytest.mark.parametrize(
    ("name", "now", "kept"),
    [
        (b"fact", b"tcaf", 0),
        (b"row", b"wor", 0),
        (b"TABLE row", b"WABLE row", 0),
        (b"TABLE row", b"T\xffBLE row", 0),  # which the message of the error quotes
        (b"PRIMARY KEY, d", b"PRIMARY_KEY, d", COUNT),  # a column like any other
    ],
)
def test_a_table_that_is_lost_is_made_again(
    whole: bytes, name: bytes, now: bytes, kept: int, tmp_path: Path
) -> None:
    path = tmp_path / "j"
    assert name in whole
    path.write_bytes(whole.replace(name, now))
    assert is_good(path) == kept


def test_a_damaged_journal_that_another_has_is_left_alone(whole: bytes, tmp_path: Path) -> None:
    """A lock is no damage: its rows would be given up for lost."""
    path = tmp_path / "j"
    path.write_bytes(whole[:-5000])
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA writable_schema=ON")
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            salvage(path, Packer(PLAN))
        other.execute("ROLLBACK")
    assert is_good(path) >= 0.9 * COUNT


def test_a_damaged_journal_of_another_plan_is_refused(whole: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cut = whole[: len(whole) // 2]
        path = left_in(folder, cut)
        with pytest.raises(JoulegraphError) as caught:
            Journal(path, OTHER)
        assert caught.value.code == "other-sweep"
        assert path.read_bytes() == cut
        with Journal(path, OTHER, restart=True) as journal:
            assert journal.done() == set()


def test_a_row_of_another_plan_passes_for_none_of_this(whole: bytes, tmp_path: Path) -> None:
    with Journal(tmp_path / "j", OTHER) as journal:
        journal.add([one(0)])
    path = tmp_path / "mixed"
    path.write_bytes(whole)
    with Journal(path, PLAN) as journal:
        store = journal._connection()
        store.execute("ATTACH ? AS other", (str(tmp_path / "j"),))
        store.execute("REPLACE INTO row SELECT * FROM other.row")
        with pytest.raises(JoulegraphError) as caught:
            list(journal.rows())
        assert caught.value.code == "journal-broken"
        assert journal.done() == set(range(1, COUNT))
        journal.add([one(0, layers=LAYERS)])
        assert list(journal.rows()) == list(made_up(COUNT, layers=LAYERS))


def test_a_damaged_row_is_done_again(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_bytes(whole)
    with Journal(path, PLAN) as journal:
        journal._connection().execute("UPDATE row SET body = x'00' WHERE place IN (3, 5)")
        journal.add([one(3, layers=LAYERS)])  # before anybody has looked
    assert is_good(path) == COUNT - 1


def test_a_store_that_is_full_keeps_what_was_committed(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", PLAN) as journal:
        journal.add(made_up(50, layers=LAYERS))
        store = journal._connection()
        store.execute("PRAGMA max_page_count=12")
        with pytest.raises(JoulegraphError) as caught:
            journal.add(one(place, layers=LAYERS) for place in range(50, COUNT))
        assert caught.value.code == "no-space"
        assert "same command again" in caught.value.remedy
        assert journal.done() == set(range(50))
        store.execute("PRAGMA max_page_count=100000")
        journal.add([one(50, layers=LAYERS)])
        assert list(journal.rows()) == list(made_up(51, layers=LAYERS))


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))


def test_a_disk_that_is_full_keeps_what_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "j"
    command = [sys.executable, "-m", "tests.sweep.rows.writer", str(path), PLAN, str(COUNT), "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=limited)
    assert "[no-space]" in done.stderr
    told = set(map(int, done.stdout.split()))
    assert 0 < len(told) < COUNT
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in tmp_path.glob("j*"):
        shutil.copy(file, copy)
    with Journal(copy / "j", PLAN) as journal:
        assert journal.done() == told
    assert is_good(path) == len(told)


def test_a_salvage_that_finds_no_space_leaves_the_journal_as_it_was(
    whole: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "j"
    cut = whole[:-5000]
    path.write_bytes(cut)
    command = [sys.executable, "-m", "tests.sweep.rows.writer", str(path), PLAN, str(COUNT), "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=limited)
    assert "[no-space]" in done.stderr
    assert path.read_bytes() == cut
    assert [file.name for file in tmp_path.iterdir()] == ["j"]
    assert is_good(path) >= 0.9 * COUNT
