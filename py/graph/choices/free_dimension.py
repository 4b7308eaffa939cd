"""A free dimension of an input: its name, and the size it gets when the user chooses none.

Defaults: 1 for a batch, 224 for the height and width of an image, 3 for its channels, 128 for
everything else (sequences).
"""

import re
from collections.abc import Mapping

from py.errors import JoulegraphError
from py.graph.choices.bindings import Bindings
from py.graph.file.value_info import ValueInfo

BATCH, IMAGE_SIDE, IMAGE_CHANNELS, SEQUENCE = 1, 224, 3, 128
_BATCH_NAME = re.compile(r"^(n|b|bs|bsz|batch.*|.*[_ ]batch([_ ]?size)?|batchsize)$", re.IGNORECASE)
_SEQUENCE_NAME = re.compile(r"seq|time|len|frame|token|step|past|cache", re.IGNORECASE)
_SIDE_NAME = re.compile(r"^(h|w|.*height.*|.*width.*)$", re.IGNORECASE)


def dimension_name(info: ValueInfo, axis: int) -> str | None:
    """Return the name of a free dimension, ``input[axis]`` if it has none; None if it is fixed."""
    declared = info.shape[axis] if info.shape is not None else None
    if isinstance(declared, int):
        return None
    return declared if declared else f"{info.name}[{axis}]"


def default_size(info: ValueInfo, axis: int, name: str) -> int:
    """Return the default of a free dimension, from its name and its place."""
    shape = info.shape or ()
    if _BATCH_NAME.match(name):
        return BATCH
    if _SIDE_NAME.match(name):
        return IMAGE_SIDE
    if axis == 0 and len(shape) > 1 and not _SEQUENCE_NAME.search(name):
        return BATCH
    if len(shape) == 4 and not _SEQUENCE_NAME.search(name):
        # Channels are last in files from TensorFlow.
        last = shape[3] in (1, 3, 4) and shape[1] not in (1, 3, 4)
        return IMAGE_CHANNELS if axis == (3 if last else 1) else IMAGE_SIDE
    return SEQUENCE


def check_names(infos: list[ValueInfo], bindings: Bindings) -> None:
    """Check that every name among the choices is one of the model's.

    Raises JoulegraphError: ``unknown-input``, ``unknown-dim``.
    """
    names = [info.name for info in infos]
    for option, given in (("--input", bindings.inputs), ("--value", bindings.values)):
        _check_known("unknown-input", "input", option, given, names)
    free = [
        name
        for info in infos
        for axis in range(len(info.shape or ()))
        if (name := dimension_name(info, axis)) is not None
    ]
    _check_known("unknown-dim", "free dimension", "--dim", bindings.dims, free)


def _check_known(
    code: str, what: str, option: str, given: Mapping[str, object], known: list[str]
) -> None:
    for name in given:
        if name not in known:
            listed = ", ".join(dict.fromkeys(known[:50])) or "none"
            raise JoulegraphError(
                code,
                f"The model has no {what} {name[:80]!r}.",
                f"Use {option} with one of: {listed}.",
            )
