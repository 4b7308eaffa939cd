"""The store of answers: bytes by key on disk, and in memory where the disk is of no use."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from py.sweep.answers.database import Database, UnfitError
from py.sweep.answers.engine_digest import engine_digest
from py.sweep.answers.memory import Memory
from py.sweep.answers.sealed import Sealed, is_whole, number_of, sealed

MOST_BYTES = 1 << 30
"""Default bound of the file: room for some three million answers."""
MEMORY_BYTES = 1 << 27
"""Bound of what is kept in memory instead."""
MOST_VALUE_BYTES = 1 << 20
BUSY_S = 30.0
_LEAST_BYTES = 1 << 16
_HOUR_S = 3600
_MOST_TOUCHED = 10_000
_USELESS = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_FAULTS = (sqlite3.Error, OSError, MemoryError, ValueError)
"""What a damaged file can raise; of reading it, not of what is asked."""

_inherited: list[Database | None] = []
"""Databases of the process that this one was forked from: to be neither used nor closed here."""


def default_path() -> Path | None:
    """Return the file that sweeps share; None where the user has no folder for such files.

    It is joulegraph/answers.sqlite in $XDG_CACHE_HOME or else in ~/.cache (XDG Base Directory
    Specification: a relative path there is not heeded).
    """
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        folder = given if given.is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return folder / "joulegraph" / "answers.sqlite"


class AnswerStore:
    """Answers by key, as bytes; shared by processes and threads, and whole or not there.

    On disk in the sqlite file ``path``, bounded to ``most_bytes`` (the log of what was written last
    comes on top), of which the answers used longest ago go first; in memory alone where it is None.
    Each value lies under a seal of itself and its key: what is damaged is not there. ``engine`` is
    for whoever makes keys, by default ``engine_digest()``.

    Nothing that happens to the file is raised. If it can't be used at all (no database, another
    version, damaged, locked for ``busy_s`` seconds), answers are kept in memory from then on; if it
    can't be written (a full disk, no permission), they are still read from it. ``notes`` has a
    sentence for each of these, once.

    The file belongs on a local disk. On a network file system there is no write-ahead log: sqlite
    says so and keeps a rollback journal, which is slower and as safe as the locks of that system. A
    file with a log already must not be opened from two machines at once. A process that is forked
    opens the file anew. Whoever can write the file can choose the answers: seals are no signatures.

    Raises:
        ValueError: a bound below 64 KiB.
        JoulegraphError: ``engine-unread``, see ``engine_digest``.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        engine: str | None = None,
        most_bytes: int = MOST_BYTES,
        busy_s: float = BUSY_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if most_bytes < _LEAST_BYTES:
            raise ValueError(f"AnswerStore.most_bytes: from {_LEAST_BYTES}, got {most_bytes}")
        self.engine = engine_digest() if engine is None else engine
        self.path = path
        self.notes: list[str] = []
        self._most_bytes, self._busy_s, self._clock = most_bytes, busy_s, clock
        self._memory = Memory(min(most_bytes, MEMORY_BYTES))
        self._closed = False
        self._database: Database | None = None
        self._writes = False
        self._touched: set[int] = set()  # numbers of answers that are older than their use
        self._begin()

    def __enter__(self) -> "AnswerStore":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the values of those keys that have one.

        Raises:
            ValueError: the store is closed.
        """
        with self._own():
            asked = list(keys)
            found = self._memory.get(asked)
            if self._database is not None:
                found |= self._read(self._database, [key for key in asked if key not in found])
            return found

    def put(self, answers: Mapping[str, bytes]) -> None:
        """Keep values, all in one transaction; a key that has one keeps it.

        Raises:
            ValueError: the store is closed, or a value is larger than 1 MiB.
        """
        largest = max(map(len, answers.values()), default=0)
        if largest > MOST_VALUE_BYTES:
            raise ValueError(f"AnswerStore.put: at most {MOST_VALUE_BYTES} bytes, got {largest}")
        with self._own():
            if not answers or self._written(answers):
                return
            self._memory.put(answers)

    def close(self) -> None:
        """Leave the file to others; what was kept in memory is gone."""
        if self._closed:
            return
        with self._own():
            self._note_use()
            if self._database is not None:
                self._database.close()
            self._database, self._closed = None, True

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._database, self._writes = None, False
        self._touched = set()
        if self.path is None or self._closed:
            return
        try:
            self._database = Database(self.path, most_bytes=self._most_bytes, busy_s=self._busy_s)
        except UnfitError as error:
            self._in_memory(f"it {error}; delete it, or choose another file")
        except _FAULTS as error:
            self._in_memory(_reason(error))
        else:
            self._writes = self._database.writable
            if not self._writes:
                self._say(
                    f"{self.path} can't be written: answers are read from it, and new ones are "
                    "kept in memory only."
                )

    @contextmanager
    def _own(self) -> Iterator[None]:
        """Hold the store, in the process that opened it or in one forked from that."""
        if self._process != os.getpid():
            _inherited.append(self._database)
            self._begin()
        with self._lock:
            if self._closed:
                raise ValueError("AnswerStore: it is closed")
            yield

    def _read(self, database: Database, keys: list[str]) -> dict[str, bytes]:
        names = {number_of(key): key for key in keys}
        found: dict[str, bytes] = {}
        broken: list[Sealed] = []
        hour = self._hour()
        try:
            for own, used in database.read(list(names)):
                key = names.get(own.number)
                if key is None or not is_whole(key, own):
                    broken.append(own)
                    continue
                found[key] = own.value
                if used != hour:
                    self._touched.add(own.number)
        except _FAULTS as error:
            self._in_memory(_reason(error))
            return found
        if broken:
            self._say(
                f"Answers in {self.path} were damaged and are searched for again; delete the file "
                "if that goes on."
            )
            self._drop(database, broken)
        if len(self._touched) > _MOST_TOUCHED:
            self._note_use()
        return found

    def _written(self, answers: Mapping[str, bytes]) -> bool:
        """Whether answers are on disk."""
        if self._database is None or not self._writes:
            return False
        self._note_use()  # what was used goes after what was not, should there be no room
        try:
            self._database.write([sealed(*own) for own in answers.items()], self._hour())
        except _FAULTS as error:
            self._unwritable(error)
            return False
        return True

    def _drop(self, database: Database, broken: Iterable[Sealed]) -> None:
        if self._writes:
            try:
                database.drop(broken)
            except _FAULTS as error:
                self._unwritable(error)

    def _note_use(self) -> None:
        touched, self._touched = self._touched, set()
        if touched and self._writes and self._database is not None:
            with suppress(*_FAULTS):  # they only look older than they are
                self._database.touch(touched, self._hour())

    def _unwritable(self, error: Exception) -> None:
        if _is_useless(error):
            self._in_memory(_reason(error))
        elif self._writes:
            self._writes = False
            self._say(
                f"{self.path} could not be written, {_reason(error)}: new answers are kept in "
                "memory only."
            )

    def _in_memory(self, reason: str) -> None:
        if self._database is not None:
            self._database.close()
        self._database, self._writes = None, False
        self._say(f"{self.path} can't be used, {reason}: answers are kept in memory only.")

    def _say(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def _hour(self) -> int:
        return int(self._clock() // _HOUR_S)


def _reason(error: Exception) -> str:
    """Return what sqlite or the system says, as part of a sentence, and what to do about it."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    said = str(error).rstrip(".") or type(error).__name__
    return f"{said}; delete it, or choose another file" if _is_useless(error) else said


def _is_useless(error: Exception) -> bool:
    """Whether it is the file that is at fault."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _USELESS
