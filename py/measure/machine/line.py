"""Lines of the terminal's screen: what they say, and which part of each stands out."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Role = Literal["plain", "head", "good", "bad"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line; ``role`` colours its ``mark``, which comes first. ``text`` has no colour."""

    mark: str = ""
    text: str = ""
    role: Role = "plain"

    @property
    def plain(self) -> str:
        return (self.mark + self.text).rstrip()


def head(text: str) -> Line:
    """Return a heading."""
    return Line(text, role="head")


def field(label: str, text: str, width: int, role: Role = "plain", indent: int = 14) -> list[Line]:
    """Return a text beside its label, broken into lines that begin at the same column."""
    parts = textwrap.wrap(text, width - indent, break_on_hyphens=False) or [""]
    first = f"  {label}".ljust(indent)
    return [
        Line(first if place == 0 else " " * indent, part, role if place == 0 else "plain")
        for place, part in enumerate(parts)
    ]


def command(text: str, indent: int) -> Line:
    """Return a command, never broken: it is there to be copied."""
    return Line(" " * indent, text)


def paragraph(text: str, width: int, indent: int = 2) -> Iterator[Line]:
    """Yield a text broken into lines."""
    for part in textwrap.wrap(text, width - indent, break_on_hyphens=False):
        yield Line(" " * indent, part)
