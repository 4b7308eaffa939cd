"""A file that can be sought in, read through one window, with a limit on how much is looked at."""

from typing import BinaryIO

from py.errors import JoulegraphError

WINDOW_BYTES = 64 * 1024
MAX_FIELDS = 4_000_000


class Source:
    """A seekable file, read through one window, with the count of fields seen so far."""

    __slots__ = ("_data", "_file", "_start", "fields", "size_bytes")

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size_bytes = file.seek(0, 2)
        self._start = 0
        self._data = b""
        self.fields = 0

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` to ``end``; small reads come out of the window."""
        offset = start - self._start
        if offset < 0 or end > self._start + len(self._data):
            self._file.seek(start)
            self._data = self._file.read(max(WINDOW_BYTES, end - start))
            self._start, offset = start, 0
            if len(self._data) < end - start:
                raise truncated(start + len(self._data))
        return self._data[offset : offset + end - start]

    def count(self, fields: int) -> None:
        """Add to the number of fields seen and refuse a file that has too many."""
        self.fields += fields
        if self.fields > MAX_FIELDS:
            raise JoulegraphError(
                "too-many",
                f"The file has more than {MAX_FIELDS:,} fields outside its weights.",
                "Joulegraph reads graphs of up to some 200,000 nodes; split the model.",
            )


def truncated(size_bytes: int) -> JoulegraphError:
    """Return the error for a file of ``size_bytes`` that ends too early."""
    return JoulegraphError(
        "truncated",
        f"The file ends too early: its last field goes on past its {size_bytes:,} bytes.",
        "Copy or download the file again; part of it is missing.",
    )
