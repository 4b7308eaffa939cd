"""Rows of tables that are read anew each time they are gone through, and never all held at once."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from py.errors import JoulegraphError
from py.measure.table import cells
from py.measure.table.condition import Condition
from py.measure.table.invalid import invalid
from py.measure.table.row import Row
from py.measure.table.row_reader import RowReader
from py.measure.table.set_aside import SetAside
from py.measure.table.table_text import TableText

MOST_BYTES = 1_000_000_000
"""Of a table unpacked: a row of a capture has some 250 bytes, with sampled powers 500."""
MOST_ROWS = 1_000_000
_FEW = 12
_SEEN = 1_000


class Chosen(NamedTuple):
    """The cells of a row that meets all conditions, and the reader that makes a row of them."""

    reader: RowReader
    line: int
    cells: list[str]

    def row(self) -> tuple[Row, str | None]:
        return self.reader.row(self.cells, self.line)


def table_in(data: bytes, name: str) -> TableText:
    """Return a table whose file was read already."""
    return TableText(name, lambda: io.BytesIO(data), MOST_BYTES)


def table_at(path: Path) -> TableText:
    """Return the table of a file. What can't be read twice, as a pipe, is read into memory."""
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("rb") as file:
            return table_in(file.read(MOST_BYTES + 1), path.name)
    return TableText(path.name, lambda: path.open("rb"), MOST_BYTES)


def chosen_of(table: TableText, where: Sequence[Condition] = ()) -> Iterator[Chosen]:
    """Yield the rows of a checked table that meet all conditions.

    Raises:
        JoulegraphError: ``rows-invalid`` with the line and what was expected there.
        OSError: the file can't be read.
    """
    rows = table.rows()
    first = next(rows, None)
    if first is None:
        raise invalid(table.name, "a header and rows, got an empty table")
    reader = RowReader(first[1], table.name)
    wanted = [(reader.place(condition), condition.value) for condition in where]
    for count, (line, row) in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise invalid(table.name, f"at most {MOST_ROWS} rows, got more")
        reader.check_length(row, line)
        if all(cells.same(row[place], value) for place, value in wanted):
            yield Chosen(reader, line, row)


class RowStream(Iterable[Row]):
    """The rows of tables that meet all conditions, in order.

    Raises:
        JoulegraphError: from all that reads, ``rows-invalid`` with the file, the line and what was
            expected there; ``rows-none`` where no row meets the conditions.
        OSError: a file can't be read.
    """

    def __init__(self, tables: Sequence[TableText], where: Sequence[Condition] = ()) -> None:
        self._tables = tuple(tables)
        self._where = tuple(where)
        self._checked: set[int] = set()
        self._powered = True

    def __iter__(self) -> Iterator[Row]:
        return (row for row, _ in self.read())

    def read(self) -> Iterator[tuple[Row, SetAside | None]]:
        """Yield each row; beside it, where it is not used in full, why."""
        for chosen in self._chosen():
            row, reason = row_and_reason(chosen)
            yield self._told(row), reason

    def without_powers(self) -> "RowStream":
        """Return the same rows without their powers and energies."""
        found = RowStream(self._tables, self._where)
        found._powered = False
        return found

    def _told(self, row: Row) -> Row:
        return row if self._powered else replace(row, power_w=None, energy_j=None)

    def of_op(self, op: str) -> Iterator[Row]:
        """Yield the rows of one op; the cells of the others are not looked at."""
        chosen = (one for one in self._chosen() if one.reader.op(one.cells) == op)
        return (self._told(one.row()[0]) for one in chosen)

    def at(self, places: Iterable[int]) -> Iterator[Row]:
        """Yield the rows at places in ascending order; the cells of others are not looked at."""
        wanted = iter(places)
        place = next(wanted, None)
        for count, chosen in enumerate(self._chosen()):
            if place is None:
                return
            if count == place:
                yield self._told(chosen.row()[0])
                place = next(wanted, None)

    def _chosen(self) -> Iterator[Chosen]:
        total, empty = 0, None
        for number, table in enumerate(self._tables):
            if number not in self._checked:
                table.check()
                self._checked.add(number)
            for chosen in chosen_of(table, self._where):
                total += 1
                yield chosen
            if not total:
                empty = table
            if total > MOST_ROWS:
                raise invalid(table.name, f"at most {MOST_ROWS} rows in all, got more")
        if not total:
            raise self._none(empty)

    def _none(self, last: TableText | None) -> JoulegraphError:
        names = ", ".join(table.name for table in self._tables)
        asked = " and ".join(str(condition)[:80] for condition in self._where)
        values = [] if last is None else [_values(last, one) for one in self._where]
        return JoulegraphError(
            "rows-none",
            f"{names or 'No table'} should have at least one row"
            f"{f' with {asked}' if asked else ''}, got none.",
            f"Choose among: {'; '.join(values)}." if values else "Give a table with rows.",
        )


def row_and_reason(chosen: Chosen) -> tuple[Row, SetAside | None]:
    """Return a row and, where it is not used in full, why."""
    row, reason = chosen.row()
    if reason is None:
        return row, None
    kept = row.runtime_s is not None and (row.is_layer or row.is_network)
    return row, SetAside(row.file, row.line, reason, kept)


def _values(table: TableText, condition: Condition) -> str:
    """Return the first values of the column that rows were chosen by."""
    seen: set[str] = set()
    for chosen in chosen_of(table):
        seen.add(chosen.cells[chosen.reader.place(condition)].strip()[:40])
        if len(seen) > _SEEN:
            seen = set(sorted(seen)[: _FEW + 1])
    more = ", …" if len(seen) > _FEW else ""
    return f"{condition.column} has {', '.join(sorted(seen)[:_FEW])}{more}"
