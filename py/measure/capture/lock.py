"""A lock beside a file: only one process writes it, and a lock dies with its process."""

import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType

from py.errors import JoulegraphError

if sys.platform == "win32":
    import msvcrt

    def _try_to_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_to_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Lock:
    """Holds ``.NAME.lock`` beside a file, as a context."""

    def __init__(self, path: Path) -> None:
        self._file = path
        self._path = path.with_name(f".{path.name}.lock")
        self._descriptor: int | None = None

    def __enter__(self) -> "Lock":
        """Take the lock.

        Raises:
            JoulegraphError: ``capture-in-use`` where another process has it; ``unwritable``.
        """
        try:
            while self._descriptor is None:
                self._descriptor = self._taken()
        except OSError as error:
            raise JoulegraphError(
                "unwritable",
                f"{self._file} can't be written: {error.strerror}.",
                "Choose another --output.",
            ) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if sys.platform != "win32":  # an open file can't be removed there
            with contextlib.suppress(OSError):
                self._path.unlink()
        os.close(descriptor)

    def _taken(self) -> int | None:
        """Return the lock's descriptor; None where the one before removed its file meanwhile."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _try_to_lock(descriptor)
            at_path = os.stat(self._path)
        except (BlockingIOError, PermissionError):
            os.close(descriptor)
            raise JoulegraphError(
                "capture-in-use",
                f"{self._file} is being written by another process.",
                "Wait until it has ended, or choose another --output.",
            ) from None
        except FileNotFoundError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        mine = os.fstat(descriptor)
        if (mine.st_dev, mine.st_ino) != (at_path.st_dev, at_path.st_ino):
            os.close(descriptor)
            return None
        return descriptor
