"""The tables of a sweep: its rows, and if asked their layers, as Parquet and as CSV.

The same rows give the same bytes: they come in the order of the plan, row groups and compression
are fixed, and no file knows when or where it was written. A file is there whole or not at all.
"""

import csv
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from py.sweep.rows.columns import (
    LAYER_COLUMNS,
    ROW_COLUMNS,
    Column,
    Values,
    csv_cell,
    schema_of,
)
from py.sweep.rows.faults import told
from py.sweep.rows.row import Row

PROVENANCE = b"joulegraph"
"""The key of the provenance, a JSON object, in a Parquet file's metadata."""
PROVENANCE_FILE = "provenance.json"
_NAMES = ("rows.csv", "rows.parquet", "layers.csv", "layers.parquet", PROVENANCE_FILE)

_GROUP_ROWS = 16_384
_COMPRESSION_LEVEL = 3  # zstd's own choice, written down so that a new release changes no bytes
_UNFINISHED = ".part"


def write_tables(
    rows: Iterator[Row], directory: Path, *, layers: bool, provenance: Mapping[str, str]
) -> None:
    """Write rows.parquet and rows.csv, with ``layers`` those of the layers, and provenance.json.

    The files take their places when all are written; layers that an earlier sweep left there go.
    Only a row group of each is in memory.

    Raises:
        JoulegraphError: ``no-space`` and ``unwritable``, with nothing left of what was begun.
        ValueError: the rows are not in the order of their places, or one is there twice.
    """
    with _Files(directory) as files:
        metadata = {PROVENANCE: json.dumps(dict(provenance), sort_keys=True).encode()}
        tables = [_Table(files, "rows", ROW_COLUMNS, metadata)]
        if layers:
            tables.append(_Table(files, "layers", LAYER_COLUMNS, metadata))
        last = -1
        for row in rows:
            if row.place <= last:
                raise ValueError(f"write_tables: places that grow, got {row.place} after {last}")
            last = row.place
            tables[0].add((row.values,))
            for table in tables[1:]:
                table.add(row.layers)
        for table in tables:
            table.close()
        text = json.dumps(dict(provenance), sort_keys=True, indent=1, ensure_ascii=False)
        # A path's stray bytes, which are no characters, are escaped as JSON has it.
        files.open(PROVENANCE_FILE).write(f"{text}\n".encode(errors="backslashreplace"))
        files.finish()
        if not layers:
            files.drop("layers.parquet", "layers.csv")


class _Files:
    """Files of one folder that are written beside their places and then take them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._files: dict[str, IO[bytes]] = {}
        self._writers: list[Any] = []
        self._told = ExitStack()

    def __enter__(self) -> "_Files":
        self._told.enter_context(told(self.directory))
        for name in _NAMES:  # what a process left that was killed
            self._unfinished(name).unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        for writer in self._writers:  # it would write to a closed file when it is collected
            writer.is_open = False
        for name, file in self._files.items():
            with suppress(OSError):  # what is left in a buffer may find no space either
                file.close()
            self._unfinished(name).unlink(missing_ok=True)
        return self._told.__exit__(kind, error, trace)

    def open(self, name: str) -> IO[bytes]:
        self._files[name] = self._unfinished(name).open("wb")
        return self._files[name]

    def parquet(self, name: str, schema: Any, columns: Sequence[Column]) -> Any:
        """Return a writer of a Parquet file; what repeats is written in a dictionary."""
        writer = pq.ParquetWriter(
            self.open(name),
            schema,
            version="2.6",
            compression="zstd",
            compression_level=_COMPRESSION_LEVEL,
            use_dictionary=[column.name for column in columns if column.repeats],
            write_statistics=True,
        )
        self._writers.append(writer)
        return writer

    def finish(self) -> None:
        """Let every file take its place, once all of them are on the disk."""
        for file in self._files.values():
            file.flush()
            os.fsync(file.fileno())
            file.close()
        for name in self._files:
            os.replace(self._unfinished(name), self.directory / name)
        self._settle()

    def drop(self, *names: str) -> None:
        for name in names:
            (self.directory / name).unlink(missing_ok=True)
        self._settle()

    def _unfinished(self, name: str) -> Path:
        return self.directory / f".{name}{_UNFINISHED}"

    def _settle(self) -> None:
        """Have the folder itself on the disk: it is what holds the names."""
        folder = os.open(self.directory, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class _Table:
    """A table in both forms, written a group of rows at a time."""

    def __init__(
        self, files: _Files, name: str, columns: Sequence[Column], metadata: dict[bytes, bytes]
    ) -> None:
        self._columns = columns
        self._schema = schema_of(columns, metadata)
        self._group: list[Values] = []
        self._text = files.open(f"{name}.csv")
        self._parquet = files.parquet(f"{name}.parquet", self._schema, columns)
        self._write_lines([[column.name for column in columns]])

    def add(self, rows: Sequence[Values]) -> None:
        for row in rows:
            self._group.append(row)
            if len(self._group) == _GROUP_ROWS:
                self._write_group()

    def close(self) -> None:
        if self._group:
            self._write_group()
        self._parquet.close()

    def _write_group(self) -> None:
        arrays = [
            pa.array([row[column.name] for row in self._group], self._schema.field(place).type)
            for place, column in enumerate(self._columns)
        ]
        table = pa.Table.from_arrays(arrays, schema=self._schema)
        self._parquet.write_table(table, row_group_size=_GROUP_ROWS)
        self._write_lines([csv_cell(value) for value in row.values()] for row in self._group)
        self._group.clear()

    def _write_lines(self, lines: Any) -> None:
        csv.writer(_Utf8(self._text), lineterminator="\n").writerows(lines)


class _Utf8:
    """What the csv module writes to, as UTF-8."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())
