"""The journal: what is finished of a sweep that is not, so that it goes on where it was.

A file of SQLite with a row of the sweep in each of its rows. It is written ahead (WAL): what is
committed is whole whatever kills the process, and a commit costs one write and no wait for the
disk. A power cut may take the last commits, whose rows are then priced again. One process has it
at a time, by an exclusive lock, with which WAL needs no shared memory and works on network disks.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from py.errors import JoulegraphError
from py.sweep.rows.faults import STORE_ERRORS, damaged, is_damage, told
from py.sweep.rows.journal_file import (
    INSERT,
    REACHED,
    REPLACE,
    SELECT,
    begin,
    check,
    commit,
    create,
    facts_of,
    is_journal,
    left_of,
    opened,
    remove,
    salvage,
)
from py.sweep.rows.packed import Packed, Packer
from py.sweep.rows.row import Row


class Journal:
    """The finished rows of one plan. A context manager; not for several threads.

    Of a damaged journal the rows that are whole are kept. ``restart`` begins anew, whatever plan
    the journal is of.

    Raises:
        JoulegraphError: ``other-sweep`` where it has rows of another plan, ``sweep-running`` where
            another process has it, ``not-a-journal``, ``unwritable``, ``no-space``.
    """

    def __init__(self, path: Path, plan_digest: str, *, restart: bool = False) -> None:
        self.path = path
        self._packer = Packer(plan_digest)
        self._store: sqlite3.Connection | None = None
        try:
            with told(path):
                self._open(restart=restart)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, rows: Iterable[Row]) -> None:
        """Keep rows: all of them, or none where anything is raised. One that is there counts once.

        Raises:
            JoulegraphError: ``no-space``, ``unwritable``, ``journal-broken``.
            RuntimeError: another row has the place, which is a fault of ours.
        """
        last = -1
        with told(self.path), commit(self._connection()) as store:
            for row in rows:
                packed = self._packer.packed(row)
                if not store.execute(INSERT, packed).rowcount:
                    self._again(store, packed)
                last = max(last, row.place)
            store.execute(REACHED, (last,))

    def done(self) -> set[int]:
        """Return the places of the rows that are finished and whole; others are dropped.

        Raises:
            JoulegraphError: as ``add``.
        """
        whole: set[int] = set()
        broken = []
        with told(self.path):
            for packed in self._all():
                if self._packer.is_whole(packed):
                    whole.add(packed.place)
                else:
                    broken.append((packed.place,))
            if broken:
                with commit(self._connection()) as store:
                    store.executemany("DELETE FROM row WHERE place = ?", broken)
        return whole

    def rows(self) -> Iterator[Row]:
        """Yield all rows in the order of their places; only some are in memory at a time.

        Raises:
            JoulegraphError: ``journal-broken`` where one is not what it was.
        """
        with told(self.path):
            for packed in self._all():
                row = self._packer.unpacked(packed)
                if row is None:
                    raise damaged(self.path, f"row {packed.place} is not what was written")
                yield row

    def close(self) -> None:
        """Close the file; what is in it stays."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def remove(self) -> None:
        """Close and delete the file, once the tables are written."""
        self.close()
        remove(self.path)

    def _open(self, *, restart: bool) -> None:
        if self.path.exists() and not is_journal(self.path):
            raise JoulegraphError(
                "not-a-journal",
                f"{self.path} is no journal of a sweep.",
                "Move it away, or choose another --output.",
            )
        try:
            self._join(restart=restart)
        except STORE_ERRORS as error:
            if not is_damage(error):
                raise
            self.close()
            plan, _ = left_of(self.path)
            if not restart and plan not in (None, self._packer.plan):
                raise self._other() from None
            salvage(self.path, self._packer)
            self._join(restart=restart)

    def _join(self, *, restart: bool) -> None:
        """Open the file, make a new one ours, and refuse that of another plan."""
        self.close()
        self._store = opened(self.path)
        with commit(self._store) as store:
            facts = facts_of(store)
            if not facts:
                create(store, self._packer.plan)
            elif restart or facts.get("last") == -1:  # without rows there is nothing to lose
                begin(store, self._packer.plan)
            elif facts.get("plan") != self._packer.plan:
                raise self._other()
            else:
                check(store)
        self._store.execute("PRAGMA journal_mode=WAL")
        self._store.execute("PRAGMA synchronous=NORMAL")

    def _other(self) -> JoulegraphError:
        return JoulegraphError(
            "other-sweep",
            f"{self.path} has the finished rows of another sweep, or of another version.",
            "Say --restart to begin anew without them, or choose another --output.",
        )

    def _again(self, store: sqlite3.Connection, packed: Packed) -> None:
        """Take a row whose place is there: the same again, or one for one that is damaged."""
        (before,) = map(Packed._make, store.execute(f"{SELECT} WHERE place = ?", (packed.place,)))
        if not self._packer.is_whole(before):
            store.execute(REPLACE, packed)
        elif before.digest != packed.digest:
            raise RuntimeError(f"Journal: one row in each place, got another in {packed.place}")

    def _all(self) -> Iterator[Packed]:
        yield from map(Packed._make, self._connection().execute(f"{SELECT} ORDER BY place"))

    def _connection(self) -> sqlite3.Connection:
        if self._store is None:
            raise ValueError("Journal: an open one, got one that is closed")
        return self._store
