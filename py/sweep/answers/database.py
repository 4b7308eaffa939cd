"""One sqlite file of sealed answers, shared by processes; its faults are ``sqlite3.Error``.

Answers lie in the order of their last use, so the oldest go as whole pages. A write-ahead log lets
processes read while one writes, and leaves a transaction whole or absent whenever a process is
killed. Where the file system has no shared memory for one (network file systems), sqlite refuses it
and a rollback journal does the same, with readers waiting for writers.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from py.sweep.answers.sealed import Sealed

MARK = 0x4A6F756C
"""``application_id`` of the file: "Joul"."""
SCHEMA = 1
"""``user_version`` of the file."""

_TABLE = """CREATE TABLE answers (
    place INTEGER PRIMARY KEY,    -- later used is higher
    number INTEGER NOT NULL UNIQUE,
    seal BLOB NOT NULL,
    value BLOB NOT NULL,
    used INTEGER NOT NULL         -- hours since 1970
)"""
_LEAST_BYTES = 512  # sqlite has no smaller pages
_AT_ONCE = 500  # sqlite has a limit on the variables of a statement: 999 in its older versions
_LONGEST_BYTES = 1 << 20  # no answer is near; a length that was damaged reserves no memory
_TRIES = 4
_PAUSE_S = 0.01


class UnfitError(Exception):
    """A file that is none of ours; the text goes on after its name."""


class Database:
    """A file of answers, made where there is none, for one thread at a time.

    ``most_bytes`` bounds the file; its log comes on top. ``busy_s`` is how long others may keep it
    locked. ``writable`` is false for a file or a folder that nobody may write: it is then read as
    it is.

    Raises:
        UnfitError: a database of something else, or of another version.
        sqlite3.Error: all else that keeps it from being used.
        OSError: its folder can't be made.
    """

    def __init__(self, path: Path, *, most_bytes: int, busy_s: float) -> None:
        if "\0" in str(path):
            raise UnfitError("has a name that no file can have")
        self._most_bytes, self._busy_s = most_bytes, busy_s
        self.writable = True
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if path.exists() and 0 < path.stat().st_size < _LEAST_BYTES:
                raise UnfitError("is no database")  # sqlite would make one of it
            self._sql = self._opened(path, "rwc")
        except (OSError, sqlite3.OperationalError) as error:
            if not path.is_file() or _is(error, sqlite3.SQLITE_BUSY):
                raise
            # Immutable: no lock and no log, which take a folder that can be written. What somebody
            # else changes meanwhile is found out by its seal.
            try:
                self._sql = self._opened(path, "ro&immutable=1")
            except (OSError, sqlite3.Error):
                raise error from None  # the first one says why
            self.writable = False

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[Sealed, int]]:
        """Yield what there is, whole or not, each with the hour in which it was used."""
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT number, seal, value, used FROM answers WHERE number IN ({marks})"
            for *own, used in self._sql.execute(query, some):
                yield Sealed(*own), used

    def write(self, answers: Sequence[Sealed], hour: int) -> None:
        """Add what is not there yet, all or nothing; at the bound the oldest answers make way."""
        rows = [(*own, hour) for own in answers]
        for left in reversed(range(_TRIES)):
            try:
                with self._transaction():
                    self._sql.executemany(
                        "INSERT OR IGNORE INTO answers (number, seal, value, used)"
                        " VALUES (?, ?, ?, ?)",
                        rows,
                    )
                return
            except sqlite3.OperationalError as error:
                if not (left and _is(error, sqlite3.SQLITE_FULL) and self._near_bound(answers)):
                    raise
                self._drop_oldest(len(rows))

    def touch(self, numbers: Iterable[int], hour: int) -> None:
        """Note that answers were used; where others are writing it is not worth waiting for."""
        self._sql.execute("PRAGMA busy_timeout = 0")
        try:
            with self._transaction():
                self._sql.executemany(
                    "UPDATE answers SET used = ?, place = (SELECT max(place) + 1 FROM answers)"
                    " WHERE number = ?",
                    [(hour, number) for number in numbers],
                )
        finally:
            self._sql.execute(f"PRAGMA busy_timeout = {int(1000 * self._busy_s)}")

    def drop(self, broken: Iterable[Sealed]) -> None:
        """Remove answers that are as broken as these, so that whole ones can take their place."""
        with self._transaction():
            self._sql.executemany(
                "DELETE FROM answers WHERE number IS ? AND CAST(seal AS BLOB) IS CAST(? AS BLOB)"
                " AND CAST(value AS BLOB) IS CAST(? AS BLOB)",
                broken,
            )

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._sql.close()

    def _opened(self, path: Path, mode: str) -> sqlite3.Connection:
        sql = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=self._busy_s,
            isolation_level=None,
            check_same_thread=False,  # the store has a lock around it
        )
        try:
            sql.text_factory = bytes  # a damaged text is no error of decoding
            sql.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * _LONGEST_BYTES)
            sql.execute("PRAGMA trusted_schema = OFF")
            sql.execute("PRAGMA cell_size_check = ON")
            self._sql = sql
            with self._transaction("DEFERRED"):
                new = self._is_new()
            if new:
                self._log_ahead()
                self._create()
            if mode == "rwc":
                self._bound()
            self._one("SELECT count(*) FROM (SELECT value FROM answers LIMIT 1)")
        except BaseException:
            sql.close()
            raise
        return sql

    def _is_new(self) -> bool:
        """Whether nothing is in the file; what is must be ours."""
        mark, schema = self._one("PRAGMA application_id"), self._one("PRAGMA user_version")
        if (mark, schema) == (MARK, SCHEMA):
            return False
        if mark == MARK:
            raise UnfitError(f"has the version {schema}, and {SCHEMA} is expected")
        if mark or schema or self._one("SELECT count(*) FROM sqlite_master"):
            raise UnfitError("is a database of something else")
        return True

    def _log_ahead(self) -> None:
        """Ask for a write-ahead log; whether there is one, sqlite decides."""
        until = time.monotonic() + self._busy_s
        while True:
            try:
                self._one("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                # Two that make the same file: sqlite doesn't wait here by itself.
                if not _is(error, sqlite3.SQLITE_BUSY) or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE_S)

    def _create(self) -> None:
        with self._transaction():
            if self._is_new():  # nobody else was faster
                self._sql.execute(_TABLE)
                self._sql.execute(f"PRAGMA application_id = {MARK}")
                self._sql.execute(f"PRAGMA user_version = {SCHEMA}")

    def _bound(self) -> None:
        ahead = self._one("PRAGMA journal_mode") == b"wal"
        # A log that is not flushed at each commit loses the last ones with the power, no more.
        self._sql.execute(f"PRAGMA synchronous = {'NORMAL' if ahead else 'FULL'}")
        self._sql.execute(f"PRAGMA journal_size_limit = {1 << 24}")
        most = max(1, self._most_bytes // int(self._one("PRAGMA page_size")))
        if int(self._one("PRAGMA page_count")) > most:
            with suppress(sqlite3.OperationalError):  # somebody is at it; it grows no further
                self._shrink(most)
        self._sql.execute(f"PRAGMA max_page_count = {most}")

    def _shrink(self, most_pages: int) -> None:
        for _ in range(_TRIES):
            used = int(self._one("PRAGMA page_count")) - int(self._one("PRAGMA freelist_count"))
            if used <= most_pages:
                break
            share = 1 - most_pages / used
            self._drop_oldest(1 + int(share * int(self._one("SELECT count(*) FROM answers"))))
        self._sql.execute("VACUUM")

    def _near_bound(self, answers: Sequence[Sealed]) -> bool:
        """Whether it is the bound, not the disk, that leaves no room for these."""
        coming = sum(100 + len(own.value) for own in answers)
        pages = int(self._one("PRAGMA page_count"))
        return pages * int(self._one("PRAGMA page_size")) + 2 * coming > 0.9 * self._most_bytes

    def _drop_oldest(self, at_least: int) -> None:
        count = int(self._one("SELECT count(*) FROM answers"))
        with self._transaction():
            self._sql.execute(
                "DELETE FROM answers WHERE place IN"
                " (SELECT place FROM answers ORDER BY place LIMIT ?)",
                (max(count // 8, at_least),),
            )

    @contextmanager
    def _transaction(self, kind: str = "IMMEDIATE") -> Iterator[None]:
        self._sql.execute(f"BEGIN {kind}")
        try:
            yield
            self._sql.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # a full disk has ended it already
                self._sql.execute("ROLLBACK")
            raise

    def _one(self, statement: str) -> Any:
        row = self._sql.execute(statement).fetchone()
        return None if row is None else row[0]


def _is(error: Exception, code: int) -> bool:
    """Whether an error is of this kind, whatever its extended code."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == code
