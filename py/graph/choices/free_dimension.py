"""A free dimension of an input: its name, and the size it gets when the user chooses none.

Defaults: 1 for a batch, 224 for the height and width of an image, 3 for its channels, 16000 for the
samples of a waveform (a second at 16 kHz), 0 for what is in a cache from before, 128 for everything
else (sequences). A dimension that is an expression of others follows from them.
"""

import re
from collections.abc import Collection

from py.graph.choices.expression import symbols_of
from py.graph.dtype import is_float
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
