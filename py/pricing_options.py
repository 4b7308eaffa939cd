"""The options of ``py.estimate`` that say how a model is priced."""

import re
from fractions import Fraction
from pathlib import Path

from py.bounded_json import parse_json, read_bounded
from py.errors import JoulegraphError
from py.layers import Bits, Density

WEIGHTS = "weights"
NONE = "none"
_MOST_DENSITY_BYTES = 4_000_000
_BYTES = {
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "Ki": 1 << 10,
    "Mi": 1 << 20,
    "Gi": 1 << 30,
}


def bits_of(given: list[str] | None) -> Bits | None:
    """Return the widths that --bits asks for in all layers; ``none`` takes back what a link says.

    Those of single layers are read by ``py.what_if_options``.
    """
    plain = [text for text in given or () if ":" not in text]
    if not plain or plain == [NONE]:
        return Bits() if plain else None
    text = plain[0]
    match = re.fullmatch(r"(\d{1,2})|w=(\d{1,2}),a=(\d{1,2})|a=(\d{1,2}),w=(\d{1,2})", text)
    if len(set(plain)) > 1:
        raise JoulegraphError(
            "conflicting-choices",
            f"--bits is given twice for all layers: {plain[0][:40]} and {plain[1][:40]}.",
            "Leave one of the two out, or name a layer, as in conv1:8.",
        )
    if match is not None:
        both, w, a, a_first, w_second = match.groups()
        weight, activation = int(both or w or w_second), int(both or a or a_first)
        if 1 <= weight <= 64 and 1 <= activation <= 64:
            return Bits(weight, activation)
    raise JoulegraphError(
        "bad-option",
        "--bits takes 8, or w=4,a=8, from 1 to 64, or those of a layer as in conv1:w=4,a=8, "
        f"got {text[:40]!r}.",
        "Correct it.",
    )


def capacities_of(given: list[str] | None) -> dict[str, int] | None:
    """Return the bytes by level that --capacity asks for; None where nobody asks.

    ``none`` takes back what a link says.
    """
    if given is None:
        return None
    if given == [NONE]:
        return {}
    found: dict[str, int] = {}
    for text in given:
        match = re.fullmatch(
            r"([^=]{1,64})=([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*(k|M|G|Ki|Mi|Gi)?B?", text
        )
        size = Fraction(0) if match is None else Fraction(match[2]) * _BYTES[match[3] or ""]
        if match is None or size < 1 or size.denominator != 1:
            raise JoulegraphError(
                "bad-option",
                "--capacity takes LEVEL=BYTES, as in global_buffer=204800 or global_buffer=200KiB "
                f"(or kB, MiB, MB), got {text[:60]!r}.",
                "Correct it; a capacity is a whole number of bytes.",
            )
        if found.setdefault(match[1], int(size)) != int(size):
            raise JoulegraphError(
                "conflicting-choices",
                f"--capacity {match[1]} is given twice: {found[match[1]]} and {int(size)} bytes.",
                "Leave one of the two out.",
            )
    return found


def zeros_of(given: list[str] | None) -> tuple[str | None, bool]:
    """Return the file of zero fractions that was asked for, and whether weights are counted."""
    others = [text for text in given or () if text != WEIGHTS]
    if len(others) > 1 or (given or []).count(WEIGHTS) > 1 or {NONE, WEIGHTS} <= set(given or ()):
        raise JoulegraphError(
            "bad-option",
            f"--density takes one file, weights, or both, got {' and '.join(given or ())[:80]}.",
            "Leave one out.",
        )
    return (others[0] if others else None), WEIGHTS in (given or ())


def density_of(text: str | None, model: str) -> Density | None:
    """Return the zero fractions of a file, by default of the one beside the model."""
    if text == NONE:
        return None
    if text is None:
        path = Path(model).with_suffix(".density.json") if model.endswith(".onnx") else None
        if path is None or not path.is_file():
            return None
    else:
        path = Path(text)
    try:
        return Density.from_json(
            parse_json(read_bounded(path, _MOST_DENSITY_BYTES), what=path.name)
        )
    except (OSError, UnicodeDecodeError) as error:
        raise JoulegraphError(
            "unreadable",
            f"The zero fractions {path} can't be read: {error}.",
            "Check the path, or say --density none.",
        ) from None
