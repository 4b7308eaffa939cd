"""The model's file and those in its folder, read by Python itself."""

from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from py.graph.weights.blocks import Block, Tally
from py.graph.weights.external import check_location, external_path
from py.graph.weights.plain import Arithmetic, PlainArithmetic


class Folder:
    """``Files`` of a model that is open: ``path`` is None where it has no folder (a pipe)."""

    def __init__(
        self, model: BinaryIO, path: Path | None, arithmetic: Arithmetic | None = None
    ) -> None:
        self._open: dict[str, BinaryIO | None] = {"": model}
        self._sizes: dict[str, int | None] = {}
        self._path = path
        self._arithmetic: Arithmetic = arithmetic or PlainArithmetic()

    def __enter__(self) -> "Folder":
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
        file.seek(start)
        return file.read(end - start)

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
            check_location(location)
            path = None if self._path is None else external_path(self._path, location)
            self._open[location] = None if path is None else path.open("rb")
        return self._open[location]
