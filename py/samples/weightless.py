"""Weights that have a name, a shape and a type, and no values."""

from collections.abc import Sequence

from onnx import NodeProto, TensorProto, helper


def weight(name: str, shape: Sequence[int]) -> NodeProto:
    """Return the node whose output ``name`` is a float32 weight of ``shape`` without stored values.

    The sparse form is ONNX's own (``Constant``, attribute ``sparse_value``, since opset 11): a list
    of the non-zero entries, here empty.
    """
    entries = helper.make_tensor("", TensorProto.FLOAT, [0], [])
    places = helper.make_tensor("", TensorProto.INT64, [0], [])
    sparse = helper.make_sparse_tensor(entries, places, list(shape))
    return helper.make_node("Constant", [], [name], name=name, sparse_value=sparse)


def integers(name: str, values: Sequence[int]) -> TensorProto:
    """Return the initializer ``name`` of a shape or of sizes, whose values matter: stored."""
    return helper.make_tensor(name, TensorProto.INT64, [len(values)], list(values))


def scalar(name: str, value: float) -> TensorProto:
    """Return the initializer ``name`` of one float32 number, such as a bound of Clip."""
    return helper.make_tensor(name, TensorProto.FLOAT, [], [value])
