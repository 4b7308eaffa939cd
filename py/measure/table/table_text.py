"""The cells of a table, line by line: however long it is, a few megabytes of it are held at once.

A table is gone through twice: first as bytes, so that a file which is damaged, too large or no text
is refused before any of its rows is taken; then row by row.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, TextIO, cast

from py.bounded_json import MOST_CHARACTERS
from py.errors import JoulegraphError
from py.measure.table.invalid import invalid

MOST_COLUMNS = 200
MOST_CELL = 2_000
_MOST_TEXT = MOST_CHARACTERS + 100
"""Letters of a capture's header, or of one row: two hundred cells have fewer."""
_PIECE = 1 << 20
_GZIP = b"\x1f\x8b"
_HEADER_OF_CAPTURE = "# {"


@dataclass(frozen=True, slots=True)
class TableText:
    """A table that can be opened again and again; gzip is known by its first bytes."""

    name: str
    opened: Callable[[], AbstractContextManager[BinaryIO]]
    most_bytes: int

    def check(self) -> None:
        """Refuse a file that is damaged, too large once unpacked, or no text in UTF-8.

        Raises:
            JoulegraphError: ``rows-invalid`` with what was expected.
            OSError: the file can't be read.
        """
        with self.opened() as file:
            unpacked = _unpacked(file)
            try:
                wrong = self._wrong(unpacked)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise self._damaged(error) from None
        if wrong is not None:
            raise invalid(self.name, f"text in UTF-8, got other bytes at byte {wrong}")

    def _wrong(self, file: BinaryIO) -> int | None:
        """Return where bytes begin that are no text; the size is what is refused first."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        wrong, size, decoded = None, 0, 0
        while True:
            piece = file.read(min(_PIECE, self.most_bytes + 1 - size))
            letters = piece if size else piece.removeprefix(codecs.BOM_UTF8)
            size += len(piece)
            if size > self.most_bytes:
                raise invalid(self.name, f"at most {self.most_bytes} bytes, got more")
            if wrong is None:
                held = len(decoder.getstate()[0])
                try:
                    decoder.decode(letters, final=not piece)
                except UnicodeDecodeError as error:
                    wrong = decoded - held + error.start
                decoded += len(letters)
            if not piece:
                return wrong

    def _damaged(self, error: Exception) -> JoulegraphError:
        return invalid(self.name, f"gzip data, got a damaged file ({str(error)[:80]})")

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the cells of each row that is not blank, with the number of its last line.

        Raises:
            JoulegraphError: ``rows-invalid`` with the line and what was expected there.
            OSError: the file can't be read.
        """
        with self.opened() as file:
            text = io.TextIOWrapper(_unpacked(file), encoding="utf-8-sig", newline="")
            try:
                yield from self._rows(text)
            except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError) as error:
                raise self._damaged(error) from None  # it changed since it was checked

    def _rows(self, text: TextIO) -> Iterator[tuple[int, list[str]]]:
        lines = _Lines(text, self.name)
        reader = csv.reader(lines, strict=True)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                expected = f"comma-separated values, got a line that is none ({error})"
                raise invalid(self.name, expected, lines.number) from None
            line = lines.number
            lines.taken = 0
            if len(row) > MOST_COLUMNS:
                raise invalid(self.name, f"at most {MOST_COLUMNS} cells, got {len(row)}", line)
            if max(map(len, row), default=0) > MOST_CELL:
                raise invalid(self.name, f"cells of at most {MOST_CELL} characters", line)
            if any(map(str.strip, row)):
                yield line, row


class _Lines:
    """The lines of a text but for a capture's header; ``taken`` are the letters of one row.

    A row may go on over several lines: what is bounded are all of them together.
    """

    def __init__(self, text: TextIO, name: str) -> None:
        self._text = text
        self._name = name
        self.number = self.taken = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(_MOST_TEXT):
            self.number += 1
            self.taken += len(line)
            if self.taken >= _MOST_TEXT:
                expected = f"fewer than {_MOST_TEXT} characters in a row, got more"
                raise invalid(self._name, expected, self.number)
            if self.number == 1 and line.startswith(_HEADER_OF_CAPTURE):
                self.taken = 0
                continue
            yield line


def _unpacked(file: BinaryIO) -> BinaryIO:
    packed = file.read(len(_GZIP)) == _GZIP
    file.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
