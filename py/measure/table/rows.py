"""Tables of measurements: tidy CSV, plain or gzipped, one row per measured layer or network.

The columns are ``op, batch, cin, h, w, cout, kh, kw, stride, pad, groups, dtype, runtime_ms,
power_w, energy_mj``; ``op`` must be there, the others may be left out, and further ones are kept as
text. A blank cell is unknown. Nothing is dropped in silence: a row that can't be used is **set
aside** with its reason. A capture (``py.measure.capture``) is such a table after a first line that
holds its header; its idle windows are no layers, and are left to those who ask for them.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from py.measure.table.condition import Condition
from py.measure.table.row import Row
from py.measure.table.row_stream import (
    RowStream,
    chosen_of,
    row_and_reason,
    table_at,
    table_in,
)
from py.measure.table.set_aside import SetAside


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


def stream_rows(paths: Iterable[Path], where: Sequence[Condition] = ()) -> RowStream:
    """Return the rows of tables that meet all conditions, read when they are gone through.

    What can be wrong with a table is said then (see ``read_rows``).
    """
    return RowStream([table_at(path) for path in paths], where)


def read_rows(paths: Iterable[Path], where: Sequence[Condition] = ()) -> Rows:
    """Return the rows of tables that meet all conditions, all at once.

    Raises:
        JoulegraphError: ``rows-invalid`` with the file, the line and what was expected there;
            ``rows-none`` where no row meets the conditions.
        OSError: a file can't be read.
    """
    return _held(stream_rows(paths, where).read())


def parse_rows(data: bytes, name: str, where: Sequence[Condition] = ()) -> Rows:
    """Return the rows of a table that meet all conditions; gzip is known by its first bytes.

    Raises:
        JoulegraphError: ``rows-invalid`` with the line and what was expected there.
    """
    table = table_in(data, name)
    table.check()
    return _held(map(row_and_reason, chosen_of(table, where)))


def _held(found: Iterable[tuple[Row, SetAside | None]]) -> Rows:
    rows: list[Row] = []
    aside: list[SetAside] = []
    for row, reason in found:
        rows.append(row)
        if reason is not None:
            aside.append(reason)
    return Rows(tuple(rows), tuple(aside))
