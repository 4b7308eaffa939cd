"""Plain text tables: columns aligned, numbers to the right, safe to print."""

import unicodedata
from collections.abc import Sequence


def columns(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> list[str]:
    """Return the lines of a table; the first ``left`` columns are aligned left, the others right.

    Control characters in cells are replaced, so that a name from a file can't drive the terminal.
    """
    clean = [[printable(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[position]) for row in clean) for position in range(len(header))]
    lines = []
    for number, row in enumerate(clean):
        cells = [
            cell.ljust(width) if position < left else cell.rjust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
        if number == 0:
            lines.append("  ".join("─" * width for width in widths))
    return lines


def printable(text: str) -> str:
    """Return text with control and direction characters replaced by a visible mark."""
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
