"""Rows as they are read: in batches of columns, as often as it takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from py.sweep.rows.read import read_rows

_BATCH = 8192


class Column(Protocol):
    """The values of some rows; None is unknown."""

    def values(self) -> list[Any]: ...

    def numbers(self) -> NDArray[np.float64]:
        """Return them as numbers; what is unknown is NaN."""
        ...

    def at(self, row: int) -> Any: ...


Batch = Mapping[str, Column]


class Source(Protocol):
    """Rows of a sweep, by the names of ``rows/columns.py``; the same each time they are read."""

    def batches(self, names: Sequence[str]) -> Iterator[tuple[int, Batch]]:
        """Yield how many rows come next, with the named columns of them."""
        ...


@dataclass(frozen=True, slots=True)
class _InMemory:
    cells: list[Any]

    def values(self) -> list[Any]:
        return self.cells

    def numbers(self) -> NDArray[np.float64]:
        return np.array(self.cells, np.float64)  # of None it makes NaN

    def at(self, row: int) -> Any:
        return self.cells[row]


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows that are in memory; a column that a row has not is unknown."""

    rows: Sequence[Mapping[str, Any]]

    def batches(self, names: Sequence[str]) -> Iterator[tuple[int, Batch]]:
        """Yield how many rows come next, with the named columns of them."""
        rows = iter(self.rows)
        while some := list(islice(rows, _BATCH)):
            yield len(some), {name: _InMemory([row.get(name) for row in some]) for name in names}


@dataclass(frozen=True, slots=True)
class _Arrow:
    cells: Any

    def values(self) -> list[Any]:
        found: list[Any] = self.cells.to_pylist()
        return found

    def numbers(self) -> NDArray[np.float64]:
        return np.asarray(self.cells.to_numpy(zero_copy_only=False), np.float64)

    def at(self, row: int) -> Any:
        return self.cells[row].as_py()


@dataclass(frozen=True, slots=True)
class Written:
    """Rows in a table of a sweep, ``rows.parquet``, of which a batch is in memory at a time."""

    path: Path

    def batches(self, names: Sequence[str]) -> Iterator[tuple[int, Batch]]:
        """Yield how many rows come next, with the named columns of them.

        Raises:
            JoulegraphError: ``unreadable`` for a file that is no table of a sweep.
        """
        for batch in read_rows(self.path, names):
            yield batch.num_rows, {name: _Arrow(batch.column(name)) for name in names}
