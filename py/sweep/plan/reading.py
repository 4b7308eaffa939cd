"""The task that reads a model for all its combinations, and says what is to be found for them."""

import os.path
import pickle
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from json import dumps

from py.breakdown import Options
from py.breakdown.prepared import prepare
from py.errors import JoulegraphError
from py.layers import Density, Model
from py.platforms.accelerator.choice import LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.sweep.plan.combination import Combination
from py.sweep.plan.opened import Once, opened_at
from py.sweep.plan.setting import PlatformFile, setting
from py.sweep.plan.variant import Variant
from py.sweep.rows.row import Row, failed_row
from py.sweep.work.failed import TaskFailed

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

    def singly(self) -> "Iterator[Part]":
        """Yield the combinations as parts of their own."""
        model, ready = self.unpacked()
        for one in ready:
            needs = {key: own for key, own in self.needs.items() if key == one.variant}
            yield Part(_packed(model, [one]), (one.place,), needs)

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
    here = setting()
    digest = content_of(ask.model)
    # Two files may have the same content, and are two models.
    content = f"{digest} {ask.model}"
    load = Once()
    groups: dict[int, tuple[Model, list[tuple[Ready, tuple[LayerQuestion, ...]]]]] = {}
    rows = []
    for combination in ask.combinations:
        platform = here.platforms[combination.platform]
        values = combination.values(ask.model, digest, platform, here.top_errors)
        try:
            opened = opened_at(ask.model, combination.point, load)
            options = opened.options_on(dict(platform.file))
            variant = Variant.of(combination.platform, options)
            made = variant.platform_made()
            layers = prepare(opened.model, made, options).priced.layers
        except (MemoryError, KeyboardInterrupt):
            raise  # the machine's, not the combination's
        except Exception as raised:
            row_id = combination.id(content, platform)
            rows.append(failed_row(combination.place, row_id, values, TaskFailed.of(raised).told()))
            continue
        questions: tuple[LayerQuestion, ...] = ()
        if isinstance(made, Accelerator):
            found = (made.question_of(layer) for layer in layers)
            questions = tuple(dict.fromkeys(one for one in found if one is not None))
        row_id = combination.id(content, platform, _hash(options.density))
        ready = Ready(combination.place, row_id, values, variant, options)
        group = groups.setdefault(id(opened.model), (opened.model, []))
        group[1].append((ready, questions))
    return ReadDone([part for model, own in groups.values() for part in _parts(model, own)], rows)


def unread(
    ask: ReadAsk,
    platforms: Sequence[PlatformFile],
    top_errors: Mapping[str, float],
    error: JoulegraphError,
) -> list[Row]:
    """Return the rows of a model whose reading has failed altogether."""
    content = f"{None} {ask.model}"
    rows = []
    for one in ask.combinations:
        platform = platforms[one.platform]
        values = one.values(ask.model, None, platform, top_errors)
        rows.append(failed_row(one.place, one.id(content, platform), values, error))
    return rows


def content_of(argument: str) -> str | None:
    """Return the SHA-256 of a model's file; None of a link, and of what can't be read."""
    if not os.path.isfile(argument):
        return None
    digest = sha256()
    try:
        with open(argument, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()


def _hash(density: Density | None) -> str | None:
    """Return what tells zero fractions from others: their file is none of the grid's texts."""
    if density is None:
        return None
    layers = {name: zeros.as_json() for name, zeros in density.layers.items()}
    told = dumps([density.source, layers, density.weights], sort_keys=True)
    return sha256(told.encode(errors="backslashreplace")).hexdigest()


def _packed(model: Model, ready: list[Ready]) -> bytes:
    return zlib.compress(pickle.dumps((model, ready), pickle.HIGHEST_PROTOCOL), 1)


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
        places = tuple(ready.place for ready in readies)
        asked = {variant: tuple(layers) for variant, layers in needs.items()}
        parts.append(Part(_packed(alone, readies), places, asked))
    return parts
