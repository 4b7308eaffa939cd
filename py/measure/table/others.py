"""The further cells of a row: its columns that no field of a row is for, as text."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

_SEPARATOR = "\x1f"
"""ASCII's unit separator: hardly a cell has one."""


class Others(Mapping[str, str]):
    """Cells by column. ``names`` says where the columns of a table stand, shared by its rows."""

    __slots__ = ("_cells", "_names")

    def __init__(self, names: Mapping[str, int], cells: Sequence[str]) -> None:
        self._names = names
        self._cells: Sequence[str] = cells

    def __getitem__(self, name: str) -> str:
        place = self._names[name]
        cells = self._cells
        return (cells.split(_SEPARATOR) if isinstance(cells, str) else cells)[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"Others({dict(self)!r})"

    def packed(self) -> "Others":
        """Return the same in a quarter of the memory, for rows that are kept in great numbers."""
        if isinstance(self._cells, str):
            return self
        least = [self._cells[place] for place in self._names.values()]
        names = _numbered(tuple(self._names))
        if any(_SEPARATOR in cell for cell in least):
            return Others(names, least)
        return Others(names, _SEPARATOR.join(least))


@lru_cache(64)
def _numbered(names: tuple[str, ...]) -> Mapping[str, int]:
    """Return where columns stand that come one after the other; the same for the same names."""
    return {name: place for place, name in enumerate(names)}
