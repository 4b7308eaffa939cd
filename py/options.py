"""The options that say something about a model's inputs, as the terminal programs share them."""

import argparse
import math
import re

from py.errors import JoulegraphError
from py.graph.choices.choices import Value
from py.layers import Choices


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Add MODEL and what can be said about its inputs."""
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="an ONNX file, a CSV table of layers, a breakdown link, a result as JSON, or - for "
        "standard input",
    )
    add_input_arguments(parser)


def add_input_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be said about a model's inputs."""
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="NAME=1x3x224x224",
        help="the whole shape of an input",
    )
    parser.add_argument(
        "--dim", action="append", default=[], metavar="NAME=N", help="the size of a free dimension"
    )
    parser.add_argument(
        "--value",
        action="append",
        default=[],
        metavar="NAME=N",
        help="the value of a small input that shapes or branches depend on; of a condition, also "
        "the probability that it is true; by the name of a loop, how often it runs",
    )


def add_table_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be said about a table of layers."""
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument(
        "--depth",
        metavar="N",
        help="in the table, how many levels of blocks to open (default: as many as read well)",
    )
    shown.add_argument(
        "--all", action="store_true", help="in the table, every layer, those that are alike too"
    )


def depth_of(given: argparse.Namespace) -> int | None:
    """Return how many levels of blocks to open; None where nobody says.

    Raises:
        JoulegraphError: ``bad-option``.
    """
    return None if given.depth is None else whole(given.depth, "--depth", most=1000)


def choices_of(given: argparse.Namespace, batch: int | None = None) -> Choices:
    """Return what the user said about the inputs.

    Raises:
        JoulegraphError: ``bad-option`` for what can't be read.
    """
    return Choices(
        batch=batch,
        inputs={name: _shape(text) for name, text in _pairs(given.input, "--input")},
        dims={
            name: whole(text, f"--dim {name}", least=0) for name, text in _pairs(given.dim, "--dim")
        },
        values={
            name: _value(text, f"--value {name}") for name, text in _pairs(given.value, "--value")
        },
    )


def _value(text: str, option: str) -> Value:
    """Return one number or truth value, or several with commas between."""
    parts = tuple(_number(part.strip(), option) for part in text.split(","))
    return parts[0] if len(parts) == 1 else parts


def _number(text: str, option: str) -> int | float | bool:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if re.fullmatch(r"[+-]?\d{1,19}", text):
        return whole(text, option, least=-(1 << 62))
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    raise JoulegraphError(
        "bad-option",
        f"{option} takes numbers, or true and false, got {text[:40]!r}.",
        "Correct the option; several values have commas between.",
    )


def whole(text: str, option: str, *, least: int = 1, most: int = 1 << 62) -> int:
    """Return an option's whole number.

    Raises:
        JoulegraphError: ``bad-option``.
    """
    if re.fullmatch(r"[+-]?\d{1,19}", text) and least <= int(text) <= most:
        return int(text)
    raise JoulegraphError(
        "bad-option",
        f"{option} takes a whole number from {least} to {most}, got {text[:40]!r}.",
        "Correct the option.",
    )


def _pairs(texts: list[str], option: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for text in texts:
        name, equals, value = text.rpartition("=")
        if not equals or not name:
            raise JoulegraphError(
                "bad-option",
                f"{option} takes NAME=VALUE, got {text[:60]!r}.",
                "Correct the option.",
            )
        before = dict(pairs).get(name, value)
        if before != value:
            raise JoulegraphError(
                "conflicting-choices",
                f"{option} {name[:60]} is given twice: {before[:40]} and {value[:40]}.",
                "Leave one of the two out.",
            )
        pairs.append((name, value))
    return pairs


def _shape(text: str) -> tuple[int, ...]:
    if not text:
        return ()
    return tuple(whole(part, "--input", least=0) for part in re.split(r"[x,×]", text))
