"""Counting left to whoever runs the engine: the page does it in typed arrays, outside Python.

A block goes out as JSON, ``{"path", "start", "end", "varints", "bits", "masks", "patterns",
"inner", "first", "elements"}`` with the mask in words of 32 bits, lowest first; back come the
zeros, the elements and where the counting ended, or null where the bytes could not be read.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from py.graph.weights.blocks import Block, Tally
from py.graph.weights.open_files import Find, OpenFiles

Count = Callable[[str], str]
_WORD_BITS = 32


class CountedOutside(OpenFiles):
    """``Files`` whose blocks are counted by ``count``; Python reads only what is small itself."""

    def __init__(self, model: BinaryIO, path: Path, find: Find, count: Count) -> None:
        super().__init__(model, find)
        self._path, self._find_path, self._count = path, find, count

    def count(self, block: Block) -> Tally:
        zero = block.zero
        path = self._find_path(block.location) if block.location else self._path
        if zero.bits > _WORD_BITS and any(zero.patterns):
            return super().count(block)  # no quantised type is that wide
        words = range(0, zero.bits, _WORD_BITS)
        found = json.loads(
            self._count(
                json.dumps(
                    {
                        "path": str(path),
                        "start": block.start,
                        "end": block.end,
                        "varints": block.varints,
                        "bits": zero.bits,
                        "masks": [zero.mask >> at & 0xFFFF_FFFF for at in words],
                        "patterns": list(zero.patterns),
                        "inner": zero.inner,
                        "first": block.first,
                        "elements": block.elements,
                    }
                )
            )
        )
        if found is None:
            return Tally(0, 0, block.start)
        zeros, elements, end = (int(number) for number in found)
        return Tally(zeros, elements, end)


def given_along(paths: dict[str, Path]) -> Find:
    """Return how files that were given along with a model are found: by their last name.

    A page knows no folders: ``weights/a.data`` is the file ``a.data`` that was given.
    """

    def find(location: str) -> Path | None:
        return paths.get(location) or paths.get(location.replace("\\", "/").rsplit("/", 1)[-1])

    return find
