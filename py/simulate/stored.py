"""Weights as a file stores them, or does not."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, numpy_helper
from onnx.external_data_helper import load_external_data_for_tensor, uses_external_data

from py.errors import JoulegraphError


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
    if names:
        raise JoulegraphError(
            "simulate-weightless",
            f"The file stores no values of {len(names)} weights, {names[0][:60]!r} among them.",
            "Simulate a file with trained weights.",
        )


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
            f"The values of the weight {tensor.name[:60]!r} can't be read: {str(error)[:160]}.",
            "Put the files of the model's weights beside it.",
        ) from None
