"""Whatever happens to the file: answers are right or not there, and a sentence says why."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from py.sweep.answers import database
from py.sweep.answers.store import AnswerStore
from tests.sweep.answers.writer import batch, value_of, values

NOBODY = 65534
BATCHES = 4
ANSWERS = {key: value for own in range(BATCHES) for key, value in batch("a", own).items()}


def opened(path: Path, **options: Any) -> AnswerStore:
    return AnswerStore(path, engine="any", **{"busy_s": 0.2, **options})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with answers."""
    path = tmp_path / "answers.sqlite"
    with opened(path) as store:
        store.put(ANSWERS)
    return path


def check_it_goes_on(path: Path) -> tuple[int, list[str]]:
    """Open a file in whatever state, and return how many answers it has, and the notes."""
    new = values(["new", "newer"])
    with opened(path) as store:
        found = store.get([*ANSWERS, "never put"])
        assert found.items() <= ANSWERS.items()
        store.put(new)
        assert store.get([*new]).items() <= new.items()
        store.put(ANSWERS)
        assert store.get([*ANSWERS]).items() <= ANSWERS.items()
        assert len(store.notes) == len(set(store.notes)) <= 2
        assert all(str(path) in note and note.endswith(".") for note in store.notes)
        return len(found), store.notes


def with_log(path: Path, folder: Path) -> Path:
    """Return a copy of a file and its log as they are when a process is killed."""
    folder.mkdir()
    with opened(path) as store:
        store.put(values(f"later {number}" for number in range(40)))
        for part in path.parent.glob(f"{path.name}*"):
            shutil.copy(part, folder / part.name)
    return folder / path.name


def test_a_file_cut_anywhere_gives_right_answers_or_none(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    cut = tmp_path / "cut.sqlite"
    counts = []
    for size in {*range(0, len(whole), 997), 1, 16, 99, 100, 4095, 4096, 4097, len(whole)}:
        cut.write_bytes(whole[:size])
        counts.append(check_it_goes_on(cut)[0])
        for part in tmp_path.glob("cut.sqlite-*"):
            part.unlink()
    assert min(counts) == 0
    assert max(counts) == len(ANSWERS)


def test_flipped_bytes_give_right_answers_or_none(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    broken = tmp_path / "broken.sqlite"
    rng = random.Random(8)
    lost = noted = 0
    for places in [[at] for at in range(100)] + [
        [rng.randrange(len(whole)) for _ in range(rng.choice((1, 1, 5, 50)))] for _ in range(200)
    ]:
        data = bytearray(whole)
        for at in places:
            data[at] ^= rng.randrange(1, 256)
        broken.write_bytes(data)
        count, notes = check_it_goes_on(broken)
        lost += count < len(ANSWERS)
        noted += bool(notes)
        for part in tmp_path.glob("broken.sqlite-*"):
            part.unlink()
    assert lost > 20
    assert noted > 20


def test_a_damaged_log_gives_right_answers_or_none(path: Path, tmp_path: Path) -> None:
    first = with_log(path, tmp_path / "killed")
    log = first.with_name(f"{first.name}-wal")
    whole = log.read_bytes()
    assert len(whole) > 10_000
    later = values(f"later {number}" for number in range(40))
    rng = random.Random(9)
    counts = set()
    for round_ in range(60):
        folder = tmp_path / str(round_)
        shutil.copytree(first.parent, folder)
        data = bytearray(whole)
        if round_ % 2:
            del data[rng.randrange(len(data)) :]
        elif round_:
            data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        (folder / log.name).write_bytes(data)
        with opened(folder / first.name) as store:
            found = store.get([*later])
            assert found.items() <= later.items()
            assert store.get([*ANSWERS]).items() <= ANSWERS.items()
            counts.add(len(found))
        shutil.rmtree(folder)
    assert counts == {0, len(later)}, "a transaction is whole or absent"


def test_a_damaged_answer_is_told_once_and_found_anew(path: Path) -> None:
    data = bytearray(path.read_bytes())
    victims = random.Random(1).sample(sorted(ANSWERS), 2)
    for victim in victims:
        data[data.index(value_of(victim)) + 50] ^= 1
    path.write_bytes(data)
    with opened(path) as store:
        assert store.get([*ANSWERS]).keys() == ANSWERS.keys() - set(victims)
        assert store.get([*ANSWERS]).keys() == ANSWERS.keys() - set(victims)
        assert len(store.notes) == 1
        assert "damaged" in store.notes[0]
        store.put(values(victims))
    with opened(path) as store:
        assert store.get([*ANSWERS]) == ANSWERS
        assert store.notes == []


def test_an_answer_under_the_key_of_another_is_not_there(path: Path) -> None:
    """Both are whole; that it is not its own is seen by the seal."""
    sql = sqlite3.connect(path)
    (one, first), (other, second) = sql.execute("SELECT number, place FROM answers LIMIT 2")
    sql.execute("UPDATE answers SET number = 1 WHERE place = ?", (first,))
    sql.execute("UPDATE answers SET number = ? WHERE place = ?", (one, second))
    sql.execute("UPDATE answers SET number = ? WHERE place = ?", (other, first))
    sql.commit()
    sql.close()
    with opened(path) as store:
        assert len(store.get([*ANSWERS])) == len(ANSWERS) - 2


@pytest.mark.parametrize("kind", ["text", 7, None, 1.5, b"short"])
@pytest.mark.parametrize("column", ["seal", "value", "used"])
def test_a_column_of_another_type_is_not_there(path: Path, column: str, kind: object) -> None:
    sql = sqlite3.connect(path)
    sql.execute("PRAGMA writable_schema = ON")
    sql.execute("UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL,', ',')")
    sql.commit()
    sql.close()
    sql = sqlite3.connect(path)
    sql.execute("PRAGMA writable_schema = ON")
    sql.execute("UPDATE sqlite_master SET sql = replace(sql, 'INTEGER NOT NULL  ', 'INTEGER')")
    sql.commit()
    sql.close()
    sql = sqlite3.connect(path)
    sql.execute(f"UPDATE answers SET {column} = ? WHERE place <= 3", (kind,))
    sql.commit()
    sql.close()
    with opened(path) as store:
        expected = len(ANSWERS) - (0 if column == "used" else 3)
        assert len(store.get([*ANSWERS])) == expected
    with opened(path) as store:
        store.put(ANSWERS)
        assert store.get([*ANSWERS]) == ANSWERS


@pytest.mark.parametrize("content", [b"no database, " * 1000, b"x", b"SQLite format 3\0"])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    count, notes = check_it_goes_on(path)
    assert count == 0
    assert len(notes) == 1
    assert "delete it, or choose another" in notes[0]
    assert "memory only" in notes[0]
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["CREATE TABLE mine (a)"], "something else"),
        (["PRAGMA user_version = 1"], "something else"),
        (["PRAGMA application_id = 1"], "something else"),
        ([f"PRAGMA application_id = {database.MARK}", "PRAGMA user_version = 99"], "version 99"),
    ],
)
def test_the_database_of_another_is_left_as_it_is(
    tmp_path: Path, statements: list[str], said: str
) -> None:
    path = tmp_path / "other.sqlite"
    sql = sqlite3.connect(path)
    for statement in statements:
        sql.execute(statement)
    sql.commit()
    sql.close()
    before = path.read_bytes()
    count, notes = check_it_goes_on(path)
    assert count == 0
    assert len(notes) == 1
    assert said in notes[0]
    assert path.read_bytes() == before


