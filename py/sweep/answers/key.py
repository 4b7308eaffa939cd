"""The key of an answer: a digest of the question and of all else that the answer depends on."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from py.sweep.answers.engine_digest import engine_digest

FORM = 1
"""The form that answers are kept in; those of another have other keys."""

_WHOLE = 1 << 53
"""Floats below are exact as whole numbers; of larger ones the digits would be made up."""


def key_of(
    choices: Mapping[str, Any], question: Mapping[str, Any], *, engine: str | None = None
) -> str:
    """Return 64 hex digits that change with the platform, the layer or the engine.

    ``choices`` is ``Accelerator.choices_as_json()``, ``question`` ``LayerQuestion.as_json()``,
    ``engine`` by default ``engine_digest()``. Numbers that are equal have the same key, however
    they are written: 1e8 and 100000000, 0 and 0.0.

    Raises:
        TypeError: what is no JSON.
        ValueError: a number that is not finite.
        JoulegraphError: ``engine-unread``, see ``engine_digest``.
    """
    own = engine_digest() if engine is None else engine
    asked = {"form": FORM, "engine": own, "choices": choices, "question": question}
    return sha256(canonical(asked).encode()).hexdigest()


def canonical(data: Any) -> str:
    """Return the JSON of data in the one way to write it.

    Raises:
        TypeError: what is no JSON.
        ValueError: a number that is not finite.
    """
    return json.dumps(_plain(data), sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return int(value)
    if isinstance(value, Mapping):
        return {name: _plain(own) for name, own in value.items()}
    return [_plain(own) for own in value] if isinstance(value, list | tuple) else value
