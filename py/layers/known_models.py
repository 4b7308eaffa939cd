"""The models read last, for quick answers: what does not ask for more than a batch reads no file.

A file is known again by its place, its name, its length and what it begins and ends with. Whoever
asks without hurry has it read anew.
"""

import json
import zlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from typing import BinaryIO

from py.errors import JoulegraphError
from py.graph import Choices
from py.layers.model import Model
from py.layers.read import with_batch

_MOST_KEPT = 8
_PART = 1 << 16
_models: OrderedDict[tuple[Hashable, int | None], Model] = OrderedDict()


def mark_of(file: BinaryIO, path: str, name: str, choices: Choices, counted: bool) -> Hashable:
    """Return what tells a model from others, whatever its batch; the file is at its start again.

    ``counted``: the zeros in its weights are.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _PART))
    ends = zlib.crc32(file.read(_PART))
    file.seek(0)
    ends = zlib.crc32(file.read(_PART), ends)
    file.seek(0)
    chosen = json.dumps(replace(choices, batch=None).as_json(), sort_keys=True)
    return path, name, size, ends, chosen, counted


def remember(mark: Hashable, choices: Choices, model: Model) -> None:
    """Keep a model that was read."""
    _models[mark, choices.batch] = model
    _models.move_to_end((mark, choices.batch))
    while len(_models) > _MOST_KEPT:
        _models.popitem(last=False)


def known(mark: Hashable, choices: Choices) -> tuple[Model, bool] | None:
    """Return a model as it was read, or scaled to a batch; None where it is not known.

    With it whether it is as it was read: what scales with the batch, only the graph knows for sure.
    """
    same = _models.get((mark, choices.batch))
    if same is not None or choices.batch is None:
        return None if same is None else (same, True)
    for (other, _), model in reversed(_models.items()):
        if other == mark:
            try:
                scaled = with_batch(model, choices.batch)
            except JoulegraphError:
                return None
            return replace(scaled, notes=model.notes), False
    return None
