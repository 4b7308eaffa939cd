"""The task that reads a model for all its combinations, and says what is to be found for them."""

import argparse
import os.path
import pickle
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from py.answers import Opened, opened_of
from py.breakdown import Options
from py.breakdown.prepared import prepare
from py.errors import JoulegraphError
from py.layers import Choices, Density, Model, Zeros
from py.model_argument import load_model
from py.platforms.accelerator.choice import LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.sweep.asked import Point
from py.sweep.plan.combination import Combination
from py.sweep.plan.setting import given_of, setting
from py.sweep.plan.variant import Variant
from py.sweep.rows.row import Row, failed_row
from py.what_if_options import zeros_by_tensor

MOST_TOGETHER = 32
"""Combinations of one part: what a worker prices at once."""


@dataclass(frozen=True, slots=True)
class ReadAsk:
    """A model, as ``py.estimate`` takes it, with the combinations that are wanted of it."""

    model: str
    combinations: tuple[Combination, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """A combination with what its row says of what was asked, and how it is priced."""

    place: int
    id: str
    values: dict[str, str | int | float | bool | None]
    variant: Variant
    options: Options


@dataclass(frozen=True, slots=True)
class Part:
    """Combinations of one model as it was read; the questions of each platform that they need.

    ``packed`` are the model and its ``Ready`` combinations, for ``unpacked``.
    """

    packed: bytes
    places: tuple[int, ...]
    needs: dict[Variant, tuple[LayerQuestion, ...]]

    def unpacked(self) -> tuple[Model, list[Ready]]:
        model, ready = pickle.loads(zlib.decompress(self.packed))
        return model, ready


@dataclass(frozen=True, slots=True)
class ReadDone:
    """What a model's combinations have become: parts to be priced, and rows that say why not."""

    parts: list[Part]
    rows: list[Row]


def read(ask: ReadAsk) -> ReadDone:
    """Read a model as each combination wants it; one that can't be read, or asked, has its row."""
    content = content_of(ask.model)
    load = _Once()
    groups: dict[int, tuple[Model, list[tuple[Ready, tuple[LayerQuestion, ...]]]]] = {}
    rows = []
    for combination in ask.combinations:
        platform = setting().platforms[combination.platform]
        row_id = combination.id(content or ask.model, platform)
        values = combination.values(ask.model, content, platform)
        values |= _precision(ask.model)
        try:
            opened = _opened(ask.model, combination.point, load)
            options = opened.options_on(dict(platform.file))
            variant = Variant.of(combination.platform, options)
            made = variant.platform_made()
            layers = prepare(opened.model, made, options).priced.layers
        except JoulegraphError as error:
            rows.append(failed_row(combination.place, row_id, _named(values, ask.model), error))
            continue
        if "clock" in combination.point.texts:
            values["clock_hz"] = options.clock_hz
        questions: tuple[LayerQuestion, ...] = ()
        if isinstance(made, Accelerator):
            found = (made.question_of(layer) for layer in layers)
            questions = tuple(dict.fromkeys(one for one in found if one is not None))
        ready = Ready(combination.place, row_id, values, variant, options)
        group = groups.setdefault(id(opened.model), (opened.model, []))
        group[1].append((ready, questions))
    return ReadDone([part for model, own in groups.values() for part in _parts(model, own)], rows)


def content_of(argument: str) -> str | None:
    """Return the SHA-256 of a model's file, or of a link; None of what can't be read."""
    if not os.path.isfile(argument):
        return sha256(argument.encode(errors="replace")).hexdigest()
    digest = sha256()
    try:
        with open(argument, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()


class _Once:
    """Reads a model once for each way that its inputs are chosen."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[Model, dict[str, object] | None] | JoulegraphError] = {}

    def __call__(
        self, argument: str, choices: Choices, /, *, count_weights: bool = False
    ) -> tuple[Model, dict[str, object] | None]:
        key = f"{choices!r} {count_weights}"
        if key not in self._read:
            try:
                self._read[key] = load_model(argument, choices, count_weights=count_weights)
            except JoulegraphError as error:
                self._read[key] = error
        found = self._read[key]
        if isinstance(found, JoulegraphError):
            raise found
        return found


def _opened(model: str, point: Point, load: _Once) -> Opened:
    """Return the model as a point has it; a share of zeros without a layer is that of all."""
    text = point.texts.get("zeros", "")
    shares = zeros_by_tensor(text) if "=" in text else None
    if shares is not None:
        point = Point({**point.texts, "zeros": "none"})
    try:
        given = given_of(model, point.arguments())
    except argparse.ArgumentError as error:
        raise JoulegraphError("bad-option", f"{error}.", "Correct the grid.") from None
    opened = opened_of(given, load=load)
    if shares is None:
        return opened
    try:
        zeros = Zeros(**shares)
    except ValueError as error:
        raise JoulegraphError("bad-option", f"{error}.", "Correct the grid.") from None
    names = dict.fromkeys(layer.name for layer in opened.model.layers)
    density = Density(f"{text} in every layer, as asked", dict.fromkeys(names, zeros))
    return opened._replace(options=replace(opened.options, density=density))


def _precision(model: str) -> dict[str, float]:
    """Return the error of a model, given by its path, its file's name or that without ending."""
    errors = setting().top_errors
    name = os.path.basename(model)
    for called in (model, name, os.path.splitext(name)[0]):
        if called in errors:
            wrong = errors[called]
            return {"top_error": wrong, "accuracy": float(f"{1 - wrong:.11e}")}
    return {}


def _named(
    values: dict[str, str | int | float | bool | None], model: str
) -> dict[str, str | int | float | bool | None]:
    """Return the values of a row without a result, which is called by its file."""
    return {"model": os.path.splitext(os.path.basename(model))[0], **values}


def _parts(model: Model, own: Sequence[tuple[Ready, tuple[LayerQuestion, ...]]]) -> list[Part]:
    parts = []
    for first in range(0, len(own), MOST_TOGETHER):
        some = own[first : first + MOST_TOGETHER]
        needs: dict[Variant, dict[LayerQuestion, None]] = defaultdict(dict)
        for ready, questions in some:
            if questions:
                needs[ready.variant].update(dict.fromkeys(questions))
        readies = [ready for ready, _ in some]
        alone = replace(model, nodes=())  # a report on the graph: no price hangs on it
        packed = zlib.compress(pickle.dumps((alone, readies), pickle.HIGHEST_PROTOCOL), 1)
        places = tuple(ready.place for ready in readies)
        parts.append(Part(packed, places, {key: tuple(asked) for key, asked in needs.items()}))
    return parts
