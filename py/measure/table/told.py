"""Reading tables at the terminal: which rows were not used is said on standard error."""

import sys
from collections.abc import Sequence
from pathlib import Path

from py.columns import printable, several
from py.errors import JoulegraphError
from py.measure.table.condition import Condition
from py.measure.table.rows import Rows, read_rows

_SAID = 5


def read_told(names: Sequence[str], where: Sequence[Condition]) -> Rows:
    """Return the rows of tables and say which were set aside.

    Raises:
        JoulegraphError: ``unreadable`` where a file can't be read, else as ``read_rows``.
    """
    try:
        rows = read_rows([Path(name) for name in names], where)
    except OSError as error:
        raise JoulegraphError(
            "unreadable",
            f"{error.filename or 'The table'} can't be read: {error.strerror}.",
            "Check the path.",
        ) from None
    say("set aside", [f"line {row.line} of {row.file}: {row.reason}" for row in rows.set_aside])
    return rows


def say(what: str, reasons: Sequence[str]) -> None:
    """Tell of rows that were not used, the first few by name."""
    if not reasons:
        return
    sys.stderr.write(f"note: {several(len(reasons), 'row')} {what}:\n")
    for reason in reasons[:_SAID]:
        sys.stderr.write(f"  {printable(reason)}\n")
    if len(reasons) > _SAID:
        sys.stderr.write(f"  and {len(reasons) - _SAID} more\n")
