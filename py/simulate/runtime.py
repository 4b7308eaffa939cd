"""onnxruntime: a session that gives more than a model's own outputs, and its errors told."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from onnx import ModelProto, ValueInfoProto

from py.errors import JoulegraphError

_RUNTIME: Any = import_module("onnxruntime")  # it does not declare what it exports
_FOLDER = "session.model_external_initializers_file_folder_path"


def session_of(model: ModelProto, wanted: Sequence[str], folder: Path | None) -> Any:
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


def run_session(session: Any, asked: Sequence[str], fed: dict[str, NDArray[Any]]) -> list[Any]:
    """Return the values of tensors for what the session is fed."""
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
