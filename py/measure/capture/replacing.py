"""Writing a gzip file so that the one before stands until the new one is whole, on the disk."""

import errno
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_GZIP_ONLY = 31
_BEST = 9
#: A device that has no fsync says one of these.
_NO_SYNC = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})


@contextmanager
def replacing(path: Path) -> Iterator[Callable[[str], None]]:
    """Yield a function that writes text to a gzip file, which takes the place of ``path``."""
    part = path.with_name(f".{path.name}.part")
    deflater = zlib.compressobj(_BEST, zlib.DEFLATED, _GZIP_ONLY)
    try:
        with part.open("wb") as file:

            def write(text: str) -> None:
                file.write(deflater.compress(text.encode()))

            yield write
            file.write(deflater.flush(zlib.Z_FINISH))
            file.flush()
            sync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    _sync_folder(path.parent)


def sync(descriptor: int) -> None:
    """Wait until what was written to a file is on its disk, where the file system can tell."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def _sync_folder(folder: Path) -> None:
    """Make a file's new name last through a power failure."""
    with suppress(OSError):  # not every system lets a folder be opened
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
