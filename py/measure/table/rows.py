"""Tables of measurements: tidy CSV, plain or gzipped, one row per measured layer or network.

The columns are ``op, batch, cin, h, w, cout, kh, kw, stride, pad, groups, dtype, runtime_ms,
power_w, energy_mj``; ``op`` must be there, the others may be left out, and further ones are kept as
text. A blank cell is unknown. Nothing is dropped in silence: a row that can't be used is **set
aside** with its reason. A capture (``py.measure.capture``) is such a table after a first line that
holds its header; its idle windows are no layers, and are left to those who ask for them.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from py.errors import JoulegraphError
from py.measure.table import cells
from py.measure.table.condition import Condition
from py.measure.table.row import COLUMNS, Row
from py.measure.table.set_aside import SetAside

MOST_BYTES = 256_000_000
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
MOST_CELL = 2_000
_FEW = 12

_REMEDY = "The README says which columns a table of measurements has."
T = TypeVar("T")

_GZIP = b"\x1f\x8b"
_HEADER_OF_CAPTURE = "# {"


class Rows(NamedTuple):
    """What tables hold: ``rows`` every row that met the conditions, in order.

    A row in ``set_aside`` is among them still, without what could not be used, so that the rows of
    an answer can stand beside those of the table.
    """

    rows: tuple[Row, ...]
    set_aside: tuple[SetAside, ...] = ()

    @property
    def layers(self) -> tuple[Row, ...]:
        """Return the rows of layers of the known kinds."""
        return tuple(row for row in self.rows if row.is_layer)

    @property
    def networks(self) -> tuple[Row, ...]:
        """Return the rows of whole networks."""
        return tuple(row for row in self.rows if row.is_network)


def read_rows(paths: Iterable[Path], where: Sequence[Condition] = ()) -> Rows:
    """Return the rows of tables that meet all conditions.

    Raises:
        JoulegraphError: ``rows-invalid`` with the file, the line and what was expected there;
            ``rows-none`` where no row meets the conditions.
        OSError: a file can't be read.
    """
    rows: list[Row] = []
    aside: list[SetAside] = []
    names: list[str] = []
    values: list[str] = []
    for path in paths:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        names.append(path.name)
        found = parse_rows(data, path.name, where)
        if not found.rows and not rows:
            values = _values(data, path.name, where)
        rows += found.rows
        aside += found.set_aside
        if len(rows) > MOST_ROWS:
            raise _invalid(path.name, f"at most {MOST_ROWS} rows in all, got more")
    if not rows:
        raise _none(names, where, values)
    return Rows(tuple(rows), tuple(aside))


def parse_rows(data: bytes, name: str, where: Sequence[Condition] = ()) -> Rows:
    """Return the rows of a table that meet all conditions; gzip is known by its first bytes.

    Raises:
        JoulegraphError: ``rows-invalid`` with the line and what was expected there.
    """
    lines = _lines(_text(data, name), name)
    first = next(lines, None)
    if first is None:
        raise _invalid(name, "a header and rows, got an empty table")
    header = _header(first[1], name)
    for condition in where:
        if condition.column not in header:
            raise _invalid(
                name,
                f"a column '{condition.column[:40]}' to choose by, got {', '.join(header)[:400]}",
            )
    wanted = [(header.index(condition.column), condition.value) for condition in where]
    rows: list[Row] = []
    aside: list[SetAside] = []
    for count, (line, row) in enumerate(lines, 1):
        if count > MOST_ROWS:
            raise _invalid(name, f"at most {MOST_ROWS} rows, got more")
        if len(row) != len(header):
            raise _invalid(name, f"{len(header)} cells, as the header has, got {len(row)}", line)
        if all(cells.same(row[place], value) for place, value in wanted):
            found, reason = _row(dict(zip(header, row, strict=True)), name, line)
            rows.append(found)
            if reason is not None:
                aside.append(SetAside(name, line, reason, kept=_is_used(found)))
    return Rows(tuple(rows), tuple(aside))


def _values(data: bytes, name: str, where: Sequence[Condition]) -> list[str]:
    """Return some values of each column that rows were chosen by."""
    _, *rows = [row for _, row in _lines(_text(data, name), name)]
    header = _header(next(_lines(_text(data, name), name))[1], name)
    values = []
    for condition in where:
        place = header.index(condition.column)
        seen = sorted({row[place].strip()[:40] for row in rows})
        more = ", …" if len(seen) > _FEW else ""
        values.append(f"{condition.column} has {', '.join(seen[:_FEW])}{more}")
    return values


def _none(names: Sequence[str], where: Sequence[Condition], values: Sequence[str]) -> Exception:
    asked = " and ".join(str(condition)[:80] for condition in where)
    return JoulegraphError(
        "rows-none",
        f"{', '.join(names) or 'No table'} should have at least one row"
        f"{f' with {asked}' if asked else ''}, got none.",
        f"Choose among: {'; '.join(values)}." if values else "Give a table with rows.",
    )


def _is_used(row: Row) -> bool:
    return row.runtime_s is not None and (row.is_layer or row.is_network)


def _text(data: bytes, name: str) -> str:
    if data[:2] == _GZIP:
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise _invalid(name, f"gzip data, got a damaged file ({str(error)[:80]})") from None
    if len(data) > MOST_BYTES:
        raise _invalid(name, f"at most {MOST_BYTES} bytes, got more")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _invalid(name, f"text in UTF-8, got other bytes at byte {error.start}") from None


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the number of its last line."""
    lines = io.StringIO(text, newline="")
    skipped = 0
    if text.startswith(_HEADER_OF_CAPTURE):
        lines.readline()
        skipped = 1
    reader = csv.reader(lines, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            expected = f"comma-separated values, got a line that is none ({error})"
            raise _invalid(name, expected, skipped + reader.line_num) from None
        line = skipped + reader.line_num
        if len(row) > MOST_COLUMNS:
            raise _invalid(name, f"at most {MOST_COLUMNS} cells, got {len(row)}", line)
        if any(len(cell) > MOST_CELL for cell in row):
            raise _invalid(name, f"cells of at most {MOST_CELL} characters", line)
        if any(cell.strip() for cell in row):
            yield line, row


def _header(row: list[str], name: str) -> list[str]:
    header = [cell.strip() for cell in row]
    if "op" not in header:
        raise _invalid(name, f"a header with a column 'op', got {', '.join(header)[:200]}", 1)
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise _invalid(name, f"each column once, got '{twice[0][:40]}' more than once", 1)
    return header


def _row(cell: dict[str, str], name: str, line: int) -> tuple[Row, str | None]:
    """Return a row, and why it is not used in full."""

    def read(kind: Callable[[str], T], column: str) -> T:
        try:
            return kind(cell.get(column, ""))
        except ValueError as error:
            got = cell[column].strip()[:40]
            raise _invalid(name, f"{error} in column '{column}', got {got!r}", line) from None

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
    if wrong:  # one reading of the meter gave both: with either wrong the other is not to be used
        power_w = energy_mj = None
    op = cell["op"].strip().lower()
    row = Row(
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
        dtype=cell.get("dtype", "").strip() or None,
        runtime_s=None if runtime_ms is None else runtime_ms / 1000,
        power_w=power_w,
        energy_j=None if energy_mj is None else energy_mj / 1000,
        others=MappingProxyType({key: cell[key] for key in cell if key not in COLUMNS}),
        file=name,
        line=line,
    )
    if not (row.is_layer or row.is_network or row.is_idle):
        return row, f"op {op[:40]!r} is no kind of layer that is modelled"
    return row, "; ".join(wrong) or None


def _invalid(name: str, expected: str, line: int = 0) -> JoulegraphError:
    where = f"Line {line} of {name}" if line else name
    return JoulegraphError("rows-invalid", f"{where} should have {expected}.", _REMEDY)
