"""What goes wrong where rows are written, told as errors: no space left, no permission, damage."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path

from py.errors import JoulegraphError

STORE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file of SQLite may raise: messages quote it, and the module decodes these."""

_FULL = (ENOSPC, EDQUOT, EFBIG)
_KIND = 0xFF
"""The bits of an extended error code of SQLite that say what kind it is."""
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_NOT_WRITTEN = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR,
)
_HINDERED = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
)


def no_space(path: Path) -> JoulegraphError:
    """Return the error of a disk, or a quota, that is full."""
    return JoulegraphError(
        "no-space",
        f"There is no space left to write {path}.",
        "Make some and run the same command again: finished rows are kept. Or choose another "
        "--output.",
    )


def unwritable(path: Path, why: object) -> JoulegraphError:
    """Return the error of a file that can't be written."""
    return JoulegraphError(
        "unwritable", f"{path} can't be written: {why}.", "Choose another --output."
    )


def damaged(path: Path, what: object) -> JoulegraphError:
    """Return the error of a journal that is not what was written."""
    return JoulegraphError(
        "journal-broken",
        f"{path} is damaged: {what}.",
        "Run the same command again: what is whole of it is kept, the rest is done again.",
    )


def is_damage(error: Exception) -> bool:
    """Whether an error while a journal is read comes of what is in it: a table's name may go too.

    What hinders from outside, such as a lock or a disk that does not answer, says nothing of it.
    """
    return _code(error) & _KIND not in (*_NOT_WRITTEN, *_HINDERED)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Tell what goes wrong with a file as an error; a fault of ours stays what it is.

    Raises:
        JoulegraphError: ``no-space``, ``unwritable``, ``sweep-running``, ``journal-broken``.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in _FULL
        raise (no_space(path) if full else unwritable(path, error.strerror or error)) from None
    except sqlite3.Error as error:
        found = _of_store(path, error)
        if found is None:
            raise
        raise found from None


def _of_store(path: Path, error: sqlite3.Error) -> JoulegraphError | None:
    code = _code(error)
    kind = code & _KIND
    if kind == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_WRITE:
        return no_space(path)  # a quota, or a limit of a file's size, is an error of writing
    if kind == sqlite3.SQLITE_BUSY:
        return JoulegraphError(
            "sweep-running",
            f"Another sweep is writing {path}.",
            "Wait until it has ended, or choose another --output.",
        )
    if kind in _BROKEN:
        return damaged(path, error)
    return unwritable(path, error) if kind in _NOT_WRITTEN else None


def _code(error: Exception) -> int:
    """Return the extended code; errors of the module itself have none."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code