def test_ours_without_its_table_is_not_used(path: Path) -> None:
    sql = sqlite3.connect(path)
    sql.execute("DROP TABLE answers")
    sql.close()
    count, notes = check_it_goes_on(path)
    assert (count, len(notes)) == (0, 1)


@pytest.mark.parametrize("name", ["", "a/b/c", "x" * 300, "with\0null"])
def test_a_place_where_no_file_can_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_text("a file, no folder")
    with opened(tmp_path / name) as store:
        store.put(ANSWERS)
        assert store.get([*ANSWERS]) == ANSWERS
        assert len(store.notes) == 1
        assert store.notes[0].endswith("answers are kept in memory only.")


@contextmanager
def unprivileged() -> Iterator[Path]:
    """Give a folder of one's own, as somebody who can't write all files."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if root:
            os.chown(folder, NOBODY, -1)
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o700)


@pytest.mark.parametrize("logged", [True, False])
def test_what_can_not_be_written_is_read(path: Path, tmp_path: Path, logged: bool) -> None:
    """A file in a folder for reading alone, closed as it should be or with a log."""
    source = with_log(path, tmp_path / "killed") if logged else path
    parts = {own.name: own.read_bytes() for own in source.parent.glob(f"{path.name}*")}
    with unprivileged() as folder:
        for name, data in parts.items():
            (folder / name).write_bytes(data)
            (folder / name).chmod(0o444)
        folder.chmod(0o555)
        with opened(folder / path.name) as store:
            assert store.get([*ANSWERS]) == ANSWERS
            store.put(values(["new"]))
            assert store.get(["new"]) == values(["new"])
            assert store.get([*ANSWERS]) == ANSWERS
            assert len(store.notes) == 1
            assert "written" in store.notes[0]
        assert {own.name for own in folder.iterdir()} == parts.keys()


def test_a_file_for_reading_alone_is_read(path: Path) -> None:
    data = path.read_bytes()
    with unprivileged() as folder:
        own = folder / path.name
        own.write_bytes(data)
        own.chmod(0o444)
        with opened(own) as store:
            assert store.get([*ANSWERS]) == ANSWERS
            store.put(values(["new"]))
            assert store.get(["new", *ANSWERS]) == values(["new"]) | ANSWERS
            assert len(store.notes) == 1


def test_a_folder_that_can_not_be_written_has_no_file(tmp_path: Path) -> None:
    with unprivileged() as folder:
        folder.chmod(0o555)
        for path in (folder / "answers.sqlite", folder / "deeper" / "answers.sqlite"):
            with opened(path) as store:
                store.put(ANSWERS)
                assert store.get([*ANSWERS]) == ANSWERS
                assert len(store.notes) == 1


def test_a_writer_that_does_not_end_costs_the_writing_alone(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with opened(path) as store:
        assert store.get([*ANSWERS]) == ANSWERS
        store.put(values(["new"]))
        assert store.get(["new", *ANSWERS]) == values(["new"]) | ANSWERS
        assert len(store.notes) == 1
        assert "locked" in store.notes[0]
    other.execute("ROLLBACK")
    other.close()
    with opened(path) as store:
        assert store.get(["new", *ANSWERS]) == ANSWERS


def test_a_file_that_somebody_locked_is_not_used(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with opened(path) as store:
        assert store.get([*ANSWERS]) == {}
        store.put(values(["new"]))
        assert store.get(["new"]) == values(["new"])
        assert len(store.notes) == 1
        assert "locked" in store.notes[0]
    other.close()


def test_who_waits_a_little_gets_it(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
    release.start()
    with opened(path, busy_s=60) as store:
        store.put(values(["new"]))
        assert store.notes == []
    release.join()
    other.close()
    with opened(path) as store:
        assert store.get(["new"]) == values(["new"])


def test_a_file_cut_while_it_is_open(path: Path) -> None:
    with opened(path) as store:
        assert store.get([*ANSWERS]) == ANSWERS
        with path.open("r+b") as file:
            file.truncate(5000)
        assert store.get([*ANSWERS]).items() <= ANSWERS.items()
        store.put(values(["new"]))
        assert store.get(["new"]) == values(["new"])


def test_a_file_removed_while_it_is_open(path: Path) -> None:
    with opened(path) as store:
        for part in path.parent.glob(f"{path.name}*"):
            part.unlink()
        assert store.get([*ANSWERS]).items() <= ANSWERS.items()
        store.put(values(["new"]))
        assert store.get(["new"]) == values(["new"])
    with opened(path) as store:
        store.put(ANSWERS)
        assert store.get([*ANSWERS]) == ANSWERS
        assert store.notes == []


def test_without_a_write_ahead_log_it_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dot-file locks of sqlite refuse a log, as network file systems do."""
    connect = sqlite3.connect

    def dotted(name: str, **options: Any) -> Any:
        return connect(f"{name}&vfs=unix-dotfile", **options)

    monkeypatch.setattr(sqlite3, "connect", dotted)
    path = tmp_path / "answers.sqlite"
    with opened(path, busy_s=60) as one, opened(path, busy_s=60) as other:
        one.put(ANSWERS)
        other.put(values(["new"]))
        assert other.get([*ANSWERS]) == ANSWERS
        assert one.get(["new"]) == values(["new"])
        assert (one.notes, other.notes) == ([], [])
        assert not path.with_name(f"{path.name}-wal").exists()
    assert path.read_bytes()[18:20] == b"\1\1", "the form of the header without a log"


