"""The model's file and those beside it, read by Python; opened when first asked for."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from py.graph.weights.blocks import Block, Tally
from py.graph.weights.external import external_path, unreadable
from py.graph.weights.plain import Arithmetic, PlainArithmetic

#: Says where the file is that a model names, None where it was not given.
Find = Callable[[str], Path | None]


class OpenFiles:
    """``Files`` of a model that is open itself; ``find`` says where the others are."""

    def __init__(self, model: BinaryIO, find: Find, arithmetic: Arithmetic | None = None) -> None:
        self._open: dict[str, BinaryIO | None] = {"": model}
        self._sizes: dict[str, int | None] = {}
        self._find = find
        self._arithmetic: Arithmetic = arithmetic or PlainArithmetic()

    def __enter__(self) -> "OpenFiles":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for location, file in self._open.items():
            if location and file is not None:
                file.close()

    def size_bytes(self, location: str) -> int | None:
        if location not in self._sizes:
            file = self._file(location)
            self._sizes[location] = None if file is None else file.seek(0, 2)
        return self._sizes[location]

    def read(self, location: str, start: int, end: int) -> bytes:
        file = self._file(location)
        if file is None:
            return b""
        try:
            file.seek(start)
            return file.read(end - start)
        except OSError as error:
            raise unreadable(location or "itself", error) from None

    def count(self, block: Block) -> Tally:
        data = self.read(block.location, block.start, block.end)
        if len(data) < block.end - block.start:  # cut off while it is being read
            return Tally(0, 0, block.start)
        if block.varints:
            zeros, elements, used = self._arithmetic.varints(
                data, block.zero, block.first, block.elements
            )
            return Tally(zeros, elements, block.start + used)
        zeros = self._arithmetic.packed(data, block.zero, block.first, block.elements)
        return Tally(zeros, block.elements, block.end)

    def _file(self, location: str) -> BinaryIO | None:
        if location not in self._open:
            path = self._find(location)
            try:
                self._open[location] = None if path is None else path.open("rb")
            except OSError as error:
                raise unreadable(location, error) from None
        return self._open[location]


def beside(model: Path | None) -> Find:
    """Return how the files in a model's folder are found; a model without one (a pipe) has none."""

    def find(location: str) -> Path | None:
        return None if model is None else external_path(model, location)

    return find
