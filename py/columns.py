"""Plain text tables: columns aligned, numbers to the right, safe to print."""

import unicodedata
from collections.abc import Sequence


def columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1, foot: int = 0
) -> list[str]:
    """Return the lines of a table; the first ``left`` columns are aligned left, the others right.

    A rule goes under the header and over the last ``foot`` rows. Control characters in cells are
    replaced, so that a name from a file can't drive the terminal.
    """
    clean = [[printable(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*clean, strict=True)]
    line = "  ".join(
        f"{{:{'<' if position < left else '>'}{width}}}" for position, width in enumerate(widths)
    )
    rule = "  ".join("─" * width for width in widths)
    lines = [line.format(*row).rstrip() for row in clean]
    if foot:
        lines.insert(len(lines) - foot, rule)
    lines.insert(1, rule)
    return lines


def counted(value: int | None, nothing: str = "–") -> str:
    """Return a count written out, in groups of three digits; unknown is said."""
    if value is None:
        return "unknown"
    if not value:
        return nothing
    return f"{value:,}".replace(",", "\N{THIN SPACE}").replace("-", "\N{MINUS SIGN}")


def several(count: int, noun: str) -> str:
    """Return how many of a noun with a regular plural: 1 layer, 2,000 layers."""
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def sizes(shape: Sequence[int | None] | None) -> str:
    """Return a shape as in 1x3x224x224; an unknown size is a question mark."""
    if shape is None:
        return "of unknown rank"
    return "x".join("?" if size is None else str(size) for size in shape) or "scalar"


def printable(text: str) -> str:
    """Return text with control and direction characters replaced by a visible mark."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cf") else c for c in text
    )


def safe_cell(text: str) -> str:
    """Return text that a spreadsheet does not run as a formula and that can't drive a terminal."""
    text = printable(text)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def shortened(text: str, most: int) -> str:
    """Return text in at most ``most`` characters; the middle goes, for names differ at the ends."""
    if len(text) <= most:
        return text
    head = (most - 1) // 2
    return f"{text[:head]}…{text[len(text) - (most - 1 - head) :]}"


_PLAIN = str.maketrans(
    {"─": "-", "\N{THIN SPACE}": " ", "–": "-", "\N{MINUS SIGN}": "-", "×": "x", "…": "~", "≥": ">"}
)


def written_for(text: str, encoding: str | None) -> str:
    """Return text with the tables' signs in plain letters where an encoding has not all of them."""
    try:
        "─\N{THIN SPACE}–\N{MINUS SIGN}×…≥".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return text.translate(_PLAIN)
    return text
