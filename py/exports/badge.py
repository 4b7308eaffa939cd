"""A badge: ``energy | 23.60 mJ`` as a small SVG for a README, all of it text and two boxes."""

import re

from py.breakdown.quantity import with_unit
from py.exports.export import Export
from py.exports.plain import plain
from py.quantities import total_count

#: The standard library's own way would import half of it, the mail reader included.
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_WIDTHS = {
    295: "'",
    302: "il",
    379: "j",
    387: " f",
    400: ",.",
    433: "!t",
    463: "I",
    469: "r",
    500: "()-/:;J[\\]|",
    505: '"',
    573: "cs",
    578: "z",
    600: "?",
    612: "L",
    632: "F",
    651: "kvxy",
    655: "e",
    661: "a",
    663: "P",
    668: "o",
    677: "Y",
    678: "T",
    685: "bdgpq",
    696: "Ehnu",
    698: "{}",
    699: "$*0123456789_`–",
    706: "µ",
    752: "ASV",
    754: "BXZ",
    762: "K",
    765: "R",
    768: "C",
    799: "&",
    805: "U",
    823: "N",
    827: "H",
    848: "D",
    853: "G",
    866: "OQ",
    900: "#+<=>^w~≥×",
    927: "M",
    1070: "m",
    1088: "W",
    1100: "@",
    1184: "%",
}
"""Hundredths of a pixel that the letters of Verdana take at 11 px, as the package anafanafo 2.0
measured them."""
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_UNKNOWN = 1100
_NOT_IN_XML = re.compile(r"[^\t\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PADDING = 5
_LABEL, _VALUE = "#444", "#0b5c8a"


def badge(export: Export) -> str:
    """Return the badge of one inference, or example of a step: its energy, else its time."""
    result = export.result
    each = result.totals()["per_inference"]
    label = "time" if result.basis.word == "time" else "energy"
    unit = {"energy_j": "J", "energy_macs": "MACe", "time_s": "s"}[result.basis.name]
    least = "≥ " if result.not_modelled and result.rows else ""
    value = least + with_unit(each[result.basis.name], unit)
    title = f"{label} per {export.each} of {result.model.name} on {result.platform.name}: {value}"
    made = "; ".join(f"{name}: {text}" for name, text in export.made().items())
    left, right = width(label) + 2 * _PADDING, width(value) + 2 * _PADDING
    whole = left + right
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" '
        f'viewBox="0 0 {whole} 20" role="img" aria-label="{_text(title)}">\n'
        f"<title>{_text(title)}</title>\n"
        f"<desc>{_text(made)}</desc>\n"
        f'<rect width="{left}" height="20" fill="{_LABEL}"/>\n'
        f'<rect x="{left}" width="{right}" height="20" fill="{_VALUE}"/>\n'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">\n'
        f'<text x="{_PADDING}" y="14" textLength="{width(label)}">{_text(label)}</text>\n'
        f'<text x="{left + _PADDING}" y="14" textLength="{width(value)}">{_text(value)}</text>\n'
        "</g>\n</svg>\n"
    )


def width(text: str) -> int:
    """Return how many whole pixels a text takes in Verdana at 11 px, rounded up."""
    hundredths = total_count(_WIDTH_OF.get(letter, _UNKNOWN) for letter in text) or 0
    return -(-hundredths // 100)


def _clean(text: str) -> str:
    """Return text of letters that XML allows."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", plain(text))


def _text(text: str) -> str:
    return _clean(text).translate(_MARKUP)
