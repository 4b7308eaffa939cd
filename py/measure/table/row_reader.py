"""A table's rows from their cells, by its header."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from py.measure.table import cells
from py.measure.table.condition import Condition
from py.measure.table.invalid import invalid
from py.measure.table.others import Others
from py.measure.table.row import COLUMNS, Row

T = TypeVar("T")


class RowReader:
    """Reads rows of one table.

    Raises:
        JoulegraphError: from all that it does, ``rows-invalid`` with the line and what was expected
            there.
    """

    def __init__(self, header: Sequence[str], name: str) -> None:
        self.header = tuple(cell.strip() for cell in header)
        self.name = name
        if "op" not in self.header:
            got = ", ".join(self.header)[:200]
            raise invalid(name, f"a header with a column 'op', got {got}", 1)
        twice = sorted({column for column in self.header if self.header.count(column) > 1})
        if twice:
            raise invalid(name, f"each column once, got '{twice[0][:40]}' more than once", 1)
        places = {column: place for place, column in enumerate(self.header)}
        self._own = {column: places[column] for column in COLUMNS if column in places}
        self._others = {name: places[name] for name in self.header if name not in COLUMNS}

    def place(self, condition: Condition) -> int:
        """Return where the column of a condition stands."""
        if condition.column not in self.header:
            got = ", ".join(self.header)[:400]
            expected = f"a column '{condition.column[:40]}' to choose by, got {got}"
            raise invalid(self.name, expected)
        return self.header.index(condition.column)

    def op(self, row: Sequence[str]) -> str:
        """Return what was measured in a row."""
        return row[self._own["op"]].strip().lower()

    def check_length(self, row: Sequence[str], line: int) -> None:
        """Refuse a row that has not a cell for each column."""
        if len(row) != len(self.header):
            expected = f"{len(self.header)} cells, as the header has, got {len(row)}"
            raise invalid(self.name, expected, line)

    def row(self, row: Sequence[str], line: int) -> tuple[Row, str | None]:
        """Return a row, and why it is not used in full."""

        def cell(column: str) -> str:
            return row[self._own[column]] if column in self._own else ""

        def read(kind: Callable[[str], T], column: str) -> T:
            try:
                return kind(cell(column))
            except ValueError as error:
                got = cell(column).strip()[:40]
                expected = f"{error} in column '{column}', got {got!r}"
                raise invalid(self.name, expected, line) from None

        runtime_ms, no_runtime = read(cells.measured, "runtime_ms")
        power_w, no_power = read(cells.measured, "power_w")
        energy_mj, no_energy = read(cells.measured, "energy_mj")
        wrong = [
            f"{column} {reason}"
            for column, reason in (
                *(("runtime_ms", no_runtime), ("power_w", no_power), ("energy_mj", no_energy)),
            )
            if reason is not None
        ]
        if wrong:  # one reading of the meter gave both: with either wrong the other is not used
            power_w = energy_mj = None
        op = self.op(row)
        found = Row(
            op,
            batch=read(cells.size, "batch"),
            cin=read(cells.size, "cin"),
            h=read(cells.size, "h"),
            w=read(cells.size, "w"),
            cout=read(cells.size, "cout"),
            kh=read(cells.size, "kh"),
            kw=read(cells.size, "kw"),
            stride=read(cells.size, "stride"),
            pad=read(cells.pad, "pad"),
            groups=read(cells.size, "groups"),
            dtype=cell("dtype").strip() or None,
            runtime_s=None if runtime_ms is None else runtime_ms / 1000,
            power_w=power_w,
            energy_j=None if energy_mj is None else energy_mj / 1000,
            others=Others(self._others, row),
            file=self.name,
            line=line,
        )
        if not (found.is_layer or found.is_network or found.is_idle):
            return found, f"op {op[:40]!r} is no kind of layer that is modelled"
        return found, "; ".join(wrong) or None