@pytest.mark.parametrize(
    "most_bytes", [0, 100, 4096, 8192, 20_000, 32_767, 32_768, 40_000, 100_000, 300_000, 9_000_000]
)
def test_a_disk_that_is_full_costs_what_does_not_fit(
    tmp_path: Path, root: Path, most_bytes: int
) -> None:
    """A limit on the size of files: each write beyond it fails, as on a full disk."""
    path = tmp_path / "answers.sqlite"
    told = subprocess.run(
        [sys.executable, "-m", "tests.sweep.answers.writer", path, "a", "60", str(most_bytes)],
        capture_output=True,
        text=True,
        cwd=root,
    )
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    last = told.stdout.splitlines()[-1]
    assert '"right": true' in last
    assert last.count(str(path)) == (most_bytes < 9_000_000), last
    assert "readonly" not in last
    counts = []
    with opened(path) as store:
        for number in range(60):
            own = batch("a", number)
            found = store.get([*own])
            assert found in ({}, own)
            counts.append(len(found))
        assert store.notes == []
        store.put(ANSWERS)
        assert store.get([*ANSWERS]) == ANSWERS
    assert counts == sorted(counts, reverse=True), "the first are there, the others are not"
    if most_bytes >= 100_000:
        assert counts[0]
    if most_bytes >= 9_000_000:
        assert counts[-1]
