"""Running a model in onnxruntime and keeping, of every tensor asked for, what is not zero.

One image at a time where the batch is free; of each tensor a bit for each element is kept.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto

from py.errors import JoulegraphError
from py.simulate.declared import check_inputs, declared, images_of
from py.simulate.inputs import Inputs
from py.simulate.mac_count import Mask
from py.simulate.runtime import run_session, session_of
from py.simulate.stored import stored_values
from py.simulate.zero_points import ZeroPoint, zero_points


@dataclass(frozen=True, slots=True)
class Packed:
    """Which elements of a tensor of this shape are not zero, eight to a byte."""

    shape: tuple[int, ...]
    bits: NDArray[np.uint8]

    @classmethod
    def of(cls, nonzero: NDArray[np.bool_]) -> "Packed":
        """Return where there is something else than zero."""
        return cls(nonzero.shape, np.packbits(nonzero))

    @property
    def mask(self) -> Mask:
        flat = np.unpackbits(self.bits, count=prod(self.shape)).astype(bool)
        return flat.reshape(self.shape)


class Capture:
    """Where a model's tensors are not zero, where it was run."""

    def __init__(self, images: int) -> None:
        self.images = images
        self._found: dict[str, list[Packed]] = {}

    def add(self, name: str, nonzero: NDArray[np.bool_]) -> None:
        """Keep of the next images where a tensor is not zero."""
        self._found.setdefault(name, []).append(Packed.of(nonzero))

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def mask(self, name: str) -> Mask:
        """Return which elements are not zero, all images along the first axis.

        Raises:
            KeyError: a tensor that was not kept.
        """
        parts = [part.mask for part in self._found[name]]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def zeros(self, names: Iterable[str]) -> float | None:
        """Return the share of zeros of tensors together, None where one of them is not known."""
        zeros = elements = 0
        for name in names:
            if name not in self._found:
                return None
            for part in self._found[name]:
                count = prod(part.shape)
                elements += count
                zeros += count - int(np.unpackbits(part.bits, count=count).sum(dtype=np.int64))
        return zeros / elements if elements else None


def loaded(model: bytes | Path) -> ModelProto:
    """Return a model; the values of weights in files beside it are not read.

    Raises:
        JoulegraphError: ``simulate-model``.
    """
    try:
        if isinstance(model, Path):
            return onnx.load(str(model), load_external_data=False)
        return onnx.load_model_from_string(model)
    except Exception as error:  # protobuf's own errors have no common base
        raise JoulegraphError(
            "simulate-model",
            f"The model can't be read by the onnx package: {str(error)[:160]}.",
            "Export the model again.",
        ) from None


def image_count(model: bytes | Path, inputs: Inputs) -> int:
    """Return for how many images a model's inputs are: the batch that its layers are to have.

    Raises:
        JoulegraphError: ``simulate-model``, and ``inputs-…`` for inputs that don't fit.
    """
    expected = declared(loaded(model))
    check_inputs(expected, inputs.arrays)
    return images_of(expected, inputs.arrays)[0]


def capture(
    model: ModelProto,
    inputs: Inputs,
    names: Iterable[str],
    folder: Path | None = None,
    step: Callable[[int, int], None] | None = None,
) -> Capture:
    """Run a model on all images and return what is asked for of its main graph.

    ``folder`` is where weights outside the file are, ``step`` is told how many of all images ran.

    Raises:
        JoulegraphError: ``inputs-…`` for inputs that don't fit, ``simulate-run`` for a model that
            onnxruntime can't run.
    """
    expected = declared(model)
    check_inputs(expected, inputs.arrays)
    images, at_a_time = images_of(expected, inputs.arrays)
    tensors = _tensors(model)
    wanted = sorted({name for name in names if name} & tensors)
    points = {name: own for name, own in zero_points(model).items() if own.name in tensors}
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    needed = {*wanted, *(points[name].name for name in wanted if name in points)}
    known = {name: stored_values(stored[name], folder) for name in stored.keys() & needed}
    moving = sorted(needed - known.keys())
    fixed = needed - _varying(model)
    captured = Capture(images)
    session = session_of(model, [name for name in moving if name not in expected], folder)
    for start in range(0, images, at_a_time):
        if step is not None:
            step(start, images)
        at_once = at_a_time == images
        fed = {
            name: array if at_once else array[start : start + at_a_time]
            for name, array in inputs.arrays.items()
        }
        asked = [name for name in moving if name not in fed and not (start and name in fixed)]
        known |= fed
        known |= zip(asked, run_session(session, asked, fed), strict=True)
        for name in wanted:
            if start and name in fixed:
                continue
            nonzero = _nonzero(known, name, points.get(name))
            if nonzero is not None:
                captured.add(name, nonzero)
    return captured


def _nonzero(
    known: Mapping[str, Any], name: str, point: ZeroPoint | None
) -> NDArray[np.bool_] | None:
    """Return where a tensor is not zero; a negative zero is one, what is no number is none.

    A quantised one is zero at its zero point. None where that can't be told.
    """
    values = known[name]
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "fiub":
        return None
    if point is None:
        return np.asarray(values != 0)
    points = known.get(point.name)
    return point.nonzero(values, points) if isinstance(points, np.ndarray) else None


def _tensors(model: ModelProto) -> set[str]:
    graph = model.graph
    return {
        *(entry.name for entry in (*graph.input, *graph.initializer)),
        *(name for node in graph.node for name in node.output),
    }


def _varying(model: ModelProto) -> set[str]:
    """Return the tensors that depend on the model's inputs."""
    stored = {tensor.name for tensor in model.graph.initializer}
    found = {entry.name for entry in model.graph.input} - stored
    for node in model.graph.node:
        bodies = any(attribute.HasField("g") for attribute in node.attribute)
        if bodies or not found.isdisjoint(node.input) or "Random" in node.op_type:
            found.update(node.output)
    return found
