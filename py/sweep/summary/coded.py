"""A column of few different values as whole numbers, in the order of its values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Value = str | int | float | None
Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """``values`` in order, of which none is there in vain; ``codes`` says which one each row has.

    None, which is what the model or the platform has by itself, comes first; then numbers by size
    and texts by their letters, numbers within them by size.
    """

    values: tuple[Value, ...]
    codes: Codes

    def at(self, place: int) -> Value:
        return self.values[int(self.codes[place])]

    @property
    def sized(self) -> tuple[Codes, int]:
        """The codes, and how many different ones there are."""
        return self.codes, len(self.values)


class Coder:
    """Takes the values of a column, some after the other; then says what it was."""

    def __init__(self, *, natural: bool) -> None:
        self._natural = natural
        self._found: dict[Value, int] = {}
        self._parts: list[Codes] = []

    def take(self, values: Sequence[Value]) -> None:
        found = self._found
        if values and values.count(values[0]) == len(values):  # as most axes are, and much faster
            code = found.setdefault(values[0], len(found))
            self._parts.append(np.full(len(values), code, np.int32))
            return
        codes = (found.setdefault(value, len(found)) for value in values)
        self._parts.append(np.fromiter(codes, np.int32, len(values)))

    def coded(self) -> Coded:
        """Return the column; numbers within texts count where ``natural``, else letters alone."""
        order = sorted(self._found, key=_natural if self._natural else _plain)
        place = np.empty(len(order), np.int32)
        for rank, value in enumerate(order):
            place[self._found[value]] = rank
        codes = np.concatenate([*self._parts, np.empty(0, np.int32)])
        return Coded(tuple(order), place[codes])


def _plain(value: Value) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    return (2, 0.0, value) if isinstance(value, str) else (1, float(value), "")


_NUMBER = re.compile(r"(\d+(?:\.\d+)?)")


def _natural(value: Value) -> tuple[int, float, tuple[tuple[int, float, str], ...], str]:
    if value is None:
        return (0, 0.0, (), "")
    if not isinstance(value, str):
        return (1, float(value), (), "")
    parts = _NUMBER.split(value)
    split = tuple((1, float(p), "") if place % 2 else (0, 0.0, p) for place, p in enumerate(parts))
    return (2, 0.0, split, value)
