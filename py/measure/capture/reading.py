"""Reading a capture back, whole or cut: the header, then row by row in bounded memory."""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from py.bounded_json import MOST_CHARACTERS
from py.errors import JoulegraphError
from py.measure.capture.columns import cells_of
from py.measure.capture.cut_gzip import CutGzip
from py.measure.capture.header import BEGINS, MARK, Header, invalid, parse_header

MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
#: In bytes; a cell has at most 2,000 letters.
_MOST_LINE = 1 << 16


def is_capture(path: Path) -> bool:
    """Return whether a file begins as a capture does; a plain table does not.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        try:
            with gzip.GzipFile(fileobj=file) as text:
                return text.read(len(_BEGINS)) == _BEGINS
        except (EOFError, gzip.BadGzipFile, zlib.error):
            return False


_BEGINS = (MARK + "{").encode()


class Captured:
    """An open capture. ``header`` is None where the file ends before the first row could stand.

    What is there of it is a header's beginning still: any other file is none of ours.

    ``damaged`` is known once all rows were read: true where bytes came that no capture has. Rows
    before them were yielded, nothing after.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self._pieces = CutGzip(file)
        self._wrong = False
        self._cut = b""
        self._lines = self._whole_lines()
        first = next(self._lines, None)
        if first is None and self._pieces.damaged:
            raise invalid(name, "gzip data")
        if first is None and not _may_begin_a_header(self._cut):
            got = self._cut[:20].decode("utf-8", "replace")
            raise invalid(name, f"a first line that begins with {BEGINS!r}, got {got!r}")
        self.header: Header | None = None
        self.columns: tuple[str, ...] = ()
        if first is not None:
            self.header = parse_header(_text(first, name), name)
        second = next(self._lines, None)
        if second is None:
            self.header = None  # nothing but a cut header, or none
        else:
            self.columns = _columns(_text(second, name), name)

    @property
    def damaged(self) -> bool:
        return self._wrong or self._pieces.damaged

    def rows(self) -> Iterator[Mapping[str, str]]:
        """Yield the rows that are whole, as their cells by column.

        Raises:
            JoulegraphError: ``capture-invalid`` where there are more than a million.
        """
        for count, line in enumerate(self._lines, 1):
            if count > MOST_ROWS:
                raise invalid(self.name, f"at most {MOST_ROWS} rows, got more")
            try:
                cells = cells_of(line.decode("utf-8"))
            except ValueError:
                cells = []
            if len(cells) != len(self.columns):
                self._wrong = True
                return
            yield dict(zip(self.columns, cells, strict=True))

    def _whole_lines(self) -> Iterator[bytes]:
        """Yield each line that has its end."""
        rest = bytearray()
        most = MOST_CHARACTERS  # the header's; those of rows are shorter
        for piece in self._pieces:
            *ends, last = piece.split(b"\n")
            for end in ends:
                yield bytes(rest + end)
                rest.clear()
                most = _MOST_LINE
            rest += last
            if len(rest) > most:
                raise invalid(self.name, f"lines of at most {most} bytes, got a longer one")
        self._cut = bytes(rest)


@contextmanager
def open_capture(path: Path) -> Iterator[Captured]:
    """Open a capture to be read.

    Raises:
        JoulegraphError: ``capture-invalid`` for a file that is none; ``unreadable``.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise JoulegraphError(
            "unreadable", f"{path} can't be read: {error.strerror}.", "Check the path."
        ) from None
    with file:
        yield Captured(file, path.name)


def _may_begin_a_header(data: bytes) -> bool:
    """Return whether data are the beginning of a capture, however short."""
    begins = BEGINS.encode()
    return data.startswith(begins) or begins.startswith(data)


def _columns(line: str, name: str) -> tuple[str, ...]:
    try:
        return tuple(cells_of(line))
    except ValueError:
        raise invalid(name, "the names of its columns in the second line") from None


def _text(line: bytes, name: str) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise invalid(name, "text in UTF-8") from None
