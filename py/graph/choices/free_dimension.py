"""A free dimension of an input: its name, and the size it gets when the user chooses none.

Defaults: 1 for a batch, 224 for the height and width of an image, 3 for its channels, 0 for what
is in a cache from before, 128 for everything else (sequences). A dimension that is an expression of
others follows from them.
"""

import re
from collections.abc import Mapping

from py.errors import JoulegraphError
from py.graph.choices.choices import Choices
from py.graph.choices.expression import symbols_of
from py.graph.file.body import Body
from py.graph.file.value_info import ValueInfo

BATCH, IMAGE_SIDE, IMAGE_CHANNELS, PAST, SEQUENCE = 1, 224, 3, 0, 128
_BATCH_NAME = re.compile(r"^(n|b|bs|bsz|batch.*|.*[_ ]batch([_ ]?size)?|batchsize)$", re.IGNORECASE)
_SEQUENCE_NAME = re.compile(r"seq|time|len|frame|token|step|past|cache", re.IGNORECASE)
_PAST_NAME = re.compile(r"^past|past[_ ]?(seq|len|key)|cache[_ ]?(len|size)", re.IGNORECASE)
_SIDE_NAME = re.compile(r"^(h|w|.*height.*|.*width.*)$", re.IGNORECASE)


def dimension_name(info: ValueInfo, axis: int) -> str | None:
    """Return the name of a free dimension, ``input[axis]`` if it has none; None if it is fixed."""
    declared = info.shape[axis] if info.shape is not None else None
    if isinstance(declared, int):
        return None
    return declared if declared else f"{info.name}[{axis}]"


def symbol_names(info: ValueInfo, axis: int) -> tuple[str, ...]:
    """Return the names that the user may give a free dimension by: its own, and those in it."""
    name = dimension_name(info, axis)
    return () if name is None else (name, *symbols_of(name))


def default_size(info: ValueInfo, axis: int, name: str) -> int:
    """Return the default of a free dimension, from its name and its place."""
    shape = info.shape or ()
    if _BATCH_NAME.match(name):
        return BATCH
    if _SIDE_NAME.match(name):
        return IMAGE_SIDE
    if _PAST_NAME.search(name):
        return PAST
    if axis == 0 and len(shape) > 1 and not _SEQUENCE_NAME.search(name):
        return BATCH
    if len(shape) == 4 and not _SEQUENCE_NAME.search(name):
        # Channels are last in files from TensorFlow.
        last = shape[3] in (1, 3, 4) and shape[1] not in (1, 3, 4)
        return IMAGE_CHANNELS if axis == (3 if last else 1) else IMAGE_SIDE
    return SEQUENCE


_INNER_DIMENSION = re.compile(r"(.+)\[\d+\]", re.DOTALL)


def check_names(infos: list[ValueInfo], body: Body, choices: Choices) -> None:
    """Check that every name among the choices is one of the model's.

    A value may also be given for a tensor that a node writes, or by the name of a node (how often
    it repeats, which branch it takes); a dimension for ``tensor[axis]`` where values decide it.
    Raises JoulegraphError: ``unknown-input``, ``unknown-dim``.
    """
    names = [info.name for info in infos]
    free = [
        name
        for info in infos
        for axis in range(len(info.shape or ()))
        for name in symbol_names(info, axis)
    ]
    inner: frozenset[str] = frozenset()
    if any(name not in names for name in choices.values) or any(
        name not in free for name in choices.dims
    ):
        inner = _inner_names(body)
    _check_known("unknown-input", "input", "--input", choices.inputs, names, frozenset())
    _check_known("unknown-input", "input or value", "--value", choices.values, names, inner)
    decided = frozenset(
        name
        for name in choices.dims
        if (found := _INNER_DIMENSION.fullmatch(name)) and found[1] in inner
    )
    _check_known("unknown-dim", "free dimension", "--dim", choices.dims, free, decided)


def _inner_names(body: Body) -> frozenset[str]:
    """Return the names of all nodes and of what they write, in bodies too."""
    names: set[str] = set()
    waiting = [body]
    while waiting:
        for node in waiting.pop().nodes:
            names.update(node.outputs, (node.name,))
            for attribute in node.attributes.values():
                if isinstance(attribute.value, Body):
                    waiting.append(attribute.value)
    return frozenset(names)


def _check_known(
    code: str,
    what: str,
    option: str,
    given: Mapping[str, object],
    known: list[str],
    more: frozenset[str],
) -> None:
    for name in given:
        if name not in known and name not in more:
            listed = ", ".join(dict.fromkeys(known[:50])) or "none"
            raise JoulegraphError(
                code,
                f"The model has no {what} {name[:80]!r}.",
                f"Use {option} with one of: {listed}.",
            )
