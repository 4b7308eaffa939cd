"""The options of the terminal programs that try out other layers, another array, another clock.

Each takes back with ``none`` what a link says.
"""

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from py.breakdown.layer_choices import (
    MOST_NAME,
    active_by_layer,
    bits_by_layer,
    exits_of,
    zeros_by_layer,
)
from py.breakdown.options import OPTIMIZERS, Options, array_of, clock_of
from py.errors import JoulegraphError
from py.pricing_options import NONE

Value = TypeVar("Value")
_HERTZ = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}
_TENSORS = {"ifmap": "ifmap", "weight": "weight", "ofmap": "ofmap"}
_WIDTHS = {"w": "weight", "a": "activation"}


def add_what_if_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``with_what_if`` reads, but --bits."""
    parser.add_argument(
        "--zeros",
        action="append",
        metavar="LAYER:ifmap=0.5,weight=0.2",
        help="zero fractions of one layer, before those of --density",
    )
    parser.add_argument(
        "--active",
        action="append",
        metavar="LAYER=0.5",
        help="in which share of inferences a layer runs, or which share of its work is done: its "
        "cost is then an expected one",
    )
    parser.add_argument(
        "--exit",
        action="append",
        metavar="LAYER=0.3",
        help="an early exit: the share of all inferences that ends after a layer; those after it "
        "in the network run for the rest",
    )
    parser.add_argument(
        "--array",
        metavar="ROWSxCOLUMNS",
        help="other numbers of PEs in an accelerator's array, such as 16x16",
    )
    parser.add_argument(
        "--clock",
        metavar="100MHz",
        help="another clock of an accelerator, at the same voltage: time follows, and with it the "
        "energy of static power",
    )
    parser.add_argument(
        "--train",
        nargs="?",
        choices=(*OPTIMIZERS, NONE),
        const=OPTIMIZERS[0],
        help=f"a training step instead of an inference (default: with {OPTIMIZERS[0]})",
    )


def with_what_if(options: Options, given: argparse.Namespace) -> Options:
    """Return the options with those of what-if.

    Raises:
        JoulegraphError: ``bad-option``, ``conflicting-choices``.
    """
    layer_bits = [text for text in given.bits or () if ":" in text or text == NONE]
    exits = _entries(given.exit, "--exit LAYER=0.3", "=", _number)
    asked: dict[str, Any] = {
        "layer_bits": _read(layer_bits or None, "--bits LAYER:w=4,a=8", ":", _bits, bits_by_layer),
        "layer_zeros": _read(
            given.zeros, "--zeros LAYER:ifmap=0.5,weight=0.2", ":", zeros_by_tensor, zeros_by_layer
        ),
        "active": _read(given.active, "--active LAYER=0.5", "=", _number, active_by_layer),
        "exits": None
        if exits is None
        else _checked(
            "--exit LAYER=0.3",
            exits_of,
            [{"after": name, "leave": leave} for name, leave in exits.items()],
        ),
        "array": _array(given.array),
        "clock_hz": _clock(given.clock),
        "train": "" if given.train == NONE else given.train,
    }
    return replace(options, **asked)


def _read(
    texts: Sequence[str] | None,
    option: str,
    sign: str,
    parse: Callable[[str], Any],
    read: Callable[[Any], Value],
) -> Value | None:
    entries = _entries(texts, option, sign, parse)
    return None if entries is None else _checked(option, read, entries)


def _entries(
    texts: Sequence[str] | None, option: str, sign: str, parse: Callable[[str], Any]
) -> dict[str, Any] | None:
    """Return values by layer; None where nobody asks, nothing for ``none``."""
    if texts is None:
        return None
    found: dict[str, Any] = {}
    for text in () if list(texts) == [NONE] else texts:
        name, between, value = text.rpartition(sign)
        entry = parse(value) if between and 1 <= len(name) <= MOST_NAME else None
        if entry is None:
            raise _bad(option, f"got {text[:60]!r}")
        if found.setdefault(name, entry) != entry:
            raise JoulegraphError(
                "conflicting-choices",
                f"{option.split()[0]} says two things of {name[:60]}: {found[name]} and {entry}.",
                "Leave one of the two out.",
            )
    return found


def _checked(option: str, read: Callable[[Any], Value], given: Any) -> Value:
    try:
        return read(given)
    except ValueError as error:
        raise _bad(option, str(error)) from None


def _bits(text: str) -> dict[str, Any] | None:
    """Return widths of ``8``, ``w=4``, ``a=8`` or ``w=4,a=8``."""
    if re.fullmatch(r"[0-9]{1,2}", text):
        return {"weight": int(text), "activation": int(text)}
    return _pairs(text, _WIDTHS, lambda own: int(own) if re.fullmatch("[0-9]{1,2}", own) else None)


def zeros_by_tensor(text: str) -> dict[str, Any] | None:
    """Return the shares of ``ifmap=0.5,weight=0.2``; None where it is not of that form."""
    return _pairs(text, _TENSORS, _number)


def _pairs(text: str, names: dict[str, str], parse: Callable[[str], Any]) -> dict[str, Any] | None:
    """Return the values of ``name=value,name=value``; None where it is not of that form."""
    found: dict[str, Any] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        number = parse(value)
        if name not in names or number is None or names[name] in found:
            return None
        found[names[name]] = number
    return found


def _number(text: str) -> float | None:
    found = re.fullmatch(r"(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(?:e-?[0-9]{1,2})?", text)
    return float(text) if found else None


def _array(text: str | None) -> tuple[int, ...] | None:
    if text is None or text == NONE:
        return None if text is None else ()
    option = "--array ROWSxCOLUMNS, such as 16x16"
    if not re.fullmatch(r"[0-9]{1,9}(?:[x×][0-9]{1,9}){0,3}", text):
        raise _bad(option, f"got {text[:40]!r}")
    return _checked(option, array_of, [int(part) for part in re.split("[x×]", text)])


def _clock(text: str | None) -> float | None:
    if text is None or text == NONE:
        return None if text is None else 0.0
    option = "--clock such as 100MHz"
    match = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([kMG]?)(?:Hz)?", text)
    if match is None:
        raise _bad(option, f"got {text[:40]!r}")
    return _checked(option, clock_of, float(match[1]) * _HERTZ[match[2]])


def _bad(option: str, message: str) -> JoulegraphError:
    return JoulegraphError("bad-option", f"{option}: {message}.", "Correct it.")
