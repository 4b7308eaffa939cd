"""The file of a journal: its tables, and what is left of it when it is damaged."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from py.sweep.rows.faults import STORE_ERRORS, is_damage
from py.sweep.rows.packed import Packed, Packer

APPLICATION = b"JGSW"
"""What tells a journal from other files of SQLite: their ``application_id``."""
INSERT = "INSERT OR IGNORE INTO row VALUES (?, ?, ?)"
REPLACE = "INSERT OR REPLACE INTO row VALUES (?, ?, ?)"
SELECT = "SELECT rowid, CAST(digest AS BLOB), CAST(body AS BLOB) FROM row"
"""Rows as packed. A flipped bit may make a text of a blob, or of place a column without a key."""
REACHED = "UPDATE fact SET value = max(value, ?) WHERE name = 'last'"

_TABLES = {
    "fact": "CREATE TABLE fact (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    "row": "CREATE TABLE row (place INTEGER PRIMARY KEY, digest BLOB NOT NULL, body BLOB NOT NULL)",
}
"""The facts are the plan and the last place so far."""
_MAGIC = b"SQLite format 3\0"
_APPLICATION_AT = 68  # in the header of every file of SQLite
_BESIDE = ("-wal", "-shm", "-journal")


def opened(path: Path) -> sqlite3.Connection:
    """Open a file for this process alone, as soon as it is read or written."""
    store = sqlite3.connect(path, timeout=1.0, isolation_level=None)
    store.text_factory = lambda text: text.decode(errors="replace")
    store.execute("PRAGMA locking_mode=EXCLUSIVE")
    return store


@contextmanager
def commit(store: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Commit what is done, or nothing of it where anything is raised."""
    store.execute("BEGIN IMMEDIATE")
    try:
        yield store
        store.execute("COMMIT")
    except BaseException:
        if store.in_transaction:  # SQLite itself ends it when the disk is full
            store.execute("ROLLBACK")
        raise


def create(store: sqlite3.Connection, plan: str) -> None:
    """Make the tables of a plan's journal."""
    store.execute(f"PRAGMA application_id={int.from_bytes(APPLICATION)}")
    for table in _TABLES.values():
        store.execute(table)
    begin(store, plan)


def begin(store: sqlite3.Connection, plan: str) -> None:
    """Make the journal that of a plan, without rows."""
    store.execute("DELETE FROM row")
    facts = [("plan", plan), ("last", -1)]
    store.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts)


def facts_of(store: sqlite3.Connection) -> dict[str, str | int]:
    """Return the facts; empty for a new file."""
    (tables,) = store.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return dict(store.execute("SELECT name, value FROM fact")) if tables else {}


def check(store: sqlite3.Connection) -> None:
    """Check that the tables are what they were and that all pages hang together.

    What can be read may yet refuse to be written.

    Raises:
        sqlite3.DatabaseError: it is not so.
    """
    tables = dict(store.execute("SELECT name, sql FROM sqlite_schema"))
    (found,) = store.execute("PRAGMA quick_check(1)").fetchone()
    if tables != _TABLES or found != "ok":
        error = sqlite3.DatabaseError(found)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def is_journal(path: Path) -> bool:
    """Whether a file is a journal or was one, as far as its first bytes tell; a new one is."""
    with path.open("rb") as file:
        head = file.read(_APPLICATION_AT + len(APPLICATION))
    if not any(head):  # new; or a power cut left it so
        return True
    return _MAGIC.startswith(head[: len(_MAGIC)]) and APPLICATION.startswith(head[_APPLICATION_AT:])


def remove(path: Path) -> None:
    """Delete a journal and what was written ahead of it, which means nothing alone."""
    for end in (*_BESIDE, ""):
        _beside(path, end).unlink(missing_ok=True)


def left_of(path: Path) -> tuple[str | None, Iterator[Packed]]:
    """Return the plan of a damaged journal, None where it does not say, and the rows left.

    Without its facts there is no telling how far it went, and no rows are looked for. Whether a
    row's bytes are what they were is for the reader to check.

    Raises:
        sqlite3.Error: it can't be read for another reason, such as a lock.
    """
    try:
        with closing(_forced(path)) as store:
            facts = facts_of(store)
    except STORE_ERRORS as error:
        if not is_damage(error):
            raise
        facts = {}
    plan, last = facts.get("plan"), facts.get("last")
    if not isinstance(plan, str) or not isinstance(last, int):
        return None, iter(())
    return plan, _rows(path, last)


def salvage(path: Path, packer: Packer) -> None:
    """Put a new journal in the place of a damaged one, with the rows of the plan that are whole.

    Raises:
        sqlite3.Error, OSError: it can't be written; the damaged one is then as it was.
    """
    new = _beside(path, ".salvaged")
    remove(new)
    try:
        with closing(opened(new)) as store, commit(store):
            create(store, packer.plan)
            for packed in left_of(path)[1]:
                if packer.is_whole(packed):
                    store.execute(INSERT, packed)
                    store.execute(REACHED, (packed.place,))
    except BaseException:
        remove(new)
        raise
    for end in _BESIDE:  # what was written ahead of the old file would be taken for the new one's
        _beside(path, end).unlink(missing_ok=True)
    os.replace(new, path)


def _forced(path: Path) -> sqlite3.Connection:
    """Open a file even if it is shorter than it says."""
    store = opened(path)
    try:
        store.execute("PRAGMA writable_schema=ON")
    except STORE_ERRORS:
        store.close()
        raise
    return store


def _rows(path: Path, last: int) -> Iterator[Packed]:
    """Yield what can be read, by halves of what can't: places are dense, and a page has few."""
    between = f"{SELECT} WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    with closing(_forced(path)) as store:
        ranges = [(0, last)]
        while ranges:
            low, high = ranges.pop()
            try:
                for found in store.execute(between, (low, high)):
                    yield Packed(*found)
                    low = max(low, found[0] + 1)
            except STORE_ERRORS as error:
                if not is_damage(error):
                    raise
                if low < high:
                    middle = (low + high) // 2
                    ranges += [(middle + 1, high), (low, middle)]


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
