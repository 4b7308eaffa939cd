"""A CSV table of layers, for people without an ONNX file.

Two forms. The MIT tool's: 25 numbers a line, ``index | ifmap: H W C N zeros bits | filter: H W C M
zeros bits | ofmap: H W C N zeros bits | stride_y stride_x | pad_top bottom left right``, zeros as
counts (a fraction below one is taken as a share). The plain form has a header,
``kind,n,g,m,c,p,q,r,s,stride,bits_w,bits_a,zeros_w,zeros_a``; columns may be left out or added
(``name``, ``h``, ``w``, ``zeros_o``, and those that ``py.layers --format csv`` writes).
"""

import csv
import io
from typing import NamedTuple

from py.layers import mit_rows, plain_rows
from py.layers.layer import Layer
from py.layers.model import NotModelled
from py.layers.table_cells import refuse
from py.layers.table_columns import COLUMNS

MOST_LAYERS = 20_000
MOST_BYTES = 8_000_000


class Table(NamedTuple):
    """What a table holds; ``batch`` is None where it does not say for which batch it is."""

    layers: tuple[Layer, ...]
    not_modelled: tuple[NotModelled, ...] = ()
    batch: int | None = None


def read_table(text: str) -> Table:
    """Return what a table holds.

    Raises:
        JoulegraphError: ``table-invalid`` with the line and what was expected there.
    """
    try:
        rows = [
            row
            for row in csv.reader(io.StringIO(text.lstrip("\ufeff")))
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        refuse(0, f"comma-separated values, got a line that is none ({error})")
    if len(rows) > MOST_LAYERS + 1:
        refuse(0, f"at most {MOST_LAYERS} layers, got {len(rows)} lines")
    if not rows:
        refuse(0, "at least one layer, got none")
    header = [cell.strip().lower() for cell in rows[0]]
    if "kind" in header:
        return _plain(header, rows[1:])
    first = 0 if _is_number(rows[0][0]) else 1
    if not rows[first:]:
        refuse(first + 1, "at least one layer below the header, got none")
    return Table(
        tuple(mit_rows.read_row(row, line) for line, row in enumerate(rows[first:], first + 1))
    )


def _plain(header: list[str], rows: list[list[str]]) -> Table:
    for column in header:
        if column in ("energy_macs", "energy_j"):
            refuse(1, "layers, got a result of py.estimate; py.layers --format csv writes a table")
        if column not in COLUMNS:
            known = ", ".join(COLUMNS)
            refuse(1, f"columns among {known}, got {column[:40]!r}")
    if not rows:
        refuse(2, "at least one layer below the header, got none")
    found: list[Layer | NotModelled] = []
    batch = None
    for line, row in enumerate(rows, 2):
        cells = dict(zip(header, row, strict=False))
        found.append(plain_rows.read_row(cells, line))
        own = plain_rows.batch_of(cells, line)
        if batch is not None and own != batch:
            refuse(line, f"the same batch as the lines before, {batch}, got {own}")
        batch = own
    return Table(
        tuple(entry for entry in found if isinstance(entry, Layer)),
        tuple(entry for entry in found if isinstance(entry, NotModelled)),
        batch,
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
