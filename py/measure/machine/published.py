"""Texts that were not written here, made fit to publish: a capture shows them to everyone.

Whatever can be read as a closed form (a number, one of a list of words) is read so. What is free
text (a product's name, an error's message) comes through here.
"""

import re

from py.measure.machine.checked import MOST_TEXT

_HOME = re.compile(r"(?:/(?:var/)?home/|/Users/|/root\b|[A-Za-z]:\\Users\\)[^\s'\":;,)]*", re.ASCII)
_MAC = re.compile(r"\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b")
_UUID = re.compile(r"\b(?:GPU-|MIG-)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4 = re.compile(rf"\b{_OCTET}(?:\.{_OCTET}){{3}}\b")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}(?![\w:])")
_LONG_HEX = re.compile(r"\b[0-9a-fA-F]{24,}\b")


def free_text(text: str | None, most: int = 200) -> str | None:
    """Return one printable line without paths of a home, addresses and long identifiers."""
    if text is None:
        return None
    line = " ".join(text[: 4 * MOST_TEXT].split())
    line = "".join(letter if letter.isprintable() else "?" for letter in line)
    line = _HOME.sub("~", line)
    for pattern in (_MAC, _UUID, _IPV4, _IPV6, _LONG_HEX):
        line = pattern.sub("(left out)", line)
    return line[: min(most, MOST_TEXT)].strip() or None


def free_lines(text: str | None) -> tuple[str, ...]:
    """Return the lines of a text, each made fit to publish; at most eight."""
    lines = (free_text(line, MOST_TEXT) for line in (text or "").splitlines()[:8])
    return tuple(line for line in lines if line)
