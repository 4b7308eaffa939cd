"""Texts that were not written here, made fit to publish: a capture shows them to everyone.

Whatever can be read as a closed form (a number, one of a list of words) is read so. What is free
text (a product's name, an error's message) comes through here.
"""

from py.measure.machine.checked import MOST_TEXT
from py.measure.machine.private import PATTERNS


def free_text(text: str | None, most: int = 200) -> str | None:
    """Return one printable line without paths of a home, addresses and long identifiers."""
    if text is None:
        return None
    line = " ".join(text[: 4 * MOST_TEXT].split())
    line = "".join(letter if letter.isprintable() else "?" for letter in line)
    for pattern in PATTERNS:
        line = pattern.taken_out_of(line)
    return line[: min(most, MOST_TEXT)].strip() or None


def free_lines(text: str | None) -> tuple[str, ...]:
    """Return the lines of a text, each made fit to publish; at most eight."""
    lines = (free_text(line, MOST_TEXT) for line in (text or "").splitlines()[:8])
    return tuple(line for line in lines if line)
