"""The tables of a sweep, read again: batches of the columns that somebody wants."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from py.errors import JoulegraphError
from py.sweep.rows.write import PROVENANCE

_BATCH_ROWS = 16_384


def read_rows(
    path: Path, columns: Sequence[str] | None = None, *, batch_rows: int = _BATCH_ROWS
) -> Iterator[Any]:
    """Yield a table's rows in order, as ``pyarrow.RecordBatch`` of at most ``batch_rows`` rows.

    ``columns`` are names in the order that is wanted, all by default. Only a batch is in memory.

    Raises:
        JoulegraphError: ``unreadable`` for a file that is no table of a sweep, or has not all of
            the columns.
    """
    with _opened(path) as file:
        wanted = list(file.schema_arrow.names if columns is None else columns)
        missing = [name for name in wanted if name not in file.schema_arrow.names]
        if missing:
            raise _unreadable(path, f"it has no column {', '.join(missing)}")
        try:
            for batch in file.iter_batches(batch_rows, columns=wanted, use_threads=False):
                yield batch.select(wanted)
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path, error) from None


def read_provenance(path: Path) -> dict[str, str]:
    """Return what a table says of how it was made.

    Raises:
        JoulegraphError: ``unreadable`` for a file that is no table of a sweep.
    """
    with _opened(path) as file:
        found: dict[str, str] = json.loads(file.schema_arrow.metadata[PROVENANCE])
        return found


def _opened(path: Path) -> Any:
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from None
    if PROVENANCE not in (file.schema_arrow.metadata or {}):
        file.close()
        raise _unreadable(path, "it is no table of a sweep")
    return file


def _unreadable(path: Path, why: object) -> JoulegraphError:
    return JoulegraphError(
        "unreadable", f"{path} can't be read: {why}.", "Sweep again, or give another file."
    )
