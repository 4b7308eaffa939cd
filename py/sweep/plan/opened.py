"""A model as a point of the grid has it: read, with the options that ``py.estimate`` would have."""

import argparse
import os
import stat
from dataclasses import replace
from typing import Any

from py.answers import Load, Opened, opened_of
from py.errors import JoulegraphError
from py.layers import Choices, Density, Model, Zeros
from py.model_argument import load_model
from py.sweep.asked import Point
from py.sweep.plan.setting import given_of
from py.what_if_options import zeros_by_tensor

Loaded = tuple[Model, dict[str, Any] | None]


class Once:
    """Reads a model once for each way that its inputs are chosen."""

    def __init__(self) -> None:
        self._read: dict[str, Loaded | JoulegraphError] = {}

    def __call__(
        self, argument: str, choices: Choices, /, *, count_weights: bool = False
    ) -> Loaded:
        key = f"{choices!r} {count_weights}"
        if key not in self._read:
            try:
                _refuse_pipes(argument)
                self._read[key] = load_model(argument, choices, count_weights=count_weights)
            except JoulegraphError as error:
                self._read[key] = error
        found = self._read[key]
        if isinstance(found, JoulegraphError):
            raise found
        return found


def without_model(argument: str, choices: Choices, /, **_: bool) -> tuple[Model, None]:
    """Return a model without layers in place of any: for options alone."""
    return Model(argument, "table", choices.batch or 1, ()), None


def opened_at(model: str, point: Point, load: Load) -> Opened:
    """Return the model as a point has it; a share of zeros without a layer is that of all.

    Raises:
        JoulegraphError: what ``load`` raises, or of the point's texts, as ``py.estimate`` would.
    """
    text = point.texts.get("zeros", "")
    shares = zeros_by_tensor(text) if "=" in text else None
    if shares is not None:
        point = Point({**point.texts, "zeros": "none"})
    elif "=" in text and not os.path.exists(text):
        raise _bad(
            f"--zeros takes none, weights, a file that is there, or shares of ifmap, weight and "
            f"ofmap as in ifmap=0.5,weight=0.2, got {text[:60]!r}"
        )
    try:
        given = given_of(model, point.arguments())
    except argparse.ArgumentError as error:
        raise _bad(str(error)) from None
    opened = opened_of(given, load=load)
    if shares is None:
        return opened
    try:
        zeros = Zeros(**shares)
    except ValueError as error:
        raise _bad(str(error)) from None
    names = dict.fromkeys(layer.name for layer in opened.model.layers)
    density = Density(f"{text} in every layer, as asked", dict.fromkeys(names, zeros))
    return opened._replace(options=replace(opened.options, density=density))


def _refuse_pipes(path: str) -> None:
    """Refuse what is neither a file nor a folder: reading it may wait forever.

    Raises:
        JoulegraphError: ``unreadable``, also for a path that can't be one.
    """
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return  # a link, or told when it is opened
    except ValueError as error:
        raise JoulegraphError(
            "unreadable", f"{path[:200]} can't be read: {error}.", "Check the path."
        ) from None
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise JoulegraphError(
            "unreadable",
            f"{path[:200]} can't be read: it is a pipe, a socket or a device.",
            "Give a file: several processes read it.",
        )


def _bad(what: str) -> JoulegraphError:
    return JoulegraphError("bad-option", f"{what}.", "Correct the grid.")
