"""A free dimension of an input: its name, and the size it gets when the user chooses none.

Defaults: 1 for a batch, 224 for the height and width of an image, 3 for its channels, 16000 for the
samples of a waveform (a second at 16 kHz), 0 for what is in a cache from before, 128 for everything
else (sequences). A dimension that is an expression of others follows from them.
"""

import re
from collections.abc import Collection, Mapping

from py.errors import JoulegraphError
from py.graph.choices.choices import Choices
from py.graph.choices.expression import symbols_of
from py.graph.dtype import is_float
from py.graph.file.body import Body
from py.graph.file.value_info import ValueInfo

BATCH, IMAGE_SIDE, IMAGE_CHANNELS, PAST, SEQUENCE, WAVEFORM = 1, 224, 3, 0, 128, 16_000
_BATCH_NAME = re.compile(r"^(n|b|bs|bsz|batch.*|.*[_ ]batch([_ ]?size)?|batchsize)$", re.IGNORECASE)
_SEQUENCE_NAME = re.compile(r"seq|time|len|frame|token|step|past|cache", re.IGNORECASE)
_PAST_NAME = re.compile(r"^past|past[_ ]?(seq|len|key)|cache[_ ]?(len|size)", re.IGNORECASE)
_STATE_NAME = re.compile(r"^([hc]n?[_-]?\d*|.*(?:state|hidden|cell))$", re.IGNORECASE)
_RATE_NAME = re.compile(r"^(sr|fs|sampl(e|ing)_?rate)$", re.IGNORECASE)
_WAVEFORM_NAME = re.compile(
    r"wave?form|audio|^wavs?$|^input_values$|speech|^pcm$|(^|[_.])samples$|^sound$", re.IGNORECASE
)
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


def default_size(
    info: ValueInfo, axis: int, name: str, beside: Collection[str] = frozenset()
) -> int:
    """Return the default of a free dimension, from its name and its place.

    ``beside`` are the names of all inputs: next to a sampling rate stands a waveform.
    """
    shape = info.shape or ()
    if _is_batch(info, axis, name):
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
    return WAVEFORM if _is_waveform(info, axis, name, beside) else SEQUENCE


def _is_batch(info: ValueInfo, axis: int, name: str) -> bool:
    """Say whether a dimension is a batch by its name, or stands where a state has its batch."""
    shape = info.shape or ()
    if _BATCH_NAME.match(name):
        first = shape[0] if axis and len(name) == 1 else None
        return not (isinstance(first, str) and first != name and _BATCH_NAME.match(first))
    if len(shape) == 1 and info.dtype == "object":
        return True  # texts, one after another
    is_state = len(shape) == 3 and axis == 1 and isinstance(shape[0], int)
    return is_state and not shape[1] and _STATE_NAME.match(info.name) is not None


def _is_waveform(info: ValueInfo, axis: int, name: str, beside: Collection[str]) -> bool:
    """Say whether a dimension is the samples of a waveform: the last, of one or two channels."""
    shape = info.shape or ()
    if not (is_float(info.dtype) or info.dtype == "int16"):
        return False
    if axis != len(shape) - 1 or len(shape) > 3:
        return False
    if len(shape) == 3 and shape[1] not in (1, 2):
        return False
    return (
        _WAVEFORM_NAME.search(info.name) is not None
        or _WAVEFORM_NAME.search(name) is not None
        or any(_RATE_NAME.match(other) for other in beside)
    )


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
            listed = ", ".join(name[:80] for name in dict.fromkeys(known[:50])) or "none"
            raise JoulegraphError(
                code,
                f"The model has no {what} {name[:80]!r}.",
                f"Use {option} with one of: {listed}.",
            )
