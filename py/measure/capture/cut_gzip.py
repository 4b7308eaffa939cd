"""Reading gzip data that may end anywhere: all that came before the end is kept."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

_CHUNK = 1 << 16
_MOST_AT_ONCE = 1 << 20
_GZIP_ONLY = 31


class CutGzip:
    """What gzip data of one or more members hold, in pieces of at most a megabyte.

    Data that end early are no fault. ``damaged`` is true, once all pieces were taken, where bytes
    other than those of a gzip stream came; what came before them is among the pieces.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.damaged = False
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        inflater = zlib.decompressobj(_GZIP_ONLY)
        while chunk := self._file.read(_CHUNK):
            while chunk:
                before = inflater.copy()
                try:
                    piece = inflater.decompress(chunk, _MOST_AT_ONCE)
                except zlib.error:
                    self.damaged = True
                    yield from _up_to_the_error(before, chunk)
                    return
                if piece:
                    yield piece
                chunk = inflater.unconsumed_tail
                if inflater.eof:
                    chunk = inflater.unused_data
                    inflater = zlib.decompressobj(_GZIP_ONLY)
        if piece := inflater.flush():
            yield piece


def _up_to_the_error(inflater: "zlib._Decompress", chunk: bytes) -> Iterator[bytes]:
    """Yield what a chunk holds before the byte that is wrong: a failed call returns nothing."""
    for place in range(len(chunk)):
        try:
            piece = inflater.decompress(chunk[place : place + 1])
        except zlib.error:
            return
        if piece:
            yield piece
