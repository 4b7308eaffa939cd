"""Elements of small tensors: arithmetic on shapes as onnxruntime does it."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.graph.single_operator import Case, floats, ints, read_model_proto

A, B = ints(7, -7, 0, 5), ints(2, 2, 3, -3)
GRID = np.arange(24, dtype=np.int64).reshape(2, 3, 4)
TRUTH = np.array([True, False, True, False])

CASES = [
    *(Case(op, 14, [A, B]) for op in ("Add", "Sub", "Mul", "Div", "Max", "Min", "Mod")),
    *(Case(op, 14, [A, B]) for op in ("Equal", "Less", "Greater")),
    Case("Pow", 13, [ints(2, 3), ints(5, 2)]),
    Case("Add", 14, [GRID, np.int64(5)]),
    Case("Mul", 14, [np.arange(3).reshape(3, 1), np.arange(4)]),
    Case("Add", 14, [np.array([120, -120], np.int8), np.array([10, -10], np.int8)]),
    Case("Mul", 14, [floats(0.7, 1.3), floats(10, 10)]),
    Case("Div", 14, [floats(1, 2), floats(3, 7)]),
    *(Case(op, 13, [floats(1.5, -1.5, 0.25, 2.5)]) for op in ("Floor", "Ceil", "Neg", "Abs")),
    *(Case(op, 13, [floats(1.5, 2.5, 0.25)]) for op in ("Sqrt", "Round", "Reciprocal")),
    Case("Cast", 13, [floats(1.9, -1.9)], {"to": TensorProto.INT64}),
    Case("Cast", 13, [ints(0, 3)], {"to": TensorProto.BOOL}),
    Case("Cast", 13, [ints(300)], {"to": TensorProto.UINT8}),
    Case("Where", 16, [TRUTH, A, B]),
    Case("Where", 16, [np.array([[True], [False]]), A, np.int64(9)]),
    Case("Not", 1, [TRUTH]),
    Case("And", 7, [TRUTH, np.array([True, True, False, False])]),
    Case("Clip", 13, [A, np.int64(-2), np.int64(4)]),
    Case("Gather", 13, [A, ints(-1, 0)]),
    Case("Gather", 13, [A, np.int64(3)]),
    Case("Slice", 13, [A, ints(-1), ints(-100), ints(0), ints(-2)]),
    Case("Slice", 13, [GRID, ints(1, 3), ints(9, 0), ints(0, 2), ints(1, -1)]),
    Case("Concat", 13, [A, B, ints(9)], {"axis": 0}),
    Case("Concat", 13, [GRID, GRID], {"axis": 1}),
    Case("Split", 13, [A, ints(1, 3)], outputs=2),
    Case("Split", 13, [GRID, ints(2, 1)], {"axis": 1}, outputs=2),
    Case("Transpose", 13, [GRID], {"perm": [2, 0, 1]}),
    Case("Reshape", 14, [GRID, ints(4, -1)]),
    Case("Unsqueeze", 13, [A, ints(0)]),
    Case("Squeeze", 13, [A.reshape(1, 4)]),
    Case("Expand", 13, [A, ints(2, 1)]),
    Case("Tile", 13, [GRID, ints(1, 2, 1)]),
    Case("Range", 11, [np.int64(3), np.int64(-8), np.int64(-2)]),
    Case("Range", 11, [np.float32(0), np.float32(1), np.float32(0.3)]),
    Case("ConstantOfShape", 9, [ints(2, 2)], {"value": numpy_helper.from_array(ints(7))}),
    Case("Shape", 15, [GRID], {"start": -2}),
    Case("Size", 13, [GRID]),
    *(Case(op, 13, [A], {"keepdims": 0}) for op in ("ReduceSum", "ReduceProd", "ReduceMax")),
    Case("Constant", 13, [], {"value_ints": [1, 2]}),
    Case("Constant", 13, [], {"value_float": 2.5}),
    Case("Constant", 13, [], {"value": numpy_helper.from_array(np.array([1.5], np.float16))}),
]


# Their output is the initializer itself, which is read only when a shape depends on it.
IN_THE_FILE = ("Constant", "Reshape", "Squeeze", "Unsqueeze")


runtime: Any = pytest.importorskip("onnxruntime")


def run(model: onnx.ModelProto) -> list[np.ndarray]:
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    session = runtime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return [np.asarray(found) for found in session.run(None, {})]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_elements_are_those_of_onnxruntime(case: Case) -> None:
    model = case.model()
    graph = read_model_proto(model)
    for info in model.graph.output:
        element = helper.np_dtype_to_tensor_dtype(np.dtype(graph.type_of(info.name).dtype))
        info.CopyFrom(helper.make_tensor_value_info(info.name, element, None))
    for name, expected in zip(graph.outputs, run(model), strict=True):
        assert graph.type_of(name).shape == expected.shape
        if case.op not in IN_THE_FILE:
            assert graph.constants[name].values == tuple(expected.ravel().tolist())


@pytest.mark.parametrize(
    ("array", "raw"),
    [
        (array, raw)
        for raw in (True, False)
        for array in (
            np.array([1, -2], np.int64),
            np.array([1, -2], np.int32),
            np.array([1, -2, 3], np.int8),
            np.array([1, 200], np.uint8),
            np.array([1.5, -2], np.float32),
            np.array([1.5, -2], np.float64),
            np.array([1.5, -2], np.float16),
            np.array([True, False]),
            np.array(7, np.int64),
            np.array([2**64 - 1], np.uint64),
        )
    ],
)
def test_elements_are_read_from_either_field(array: np.ndarray, raw: bool) -> None:
    dtype = helper.np_dtype_to_tensor_dtype(array.dtype)
    data: Any = array.tobytes() if raw else array.ravel().tolist()
    tensor = helper.make_tensor("w", dtype, array.shape, data, raw=raw)
    node = helper.make_node("Gather", ["w", "at"], ["y"])
    if array.ndim == 0:
        node = helper.make_node("Reshape", ["w", "at"], ["y"])
    at = numpy_helper.from_array(ints(*range(array.size)) if array.ndim else ints(1), "at")
    graph = helper.make_graph([node], "g", [], [onnx.ValueInfoProto(name="y")], [tensor, at])
    read = read_model_proto(helper.make_model(graph))
    assert read.initializers["w"].payload.values() == tuple(array.ravel().tolist())
    assert read.initializers["w"].type.dtype == array.dtype.name


def test_part_of_an_unknown_shape_stays_unknown() -> None:
    """Shape of a tensor whose one dimension depends on values: the others are still followed."""
    nodes = [
        helper.make_node("StringSplit", ["x"], ["found", ""]),
        helper.make_node("Shape", ["found"], ["shape"]),
        helper.make_node("Gather", ["shape", "first"], ["rank"]),
        helper.make_node("Concat", ["rank", "five"], ["target"], axis=0),
        helper.make_node("ConstantOfShape", ["target"], ["y"]),
        helper.make_node("Expand", ["one", "shape"], ["z"]),
    ]
    initializers = [
        numpy_helper.from_array(ints(0), "first"),
        numpy_helper.from_array(ints(5), "five"),
        numpy_helper.from_array(floats(1), "one"),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", onnx.TensorProto.STRING, [2])],
        [onnx.ValueInfoProto(name=name) for name in "yz"],
        initializers,
    )
    read = read_model_proto(helper.make_model(graph))
    assert read.constants["shape"].values == (2, None)
    assert read.type_of("y").shape == (2, 5)
    assert read.type_of("z").shape == (2, None)
    assert [note.code for note in read.notes] == ["shape-unknown"]


def test_the_second_input_was_fitted_to_the_first_before_opset_7() -> None:
    case = Case("Add", 6, [GRID, ints(1, 2, 3)], {"broadcast": 1, "axis": 1})
    graph = read_model_proto(case.model())
    assert graph.type_of("out0").shape == GRID.shape
    assert "out0" not in graph.constants
