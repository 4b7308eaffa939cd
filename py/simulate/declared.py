"""What a model's inputs must look like, and how many images may be run at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import ModelProto, helper

from py.errors import JoulegraphError
from py.simulate.inputs import Array


@dataclass(frozen=True, slots=True)
class Declared:
    """A graph input: its type as numpy names it, its dimensions (a name or None: free)."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int | str | None, ...] | None

    def check(self, array: Array) -> None:
        """Refuse an array of another type or shape; an image of a batch stands for the batch.

        Raises:
            JoulegraphError: ``inputs-dtype``, ``inputs-shape``.
        """
        if array.dtype != self.dtype:
            raise JoulegraphError(
                "inputs-dtype",
                f"Input {self.name[:60]!r} is {self.dtype}, got {array.dtype}.",
                f"Save it as array.astype({str(self.dtype)!r}).",
            )
        if self.shape is None:
            return
        fits = len(array.shape) == len(self.shape) and all(
            not isinstance(expected, int) or got == expected or (place == 0 and self._batches(got))
            for place, (expected, got) in enumerate(zip(self.shape, array.shape, strict=False))
        )
        if not fits or not all(array.shape):
            shown = [size if size is not None else "?" for size in self.shape]
            raise JoulegraphError(
                "inputs-shape",
                f"Input {self.name[:60]!r} has the shape {shown}, got {list(array.shape)}.",
                "Give arrays of that shape; a free leading dimension is the number of images.",
            )

    def _batches(self, got: int) -> bool:
        """Whether the leading size is several times the one that is declared, of images."""
        first = self.shape[0] if self.shape else None
        return isinstance(first, int) and first > 0 and got % first == 0 and self._is_image

    @property
    def _is_image(self) -> bool:
        return self.shape is not None and len(self.shape) >= 3

    def at_a_time(self, images: int) -> int:
        """Return how many of the images go through the model at a time."""
        first = self.shape[0] if self.shape else None
        if isinstance(first, int):
            return first if first > 0 and self._is_image else images
        named = isinstance(first, str) and (first == "N" or "batch" in first.lower())
        return 1 if named or (self.shape and self._is_image) else images


def declared(model: ModelProto) -> dict[str, Declared]:
    """Return the inputs that a model asks for."""
    stored = {tensor.name for tensor in model.graph.initializer}
    found = {}
    for entry in model.graph.input:
        if entry.name in stored:
            continue
        tensor = entry.type.tensor_type
        if not entry.type.HasField("tensor_type"):
            raise JoulegraphError(
                "inputs-type",
                f"Input {entry.name[:60]!r} is no tensor, so it can't be given as an array.",
                "Simulate a model whose inputs are tensors.",
            )
        shape = None
        if tensor.HasField("shape"):
            shape = tuple(
                dim.dim_value if dim.dim_value > 0 else dim.dim_param or None
                for dim in tensor.shape.dim
            )
        dtype = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.elem_type))
        found[entry.name] = Declared(entry.name, dtype, shape)
    return found


def check_inputs(expected: Mapping[str, Declared], arrays: Mapping[str, Array]) -> None:
    """Refuse arrays that are not the model's inputs.

    Raises:
        JoulegraphError: ``inputs-missing``, ``inputs-unknown``, ``inputs-dtype``, ``inputs-shape``.
    """
    for name, entry in expected.items():
        if name not in arrays:
            got = ", ".join(repr(other[:40]) for other in list(arrays)[:5]) or "nothing"
            raise JoulegraphError(
                "inputs-missing",
                f"The inputs have no array {name[:60]!r}, which the model asks for; got {got}.",
                "Name each array like the graph input that it is for.",
            )
        entry.check(arrays[name])
    for name in arrays:
        if name not in expected:
            asked = ", ".join(repr(other[:40]) for other in list(expected)[:5])
            raise JoulegraphError(
                "inputs-unknown",
                f"The model has no input {name[:60]!r}; its inputs are {asked}.",
                "Leave that array out of the file.",
            )


def images_of(expected: Mapping[str, Declared], arrays: Mapping[str, Array]) -> tuple[int, int]:
    """Return how many images there are, and how many to run at a time.

    One at a time bounds the memory; where it can't be told that the leading dimension is a batch,
    everything runs at once.
    """
    leading = {array.shape[0] if array.ndim else 0 for array in arrays.values()}
    if len(leading) != 1 or not min(leading, default=0):
        return 1, 1
    images = leading.pop()
    steps = {entry.at_a_time(images) for entry in expected.values()}
    step = steps.pop() if len(steps) == 1 else images
    return images, step if images % step == 0 else images
