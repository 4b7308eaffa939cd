"""Choices of the terminal that a model leaves no room for: refused with the list of what is open.

The graph refuses names that a model does not have. A name that it has may still be of something
that is settled, such as a size that follows from others: a choice of it would change nothing, and
whoever made it would not know. The value of a whole-number or truth-valued input is a fact about
it all the same: where nothing depends on it, that is only noted.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from py.errors import JoulegraphError
from py.graph import Question
from py.layers import Choices, Model

_MOST_LISTED = 12
_AXIS = re.compile(r".+\[\d+\]", re.DOTALL)
_COUNTS = re.compile(r"u?int|bool")
_UNKNOWN = ("unknown-input", "unknown-dim")

_Value = TypeVar("_Value")
Read = Callable[[Choices], Model]


def read_open(read: Read, choices: Choices, note: Callable[[str], None]) -> Model:
    """Return the model with the choices.

    ``read`` is called again only where a choice may be of something that is not open; ``note`` is
    told of the value of an input on which nothing depends.

    Raises:
        JoulegraphError: ``not-open`` for a choice that changes nothing; what ``read`` raises, with
            what is open where a name is none of the model's.
    """
    try:
        model = read(choices)
    except JoulegraphError as error:
        if error.code in _UNKNOWN and "--input" not in error.remedy:
            raise _with_what_is_open(error, read, choices) from None
        raise
    asked = {question.name for question in model.questions}
    for name in choices.dims:
        if name not in asked and _AXIS.fullmatch(name):
            without = read(replace(choices, dims=_all_but(choices.dims, name)))
            if _told(without) == _told(model):
                raise _not_open("--dim", name, without)
    for name in choices.values:
        if name not in asked:
            without = read(replace(choices, values=_all_but(choices.values, name)))
            if _told(without) != _told(model):
                continue
            if not _COUNTS.match(model.input_types.get(name) or ""):
                raise _not_open("--value", name, without)
            note(f"Nothing that is counted depends on the value of {name[:80]!r}.")
    return model


def _not_open(option: str, name: str, model: Model) -> JoulegraphError:
    return JoulegraphError(
        "not-open",
        f"{option} {name[:80]!r} changes nothing: this model leaves no such choice.",
        _remedy(model),
    )


def _all_but(given: Mapping[str, _Value], name: str) -> dict[str, _Value]:
    return {own: value for own, value in given.items() if own != name}


def _told(model: Model) -> tuple[object, ...]:
    """Return what a choice can change in a model."""
    shapes = tuple(layer.ofmap_shape for layer in model.layers)
    return (model.layers, shapes, model.inputs, model.questions, model.notes, model.not_modelled)


def _with_what_is_open(error: JoulegraphError, read: Read, choices: Choices) -> JoulegraphError:
    """Return an error about a name with everything that is open in place of the names of inputs."""
    try:
        model = read(Choices(batch=choices.batch))
    except JoulegraphError:
        return error
    return JoulegraphError(error.code, error.message, _remedy(model))


def _remedy(model: Model) -> str:
    """Return the options with which a model's questions are answered."""
    listed = [_option(question) for question in model.questions]
    if not listed:
        return "Leave it out: the file leaves nothing open."
    more = f" and {len(listed) - _MOST_LISTED} more" if len(listed) > _MOST_LISTED else ""
    return f"Open are: {', '.join(listed[:_MOST_LISTED])}{more}."


def _option(question: Question) -> str:
    if question.kind == "shape":
        return f"--input {question.name[:80]}"
    option = "--value" if question.kind in ("branch", "count") else "--dim"
    return f"{option} {question.name[:80]}"
