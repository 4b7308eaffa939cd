"""Zeros in a layer's weights: which tensors, which value is zero, and what is said of the rest."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from py.errors import JoulegraphError
from py.graph import read_graph
from py.graph.weights import Files, OpenFiles, count_zeros
from py.layers import Density, Model, Zeros, read_model
from py.layers.counted_zeros import CountZeros
from py.layers.weight_operands import Operand, Uncounted, weight_operands
from py.layers.weight_zeros import count_weights
from py.native.numpy_zeros import NumpyArithmetic
from tests.models import conv_net, serialised

RNG = np.random.default_rng(3)


def counting(files: Files) -> CountZeros:
    """Return what read_model calls to have zeros counted in these files."""
    return lambda graph, layers: count_weights(graph, layers, files)


def nowhere(location: str) -> Path | None:
    return None


def counted(data: bytes) -> Model:
    """Return a model with the zeros in its weights."""
    file = io.BytesIO(data)
    return read_model(file, "net.onnx", count=counting(OpenFiles(file, nowhere)))


def share_of(data: bytes, index: int = -1) -> tuple[float | None, list[Operand | Uncounted]]:
    """Return the share of zeros in what a node multiplies by, and the tensors."""
    file = io.BytesIO(data)
    graph = read_graph(file, name="net")
    files = OpenFiles(file, nowhere, NumpyArithmetic())
    operands = list(weight_operands(graph, graph.nodes[index], files))
    zeros = elements = 0
    for operand in operands:
        if isinstance(operand, Uncounted):
            return None, operands
        found = count_zeros(operand.stored, operand.zero, files)
        assert isinstance(found, int)
        zeros, elements = zeros + found, elements + operand.stored.elements
    return (zeros / elements if elements else None), operands


def initializer(name: str, values: Any, dtype: Any = np.float32) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(values, dtype), name)


def small(shape: Sequence[int], dtype: Any, high: int = 6) -> NDArray[Any]:
    """Return whole numbers of few different values, so that many equal a zero point."""
    return RNG.integers(0, high, shape).astype(dtype)


def test_a_layers_share_is_that_of_its_weights_without_the_bias() -> None:
    model = onnx.load_from_string(conv_net())
    weights = {
        "w": RNG.choice([0.0, -0.0, 1.0], (4, 3, 3, 3)),
        "fc": RNG.choice([0.0, 2.0], (10, 64)),
        "fc_bias": np.zeros(10),
        "scale": np.zeros(4),
    }
    for tensor in model.graph.initializer:
        if tensor.name in weights:
            tensor.CopyFrom(initializer(tensor.name, weights[tensor.name]))
    result = counted(model.SerializeToString())
    assert result.counted is not None
    shares = dict(zip([layer.name for layer in result.layers], result.counted.shares, strict=True))
    assert shares["conv1"] == (weights["w"] == 0).mean()
    assert shares["fc1"] == (weights["fc"] == 0).mean()
    assert shares["pool1"] is None
    assert result.counted.notes == ()
    size = 4 * (weights["w"].size + weights["fc"].size)
    assert result.counted.source == f"counted in the weights of net: 2 tensors, {size:,} bytes read"


def test_nothing_is_counted_unless_it_is_asked_for() -> None:
    assert read_model(io.BytesIO(conv_net()), "net.onnx").counted is None


def test_a_shared_weight_is_read_once() -> None:
    data = serialised(
        [helper.make_node("MatMul", ["x", "w"], ["a"], "one"),
         helper.make_node("MatMul", ["a", "w"], ["y"], "two")],
        {"x": (1, 8)}, {"y": (1, 8)}, [initializer("w", np.eye(8))],
    )  # fmt: skip
    result = counted(data)
    assert result.counted is not None
    assert result.counted.shares == (0.875, 0.875)
    assert "1 tensor, 256 bytes" in result.counted.source


def test_a_weight_is_found_behind_what_leaves_its_elements_alone() -> None:
    values = RNG.choice([0.0, 1.0], (6, 8)).astype(np.float16)
    data = serialised(
        [
            helper.make_node("Constant", [], ["w"], value=initializer("", values, np.float16)),
            helper.make_node("Identity", ["w"], ["i"]),
            helper.make_node("Cast", ["i"], ["c"], to=TensorProto.FLOAT),
            helper.make_node("Transpose", ["c"], ["t"]),
            helper.make_node("Unsqueeze", ["t", "axes"], ["u"]),
            helper.make_node("MatMul", ["x", "u"], ["y"]),
        ],
        {"x": (1, 1, 8)},
        {"y": None},
        [initializer("axes", [0], np.int64)],
    )
    share, operands = share_of(data)
    assert share == (values == 0).mean()
    assert [operand.name for operand in operands] == ["w"]


def test_a_concatenation_is_all_its_parts() -> None:
    a, b = RNG.choice([0.0, 1.0], (8, 3)), RNG.choice([0.0, 0.0, 1.0], (8, 5))
    data = serialised(
        [helper.make_node("Concat", ["a", "b"], ["w"], axis=1),
         helper.make_node("MatMul", ["x", "w"], ["y"])],
        {"x": (1, 8)}, {"y": None}, [initializer("a", a), initializer("b", b)],
    )  # fmt: skip
    assert share_of(data)[0] == (np.concatenate([a, b], 1) == 0).mean()


@pytest.mark.parametrize("op", ["Mul", "Cast", "Gather", "QuantizeLinear"])
def test_a_weight_that_is_worked_out_is_unknown(op: str) -> None:
    steps: dict[str, list[onnx.NodeProto]] = {
        "Mul": [helper.make_node("Mul", ["w", "w"], ["m"])],
        "Cast": [
            helper.make_node("Cast", ["w"], ["n"], to=TensorProto.INT32),
            helper.make_node("Cast", ["n"], ["m"], to=TensorProto.FLOAT),
        ],
        "Gather": [helper.make_node("Gather", ["w", "i"], ["m"])],
        "QuantizeLinear": [
            helper.make_node("QuantizeLinear", ["w", "s", "z"], ["q"]),
            helper.make_node("DequantizeLinear", ["q", "s", "z"], ["m"]),
        ],
    }
    data = serialised(
        [*steps[op], helper.make_node("MatMul", ["x", "m"], ["y"])],
        {"x": (1, 8)}, {"y": None},
        [initializer("w", np.full((8, 8), 0.2)), initializer("i", list(range(8)), np.int64),
         initializer("s", 1.0), initializer("z", 0, np.int8)],
    )  # fmt: skip
    share, operands = share_of(data)
    assert share is None
    assert isinstance(operands[0], Uncounted)
    assert operands[0].why == f"worked out by {op}"


@pytest.mark.parametrize("dtype", [np.uint8, np.int8])
@pytest.mark.parametrize(
    ("shape", "axis", "zero_points"),
    [((4, 3, 3, 3), 0, 1), ((4, 3, 3, 3), 0, 4), ((8, 6), 1, 6), ((8, 6), 1, 1), ((8, 6), -1, 6)],
)
def test_a_dequantised_weight_is_zero_at_its_zero_point(
    dtype: Any, shape: tuple[int, ...], axis: int, zero_points: int
) -> None:
    values, points = small(shape, dtype), small((zero_points,), dtype)
    op = "Conv" if len(shape) == 4 else "MatMul"
    given = points if zero_points > 1 else points[0]
    scale = np.ones_like(given, np.float32)
    data = serialised(
        [helper.make_node("DequantizeLinear", ["q", "s", "z"], ["w"], axis=axis),
         helper.make_node(op, ["x", "w"], ["y"])],
        {"x": (1, 3, 8, 8) if op == "Conv" else (1, 8)}, {"y": None},
        [initializer("q", values, dtype), initializer("s", scale), initializer("z", given, dtype)],
    )  # fmt: skip
    along = [1] * len(shape)
    along[axis] = zero_points
    assert share_of(data)[0] == (values == points.reshape(along)).mean()


def test_a_zero_point_that_nobody_gave_is_zero() -> None:
    values = small((8, 6), np.uint8)
    data = serialised(
        [helper.make_node("DequantizeLinear", ["q", "s"], ["w"]),
         helper.make_node("MatMul", ["x", "w"], ["y"])],
        {"x": (1, 8)}, {"y": None}, [initializer("q", values, np.uint8), initializer("s", 0.1)],
    )  # fmt: skip
    share, operands = share_of(data)
    assert share == (values == 0).mean()
    assert not any(isinstance(entry, Operand) and entry.assumed for entry in operands)


@pytest.mark.parametrize("points_shape", [(4, 3), (4, 1), (1, 12), (4, 12), (1, 3), (2, 12)])
def test_zero_points_of_blocks_are_heeded_where_they_follow_each_other(
    points_shape: tuple[int, int],
) -> None:
    values, points = small((4, 12), np.int8), small(points_shape, np.int8)
    points[0, 0] = points[-1, -1] + 1  # not all the same
    axis = 0 if points_shape == (2, 12) else 1
    data = serialised(
        [helper.make_node("DequantizeLinear", ["q", "s", "z"], ["w"], axis=axis, block_size=4),
         helper.make_node("MatMul", ["x", "w"], ["y"])],
        {"x": (1, 4)}, {"y": None},
        [initializer("q", values, np.int8), initializer("s", np.ones(points_shape)),
         initializer("z", points, np.int8)], opset=21,
    )  # fmt: skip
    share, operands = share_of(data)
    assumed = [entry.assumed for entry in operands if isinstance(entry, Operand)]
    if axis == 0:
        assert assumed == [True]
        assert share == (values == 0).mean()
    else:
        rows, columns = 4 // points_shape[0], 12 // points_shape[1]
        expected = np.repeat(np.repeat(points, rows, axis=0), columns, axis=1)
        assert assumed == [False]
        assert share == (values == expected).mean()


def test_zero_points_that_are_not_known_are_stated() -> None:
    values = small((8, 6), np.uint8)
    data = serialised(
        [helper.make_node("Cast", ["f"], ["z"], to=TensorProto.UINT8),
         helper.make_node("DequantizeLinear", ["q", "s", "z"], ["w"]),
         helper.make_node("MatMul", ["x", "w"], ["y"], "product")],
        {"x": (1, 8)}, {"y": None},
        [initializer("q", values, np.uint8), initializer("s", np.ones(6)),
         initializer("f", np.arange(6))],
    )  # fmt: skip
    result = counted(data)
    assert result.counted is not None
    assert [note.code for note in result.counted.notes] == ["zero-point-assumed"]
    assert "'q'" in result.counted.notes[0].text
    assert (values == 0).mean() in result.counted.shares


def integer_model(op: str, domain: str, weight_at: int, zero_at: int, weight: Any, point: Any,
                  **attributes: Any) -> bytes:  # fmt: skip
    """Return a model of one operator with its weight and zero point as initializers."""
    count = 8 if op.startswith("QLinear") else max(weight_at, zero_at) + 1
    names = ["x"] + [f"i{at}" for at in range(1, count)]
    names[weight_at], names[zero_at] = "w", "z"
    fillers = [initializer(name, 1.0) for name in names if name.startswith("i")]
    node = helper.make_node(op, names, ["y"], domain=domain, **attributes)
    shape = (1, 3, 8, 8) if "Conv" in op else (1, 2, 8) if op == "QAttention" else (1, 8)
    return serialised(
        [node], {"x": shape}, {"y": None},
        [*fillers, initializer("w", weight, weight.dtype), initializer("z", point, point.dtype)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("op", "domain", "weight_at", "zero_at", "axis", "attributes"),
    [
        ("ConvInteger", "", 1, 3, 0, {}),
        ("MatMulInteger", "", 1, 3, 1, {}),
        ("QLinearConv", "", 3, 5, 0, {}),
        ("QLinearMatMul", "", 3, 5, 1, {}),
        ("QGemm", "com.microsoft", 3, 5, 1, {}),
        ("QGemm", "com.microsoft", 3, 5, 0, {"transB": 1}),
        ("DynamicQuantizeMatMul", "com.microsoft", 1, 3, 1, {}),
        ("MatMulIntegerToFloat", "com.microsoft", 1, 5, 1, {}),
        ("QAttention", "com.microsoft", 1, 7, 1, {"num_heads": 2}),
    ],
)
@pytest.mark.parametrize("scalar", [True, False])
def test_integer_products_have_their_zero_points(
    op: str,
    domain: str,
    weight_at: int,
    zero_at: int,
    axis: int,
    attributes: dict[str, Any],
    scalar: bool,
) -> None:
    shape = (6, 3, 3, 3) if "Conv" in op else (6, 8) if attributes.get("transB") else (8, 6)
    weight = small(shape, np.uint8)
    points = np.array(2, np.uint8) if scalar else small((shape[axis],), np.uint8)
    along = [1] * len(shape)
    along[axis] = -1
    data = integer_model(op, domain, weight_at, zero_at, weight, points, **attributes)
    assert share_of(data)[0] == (weight == points.reshape(along)).mean()


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("given", [True, False])
def test_matmul_nbits_has_the_middle_or_a_zero_point_for_each_block(bits: int, given: bool) -> None:
    columns, inner, block = 5, 96, 32
    blocks = inner // block
    codes = RNG.integers(0, 1 << bits, (columns, inner)).astype(np.uint8)
    codes[:, ::3] = 1 << (bits - 1)
    points = RNG.integers(0, 1 << bits, (columns, blocks)).astype(np.uint8)

    def packed(values: NDArray[Any]) -> NDArray[Any]:
        per = 8 // bits
        filled = np.pad(values, ((0, 0), (0, -values.shape[1] % per)))
        parts = filled.reshape(columns, -1, per).astype(np.uint32)
        whole: NDArray[Any] = (parts << (np.arange(per) * bits)).sum(axis=2).astype(np.uint8)
        return whole

    weight = packed(codes).reshape(columns, blocks, -1)
    inputs = ["x", "w", "s"] + (["z"] if given else [])
    data = serialised(
        [helper.make_node("MatMulNBits", inputs, ["y"], domain="com.microsoft", N=columns, K=inner,
                          bits=bits, block_size=block)],
        {"x": (1, inner)}, {"y": None},
        [initializer("w", weight, np.uint8), initializer("s", np.ones(columns * blocks)),
         initializer("z", packed(points), np.uint8)],
    )  # fmt: skip
    expected = np.repeat(points, block, axis=1) if given else np.uint8(1 << (bits - 1))
    share, operands = share_of(data)
    assert share == (codes == expected).mean()
    assert not any(isinstance(entry, Operand) and entry.assumed for entry in operands)


def test_blocks_that_are_filled_up_have_zeros_that_nobody_multiplies_by() -> None:
    weight = np.zeros((4, 2, 16), np.uint8)
    data = serialised(
        [helper.make_node("MatMulNBits", ["x", "w", "s"], ["y"], domain="com.microsoft",
                          N=4, K=40, bits=4, block_size=32)],
        {"x": (1, 40)}, {"y": None},
        [initializer("w", weight, np.uint8), initializer("s", np.ones(8))],
    )  # fmt: skip
    share, operands = share_of(data)
    assert share is None
    assert operands == [Uncounted("w", "blocks of 32 filled up past 40")]


def test_matmul_nbits_agrees_with_what_onnxruntime_multiplies_by() -> None:
    runtime = pytest.importorskip("onnxruntime")
    columns, inner, block = 6, 64, 32
    weight = RNG.integers(0, 256, (columns, 2, 16)).astype(np.uint8)
    points = RNG.integers(0, 256, (columns * 1,)).astype(np.uint8)
    data = serialised(
        [helper.make_node("MatMulNBits", ["x", "w", "s", "z"], ["y"], domain="com.microsoft",
                          N=columns, K=inner, bits=4, block_size=block)],
        {"x": (inner, inner)}, {"y": (inner, columns)},
        [initializer("w", weight, np.uint8), initializer("s", np.ones(columns * 2)),
         initializer("z", points, np.uint8)],
    )  # fmt: skip
    model = onnx.load_from_string(data)
    model.opset_import.add(domain="com.microsoft", version=1)
    model.ir_version = 10
    session = runtime.InferenceSession(model.SerializeToString())
    dense = session.run(None, {"x": np.eye(inner, dtype=np.float32)})[0]
    assert share_of(data)[0] == (dense == 0).mean()


def test_each_part_of_a_recurrent_layer_has_its_own_matrix() -> None:
    w, r = RNG.choice([0.0, 1.0], (1, 16, 8)), RNG.choice([0.0, 0.0, 1.0], (1, 16, 4))
    data = serialised(
        [helper.make_node("LSTM", ["x", "w", "r", "b"], ["y"], hidden_size=4)],
        {"x": (5, 1, 8)}, {"y": None},
        [initializer("w", w), initializer("r", r), initializer("b", np.zeros((1, 32)))],
    )  # fmt: skip
    result = counted(data)
    assert result.counted is not None
    assert [layer.weights[0] for layer in result.layers] == ["w", "r"]
    assert result.counted.shares == ((w == 0).mean(), (r == 0).mean())


def test_an_attention_has_weights_in_its_projection_only() -> None:
    weight = RNG.choice([0.0, 1.0], (8, 24))
    data = serialised(
        [helper.make_node("Attention", ["x", "w", "b"], ["y"], num_heads=2,
                          domain="com.microsoft")],
        {"x": (1, 5, 8)}, {"y": None}, [initializer("w", weight), initializer("b", np.zeros(24))],
    )  # fmt: skip
    result = counted(data)
    assert result.counted is not None
    shares = [share for share in result.counted.shares if share is not None]
    assert shares == [(weight == 0).mean()]
    assert len(result.layers) > 1
    assert result.counted.notes == ()


def test_an_operator_that_is_not_listed_has_the_weight_that_is_as_large_as_it_says() -> None:
    weight = RNG.choice([0.0, 1.0], (4, 1, 2, 3))
    data = serialised(
        [helper.make_node("WordConvEmbedding", ["x", "w", "b", "c"], ["y"],
                          domain="com.microsoft")],
        {"x": (2, 5, 7)}, {"y": None},
        [initializer("w", weight), initializer("b", np.zeros(4)),
         initializer("c", np.ones((9, 3)))],
    )  # fmt: skip
    result = counted(data)
    assert result.counted is not None
    assert result.counted.shares == ((weight == 0).mean(),)


def test_recurrent_weights_are_both_matrices() -> None:
    w, r = RNG.choice([0.0, 1.0], (1, 16, 8)), RNG.choice([0.0, 0.0, 1.0], (1, 16, 4))
    data = serialised(
        [helper.make_node("LSTM", ["x", "w", "r", "b"], ["y"], hidden_size=4)],
        {"x": (5, 1, 8)}, {"y": None},
        [initializer("w", w), initializer("r", r), initializer("b", np.zeros((1, 32)))],
    )  # fmt: skip
    assert share_of(data)[0] == ((w == 0).sum() + (r == 0).sum()) / (w.size + r.size)


def test_weights_taken_out_of_the_file_stay_unknown_and_are_said() -> None:
    model = onnx.load_from_string(conv_net())
    for tensor in model.graph.initializer:
        if tensor.name == "w":
            tensor.ClearField("float_data")
            tensor.ClearField("raw_data")
    result = counted(model.SerializeToString())
    assert result.counted is not None
    shares = dict(zip([layer.name for layer in result.layers], result.counted.shares, strict=True))
    assert shares["conv1"] is None
    assert shares["fc1"] == 0.0
    assert [note.code for note in result.counted.notes] == ["weights-unknown"]
    assert "'w' (no elements in the file)" in result.counted.notes[0].text


def test_a_sample_has_no_weights_to_count() -> None:
    path = Path(__file__).parents[2] / "public" / "models" / "lenet5.onnx"
    result = counted(path.read_bytes())
    assert result.counted is not None
    assert set(result.counted.shares) == {None}
    assert result.counted.source == ""
    assert Density.of(None, result.counted) is None


def test_tensors_that_lie_over_each_other_are_refused() -> None:
    tensors = []
    for index in range(40):
        tensor = TensorProto(name=f"w{index}", data_type=TensorProto.FLOAT, dims=[64, 64])
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="w.bin")
        tensor.external_data.add(key="offset", value=str(4 * index))
        tensors.append(tensor)
    nodes = [
        helper.make_node("MatMul", [f"a{index}" if index else "x", f"w{index}"], [f"a{index + 1}"])
        for index in range(40)
    ]
    file = io.BytesIO(serialised(nodes, {"x": (1, 64)}, {"a40": None}, tensors))

    class OneFile(OpenFiles):
        def size_bytes(self, location: str) -> int | None:
            return 64 * 64 * 4 + 160

    with pytest.raises(JoulegraphError) as caught:
        read_model(file, "net.onnx", count=counting(OneFile(file, nowhere)))
    assert caught.value.code == "weights-overlap"


def test_what_was_counted_goes_before_what_a_file_says_and_beside_it() -> None:
    result = counted(conv_net())
    assert result.counted is not None
    given = Density("a file", {"conv1": Zeros(ifmap=0.5, weight=0.25)})
    both = Density.of(given, result.counted)
    assert both is not None
    assert both.source.startswith("a file; counted in the weights of net")
    layers, unused = both.applied(result.layers)
    assert layers[0].zeros == Zeros(ifmap=0.5, weight=0.0)
    assert unused == ()


def test_a_table_has_no_weights() -> None:
    table = io.BytesIO(b"kind,n,g,m,c,p,q,r,s\nconv,1,1,1,1,1,1,1,1\n")
    with pytest.raises(JoulegraphError) as caught:
        read_model(table, "t.csv", count=counting(OpenFiles(table, nowhere)))
    assert caught.value.code == "weights-without-model"


def test_weights_inside_a_body_and_of_a_function_are_counted() -> None:
    inside, outside = RNG.choice([0.0, 1.0], (8, 8)), RNG.choice([0.0, 0.0, 1.0], (8, 8))
    branch = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["a"], "inner"),
         helper.make_node("MatMul", ["a", "outer"], ["b"], "captured")],
        "branch", [], [helper.make_tensor_value_info("b", 1, None)], [initializer("w", inside)],
    )  # fmt: skip
    other = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["b2"])],
        "other", [], [helper.make_tensor_value_info("b2", 1, None)],
    )  # fmt: skip
    function = helper.make_function(
        "own", "Twice", ["p", "q"], ["r"],
        [helper.make_node("MatMul", ["p", "q"], ["s"], "called"),
         helper.make_node("Relu", ["s"], ["r"])],
        [helper.make_opsetid("", 17)],
    )  # fmt: skip
    graph = helper.make_graph(
        [helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=other),
         helper.make_node("Twice", ["y", "w"], ["z"], "call", domain="own")],
        "g",
        [helper.make_tensor_value_info("x", 1, [1, 8]), helper.make_tensor_value_info("c", 9, [])],
        [helper.make_tensor_value_info("z", 1, None)],
        # The main graph has a tensor of the same name as the body's own.
        [initializer("outer", outside), initializer("w", np.zeros((8, 8)))],
    )  # fmt: skip
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("own", 1)],
        functions=[function],
    )
    result = counted(model.SerializeToString())
    assert result.counted is not None
    shares = [share for share in result.counted.shares if share is not None]
    assert shares == [(inside == 0).mean(), (outside == 0).mean(), 1.0]
    assert result.counted.notes == ()
