"""Small text files that the kernel shows under /sys and /proc, read within bounds."""

from collections.abc import Callable
from pathlib import Path

MOST_BYTES = 65536
"""The longest of them that is read: /proc/cpuinfo of many cores is cut, which does no harm."""

ReadText = Callable[[Path], str]
"""Returns the text of a file; raises OSError. Passed in: tests can then refuse a file to root."""


def read_text(path: Path) -> str:
    """Return the beginning of a file as text; bytes that are no text become question marks.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb", buffering=0) as file:
        return (file.read(MOST_BYTES) or b"").decode("utf-8", "replace")


def whole_number(text: str) -> int | None:
    """Return the whole number, not below 0, that the text is; None for anything else."""
    text = text.strip()
    return int(text) if len(text) <= 20 and text.isascii() and text.isdigit() else None


def reason_of(error: OSError) -> str:
    """Return what the operating system said, in its own words."""
    return error.strerror or type(error).__name__
