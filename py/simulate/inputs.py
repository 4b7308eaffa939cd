"""What a model is run on: arrays from a file, or drawn at random."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from py.errors import JoulegraphError
from py.notes import Note

Array = NDArray[Any]

MOST_BYTES = 4_000_000_000
_EXPECTED = "Save them with numpy.savez('inputs.npz', NAME=array, …), one for each graph input."
_BROKEN = (
    *(OSError, EOFError, ValueError, NotImplementedError, RuntimeError, MemoryError),
    *(zipfile.BadZipFile, zlib.error),
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """An array for each graph input, and where they come from."""

    arrays: Mapping[str, Array]
    source: str
    notes: tuple[Note, ...] = ()


def read_inputs(path: Path) -> Inputs:
    """Return the arrays of an .npz file; none that would need pickle, which may run anything.

    Raises:
        JoulegraphError: ``inputs-unreadable``, ``inputs-too-large``, ``inputs-pickled``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
            size = sum(entry.file_size for entry in entries)
            if size > MOST_BYTES:
                raise JoulegraphError(
                    "inputs-too-large",
                    f"{path.name} unpacks to {size:,} bytes, at most {MOST_BYTES:,} are read.",
                    "Give fewer images.",
                )
            arrays = {e.filename.removesuffix(".npy"): _array(path, archive, e) for e in entries}
    except _BROKEN as error:
        raise _unreadable(path, str(error)) from None
    if not arrays:
        raise _unreadable(path, "it holds no array")
    return Inputs(arrays, path.name)


def _array(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Array:
    """Return one array, once its header tells that it is no larger than the file says."""
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }.get(version)
        if read_header is None:
            raise _unreadable(path, f"an array in format {version}")
        shape, _, dtype = read_header(file)
    if dtype.hasobject:
        raise JoulegraphError(
            "inputs-pickled",
            f"{path.name} holds {entry.filename[:60]!r} as Python objects, which may run anything "
            "when they are read.",
            "Save plain arrays of numbers.",
        )
    if prod(shape) * dtype.itemsize > entry.file_size:
        raise _unreadable(path, f"{entry.filename[:60]!r} is shorter than its header says")
    with archive.open(entry) as file:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))


def generated_inputs(
    shapes: Mapping[str, tuple[int | None, ...] | None],
    dtypes: Mapping[str, str | None],
    seed: int = 0,
) -> Inputs:
    """Return drawn arrays: floats of a normal distribution, whole numbers and booleans of 0 and 1.

    Shapes and types are those of ``py.layers.Model``: ``inputs`` and ``input_types``.

    Raises:
        JoulegraphError: ``inputs-needed`` for an input of another type, or of an open shape,
            ``inputs-too-large``.
    """
    random = np.random.default_rng(seed)
    arrays: dict[str, Array] = {}
    size = 0
    for name, shape in shapes.items():
        known = [size for size in shape or () if size is not None]
        dtype = _numbers(dtypes.get(name))
        if shape is None or len(known) != len(shape) or dtype is None:
            raise JoulegraphError(
                "inputs-needed",
                f"Values of type {dtypes.get(name) or 'unknown'} and shape {_shown(shape)} can't "
                f"be drawn for input {name[:60]!r}.",
                _EXPECTED,
            )
        size += prod(known) * 8
        if size > MOST_BYTES:
            raise JoulegraphError(
                "inputs-too-large",
                f"Values of more than {MOST_BYTES:,} bytes would be drawn.",
                "Draw fewer images.",
            )
        drawn = random.standard_normal(known) if dtype.kind == "f" else random.integers(0, 2, known)
        arrays[name] = np.asarray(drawn).astype(dtype)
    text = (
        f"The model was run on random inputs (seed {seed}: normal, or 0 and 1 of whole numbers); "
        "the zeros of real inputs differ."
    )
    return Inputs(arrays, f"random inputs, seed {seed}", (Note("inputs-generated", text),))


def _numbers(name: str | None) -> np.dtype[Any] | None:
    """Return a type of numbers by its name in numpy, None for any other."""
    try:
        dtype = np.dtype(name or "object")
    except TypeError:
        return None
    return dtype if dtype.kind in "fiub" else None


def _shown(shape: tuple[int | None, ...] | None) -> str:
    return "?" if shape is None else str(["?" if size is None else size for size in shape])


def _unreadable(path: Path, why: str) -> JoulegraphError:
    return JoulegraphError(
        "inputs-unreadable",
        f"{path.name} can't be read as an .npz file: {why[:160] or 'it ends too early'}.",
        _EXPECTED,
    )
