"""Reading the kernel's own files, bounded and without surprises, below a root that tests give."""

import os
import re
from pathlib import Path

_MOST_CHARACTERS = 65_536
_MOST_NAMES = 8_192
_MOST_RANGE = 65_536
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


class Tree:
    """A tree of files laid out as Linux does (``/proc``, ``/sys``, ``/etc``).

    Whatever is missing, forbidden, too large or not of its form is None: unavailable, no error.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root

    def text(self, path: str, most: int = _MOST_CHARACTERS) -> str | None:
        """Return the start of a file, at most so many bytes, stripped; None where there is none."""
        try:
            # A pipe someone put there must not make the program wait.
            handle = os.open(self.root / path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        except (OSError, ValueError):
            return None
        try:
            parts, left = [], most
            while left > 0 and (part := os.read(handle, left)):
                parts.append(part)
                left -= len(part)
        except OSError:
            return None
        finally:
            os.close(handle)
        return b"".join(parts).decode("utf-8", "replace").replace("\0", " ").strip()

    def word(self, path: str, most: int = 200) -> str | None:
        """Return a file's first line where it is printable and not blank."""
        text = self.text(path)
        line = text.splitlines()[0].strip() if text else ""
        return line[:most] if line and line.isprintable() else None

    def number(self, path: str, least: int = 0, most: int = 10**18) -> int | None:
        """Return the whole number a file holds, where it lies within bounds."""
        return whole(self.word(path), least, most)

    def numbers(self, path: str) -> tuple[int, ...]:
        """Return a list of numbers as the kernel writes them: ``0-3,8``."""
        return ranges(self.text(path))

    def names(self, folder: str, pattern: str = r".+") -> tuple[str, ...]:
        """Return the names in a folder that match, in order; numbers in them count as numbers."""
        found = []
        try:
            with os.scandir(self.root / folder) as entries:
                for count, entry in enumerate(entries):
                    if count >= _MOST_NAMES:
                        break
                    if re.fullmatch(pattern, entry.name, re.ASCII):
                        found.append(entry.name)
        except (OSError, ValueError):
            return ()
        return tuple(sorted(found, key=_natural))

    def has(self, path: str) -> bool:
        """Return whether there is anything at a path."""
        try:
            return (self.root / path).exists()
        except (OSError, ValueError):
            return False


def whole(text: str | None, least: int = 0, most: int = 10**18) -> int | None:
    """Return the whole number that a text is, where it lies within bounds."""
    text = (text or "").strip()
    if not re.fullmatch(r"-?\d{1,20}", text, re.ASCII):
        return None
    number = int(text)
    return number if least <= number <= most else None


def decimal(text: str | None, least: float = 0.0, most: float = 1e18) -> float | None:
    """Return the decimal number that a text is, where it lies within bounds."""
    text = (text or "").strip()
    if not re.fullmatch(r"-?\d{1,20}(\.\d{1,20})?", text, re.ASCII):
        return None
    number = float(text)
    return number if least <= number <= most else None


def ranges(text: str | None) -> tuple[int, ...]:
    """Return the numbers of a list like ``0-3,8``; empty where it is none."""
    found: set[int] = set()
    for part in (text or "").strip().split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            return ()
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last < _MOST_RANGE:
            return ()
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    parts = re.findall(r"\d{1,18}|\D+|\d+", name, re.ASCII)
    return tuple(
        (int(part), "") if part.isascii() and part.isdigit() and len(part) < 19 else (-1, part)
        for part in parts
    )
