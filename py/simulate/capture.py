"""Running a model in onnxruntime and keeping, of every tensor asked for, what is not zero.

One image at a time where the batch is free; of each tensor a bit for each element is kept.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, ValueInfoProto

from py.errors import JoulegraphError
from py.simulate.declared import check_inputs, declared, images_of
from py.simulate.inputs import Inputs
from py.simulate.mac_count import Mask
from py.simulate.stored import stored_values

_RUNTIME: Any = import_module("onnxruntime")  # it does not declare what it exports
_FOLDER = "session.model_external_initializers_file_folder_path"


@dataclass(frozen=True, slots=True)
class Packed:
    """Which elements of a tensor of this shape are not zero, eight to a byte."""

    shape: tuple[int, ...]
    bits: NDArray[np.uint8]

    @classmethod
    def of(cls, values: NDArray[Any]) -> "Packed":
        """Return what is not zero; a negative zero is one, what is no number is none."""
        return cls(values.shape, np.packbits(values != 0))

    @property
    def mask(self) -> Mask:
        flat = np.unpackbits(self.bits, count=prod(self.shape)).astype(bool)
        return flat.reshape(self.shape)


class Capture:
    """What a model's tensors are where it was run."""

    def __init__(self, images: int) -> None:
        self.images = images
        self._found: dict[str, list[Packed]] = {}

    def add(self, name: str, values: NDArray[Any]) -> None:
        """Keep a tensor of the next images."""
        self._found.setdefault(name, []).append(Packed.of(values))

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
    wanted = sorted({name for name in names if name} & _tensors(model))
    captured = Capture(images)
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for name in stored.keys() & wanted:
        captured.add(name, stored_values(stored[name], folder))
    wanted = [name for name in wanted if name not in captured]
    fixed = set(wanted) - _varying(model)
    session = _session(model, [name for name in wanted if name not in expected], folder)
    for start in range(0, images, at_a_time):
        if step is not None:
            step(start, images)
        at_once = at_a_time == images
        fed = {
            name: array if at_once else array[start : start + at_a_time]
            for name, array in inputs.arrays.items()
        }
        for name in wanted:
            if name in fed:
                captured.add(name, fed[name])
        asked = [n for n in wanted if n not in fed and not (start and n in fixed)]
        for name, value in zip(asked, _run(session, asked, fed), strict=True):
            if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
                captured.add(name, value)
    return captured


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


def _session(model: ModelProto, wanted: Sequence[str], folder: Path | None) -> Any:
    """Return a session whose outputs are what is wanted besides the model's own."""
    options = _RUNTIME.SessionOptions()
    options.graph_optimization_level = _RUNTIME.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    if folder is not None:
        options.add_session_config_entry(_FOLDER, str(folder))
    try:
        return _RUNTIME.InferenceSession(
            _with_outputs(model, wanted), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's own errors have no common base
        raise _not_run(error) from None


def _with_outputs(model: ModelProto, wanted: Sequence[str]) -> bytes:
    """Return the model's bytes with further outputs; large models are not copied for it."""
    outputs = model.graph.output
    own = len(outputs)
    known = {entry.name for entry in outputs}
    outputs.extend(ValueInfoProto(name=name) for name in wanted if name not in known)
    try:
        return bytes(model.SerializeToString())
    finally:
        del outputs[own:]


def _run(session: Any, asked: Sequence[str], fed: dict[str, NDArray[Any]]) -> list[Any]:
    if not asked:
        return []
    try:
        return list(session.run(list(asked), fed))
    except Exception as error:  # as above
        raise _not_run(error) from None


def _not_run(error: Exception) -> JoulegraphError:
    why = " ".join(str(error).split())[:200]
    return JoulegraphError(
        "simulate-run",
        f"onnxruntime can't run the model: {why or type(error).__name__}.",
        "Check the inputs, and that the model runs in onnxruntime by itself.",
    )
