"""Reading tables at the terminal: which rows were not used is said on standard error."""

import sys
from collections.abc import Collection, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from py.columns import printable, several
from py.errors import JoulegraphError
from py.measure.table.condition import Condition
from py.measure.table.row_stream import RowStream
from py.measure.table.rows import stream_rows
from py.measure.table.set_aside import Aside

_SAID = 5


class Told(NamedTuple):
    """Rows that were read once to the end, and can be again; and those set aside."""

    rows: RowStream
    set_aside: Aside


def read_told(names: Sequence[str], where: Sequence[Condition]) -> Told:
    """Go through the rows of tables and say which are set aside; they can be read after that.

    Raises:
        JoulegraphError: ``unreadable`` where a file can't be read, else as ``read_rows``.
    """
    aside = Aside()
    try:
        rows = stream_rows([Path(name) for name in names], where)
        aside.extend(found for _, found in rows.read() if found is not None)
    except OSError as error:
        raise JoulegraphError(
            "unreadable",
            f"{error.filename or 'The table'} can't be read: {error.strerror}.",
            "Check the path.",
        ) from None
    say("set aside", aside)
    return Told(rows, aside)


def say(what: str, reasons: Collection[object]) -> None:
    """Tell of rows that were not used, the first few by name."""
    if not len(reasons):
        return
    sys.stderr.write(f"note: {several(len(reasons), 'row')} {what}:\n")
    for reason in islice(reasons, _SAID):
        sys.stderr.write(f"  {printable(str(reason))}\n")
    if len(reasons) > _SAID:
        sys.stderr.write(f"  and {len(reasons) - _SAID} more\n")
