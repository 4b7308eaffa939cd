"""Weights as a file stores them, or does not."""

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, numpy_helper
from onnx.external_data_helper import load_external_data_for_tensor, uses_external_data

from py.errors import JoulegraphError

_FIELDS = ("float_data", "int32_data", "int64_data", "double_data", "uint64_data", "string_data")


def check_weights(model: ModelProto) -> None:
    """Refuse a file whose weights have shapes but no values, as the samples of the page have.

    Raises:
        JoulegraphError: ``simulate-weightless``.
    """
    names = [
        node.output[0]
        for node in model.graph.node
        if node.op_type == "Constant"
        for attribute in node.attribute
        if attribute.HasField("sparse_tensor") and not any(attribute.sparse_tensor.values.dims)
    ]
    names += [tensor.name for tensor in model.graph.initializer if _is_stripped(tensor)]
    if names:
        what = "a weight" if len(names) == 1 else f"{len(names):,} weights"
        which = repr(names[0][:60]) + (" among them" if len(names) > 1 else "")
        raise JoulegraphError(
            "simulate-weightless",
            f"The file has shapes but no values of {what}, {which}.",
            "Simulate a file with trained weights.",
        )


def _is_stripped(tensor: TensorProto) -> bool:
    """Whether a tensor has elements and values nowhere."""
    if not prod(tensor.dims) or uses_external_data(tensor) or tensor.raw_data:
        return False
    return not any(len(getattr(tensor, field)) for field in _FIELDS)


def stored_values(tensor: TensorProto, folder: Path | None) -> NDArray[Any]:
    """Return the values of a weight, from a file in ``folder`` where they lie outside the model.

    Raises:
        JoulegraphError: ``simulate-weights`` for values that are missing.
    """
    try:
        if uses_external_data(tensor):
            if folder is None:
                raise ValueError("its values are in another file")
            inside = TensorProto()
            inside.CopyFrom(tensor)
            load_external_data_for_tensor(inside, str(folder))
            tensor = inside
        values = np.asarray(numpy_helper.to_array(tensor))
        return values if values.dtype.kind in "fiub" else values.astype(np.float32)
    except Exception as error:  # onnx's own errors have no common base
        raise JoulegraphError(
            "simulate-weights",
            f"The values of the weight {tensor.name[:60]!r} can't be read: "
            f"{str(error)[:160].rstrip('.')}.",
            "Put the files of the model's weights beside it.",
        ) from None
