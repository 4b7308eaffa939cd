"""The file of a capture: each row is on the disk before the next one is measured.

A file that ends anywhere (the process was killed, the disk was full, the power failed) holds every
row but the last. It is **resumed**: the rows that are whole go to a temporary file that takes its
place, and new ones are appended.
"""

import errno
import os
import shutil
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from py.errors import JoulegraphError
from py.measure.capture.columns import COLUMNS, FAILED, IDLE, key_of, line_of
from py.measure.capture.header import Header, differences
from py.measure.capture.lock import Lock
from py.measure.capture.reading import open_capture
from py.measure.capture.replacing import replacing, sync

_GZIP_ONLY = 31
_BEST = 9
_BINARY = getattr(os, "O_BINARY", 0)
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


class CaptureFile:
    """An open capture, to be appended to; a context.

    ``done`` are the keys of the rows it has, with each row's note.
    """

    def __init__(self, path: Path, header: Header, *, retry: bool = False) -> None:
        """Create a capture, or resume the one that is there.

        ``retry`` lets go of the rows that failed, so that they are measured again.

        Raises:
            JoulegraphError: ``capture-differs`` where the file's rows are of something else;
                ``capture-in-use``, ``capture-invalid``, ``disk-full``, ``unwritable``.
        """
        self.path = path.resolve()
        self.header = header
        self.done: dict[str, str] = {}
        self.notes: list[str] = []
        self.shown = path
        self._lock = Lock(self.path)
        self._lock.__enter__()
        try:
            self._write_whole_rows(retry)
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | _BINARY)
        except BaseException as error:
            self._lock.__exit__(None, None, None)
            if isinstance(error, OSError):
                raise self._unwritable(error) from None
            raise
        self._end = os.lseek(self._descriptor, 0, os.SEEK_END)
        self._deflater = zlib.compressobj(_BEST, zlib.DEFLATED, _GZIP_ONLY)
        self._begun = self._broken = False

    def __enter__(self) -> "CaptureFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, cells: Mapping[str, str]) -> None:
        """Append a row; when this returns, it is on the disk.

        Raises:
            JoulegraphError: ``disk-full`` or ``unwritable``; the file is left without this row.
        """
        if self._broken:
            raise self._unwritable(OSError(errno.EIO, os.strerror(errno.EIO)))
        line = line_of([cells.get(name, "") for name in COLUMNS]) + "\n"
        data = self._deflater.compress(line.encode()) + self._deflater.flush(zlib.Z_SYNC_FLUSH)
        self._begun = True
        try:
            self._write(data)
        except OSError as error:
            self._broken = True
            with suppress(OSError):  # a reader stops at half a row anyway
                os.ftruncate(self._descriptor, self._end)
            raise self._unwritable(error) from None
        self._end += len(data)
        if cells.get("op") != IDLE:
            self.done[key_of(cells)] = cells.get("note", "")

    def close(self, *, tidy: bool = False) -> None:
        """End the file's last gzip member; ``tidy`` writes all rows anew into a single one."""
        if self._descriptor < 0:
            return
        try:
            if self._begun and not self._broken:
                with suppress(OSError):  # the file is readable without
                    self._write(self._deflater.flush(zlib.Z_FINISH))
            os.close(self._descriptor)
            self._descriptor = -1
            if tidy and not self._broken:
                with suppress(OSError):  # no room for a copy: the file stays as it is
                    self._write_whole_rows(retry=False)
        finally:
            self._lock.__exit__(None, None, None)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
        sync(self._descriptor)

    def _write_whole_rows(self, retry: bool) -> None:
        """Put a file in the place of this one that has its header and whole rows, and no more."""
        self.done.clear()
        if not self.path.exists():
            with replacing(self.path) as write:
                write(self._head(self.header))
            return
        with open_capture(self.path) as had, replacing(self.path) as write:
            if had.header is not None:
                self._check(had.header, had.columns)
                self.header = had.header
            write(self._head(self.header))
            for cells in had.rows():
                note = cells["note"]
                if cells["op"] != IDLE:
                    if retry and note.startswith(FAILED):
                        continue
                    self.done[key_of(cells)] = note
                write(line_of([cells[name] for name in COLUMNS]) + "\n")
            if had.damaged:
                kept = self.path.with_name(f"{self.path.name}.damaged")
                shutil.copyfile(self.path, kept)
                self.notes.append(
                    f"{self.shown} is damaged after {len(self.done)} rows: what follows is left "
                    f"out; the damaged file is kept as {kept.name}"
                )

    def _head(self, header: Header) -> str:
        return f"{header.line}\n{line_of(COLUMNS)}\n"

    def _check(self, had: Header, columns: tuple[str, ...]) -> None:
        found = differences(had, self.header)
        if columns != COLUMNS:
            found.append("it has other columns")
        if found:
            raise JoulegraphError(
                "capture-differs",
                f"{self.shown} is a capture of something else: {'; '.join(found[:5])}.",
                "Begin anew with another --output, or with the settings that it was begun with.",
            )

    def _unwritable(self, error: OSError) -> JoulegraphError:
        kept = f"; it has {len(self.done)} rows" if self.done else ""
        why = error.strerror or str(error)
        if error.errno in _FULL:
            remedy = "Make room, then give the same command again: it goes on after the last row."
            return JoulegraphError(
                "disk-full", f"{self.shown} can't be written: {why}{kept}.", remedy
            )
        return JoulegraphError(
            "unwritable",
            f"{self.shown} can't be written: {why}{kept}.",
            "Give the same command again where it can be, or choose another --output.",
        )
