"""The ONNX model of one shape: a layer alone, as exporters write it, its weights and inputs random.

What the columns of a shape mean is in ``py.measure.table.row_workload``. The weights are left out
of the model: ``weights`` says their shapes, and a runner fills them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onnx import ModelProto, NodeProto, TensorProto, helper

from py.measure.plans.shape import Shape
from py.measure.runners.runner import NotRunnableError

OPSET = 20
IR_VERSION = 10
MICROSOFT = "com.microsoft"
_TYPES = {"fp32": TensorProto.FLOAT, "fp16": TensorProto.FLOAT16, "fp64": TensorProto.DOUBLE}

Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OneLayer:
    """A layer's model; ``inputs`` and ``weights`` by their names in it, with their shapes."""

    model: ModelProto
    inputs: Mapping[str, Sizes]
    weights: Mapping[str, Sizes]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Nodes from the tensor ``x`` (and others) to the tensor ``y``."""

    nodes: Sequence[NodeProto]
    inputs: Mapping[str, Sizes]
    weights: Mapping[str, Sizes]
    output: Sizes


def one_layer(shape: Shape) -> OneLayer:
    """Return the model of a shape that is a layer.

    Raises:
        NotRunnableError: no ONNX operator computes it, or a size is missing.
    """
    kind = _TYPES.get(shape.dtype)
    if kind is None:
        raise NotRunnableError(f"onnxruntime's models here are of {', '.join(_TYPES)}")
    builder = _BUILDERS.get(shape.op)
    if builder is None:
        raise NotRunnableError(f"no ONNX operator stands for {shape.op}")
    parts = builder(shape)
    graph = helper.make_graph(
        list(parts.nodes),
        "layer",
        [_value(name, kind, sizes) for name, sizes in {**parts.inputs, **parts.weights}.items()],
        [_value("y", kind, parts.output)],
    )
    domains = {node.domain for node in parts.nodes}
    opsets = [
        helper.make_opsetid(domain, OPSET if not domain else 1) for domain in sorted({"", *domains})
    ]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
    return OneLayer(model, parts.inputs, parts.weights)


def _value(name: str, kind: int, sizes: Sizes) -> Any:
    return helper.make_tensor_value_info(name, kind, list(sizes))


def _size(shape: Shape, name: str) -> int:
    value = getattr(shape, name)
    if not isinstance(value, int):
        raise NotRunnableError(f"{shape.op} needs a size '{name}', got {value!r}")
    return value


def _activated(shape: Shape, node: Callable[[str], NodeProto]) -> list[NodeProto]:
    """Return a node, and its activation where the variant names one."""
    if shape.variant is None:
        return [node("y")]
    return [node("sum"), *_function(shape.variant, "sum")]


def _function(name: str, source: str) -> list[NodeProto]:
    if name == "Clip":  # Relu6
        return [
            helper.make_node("Constant", [], ["zero"], value_float=0.0),
            helper.make_node("Constant", [], ["six"], value_float=6.0),
            helper.make_node("Clip", [source, "zero", "six"], ["y"]),
        ]
    return [helper.make_node(name, [source], ["y"])]


def _convolution(shape: Shape) -> _Parts:
    cin, cout, groups = _size(shape, "cin"), _size(shape, "cout"), shape.groups or 1
    h, w, kh, kw, stride = (_size(shape, name) for name in ("h", "w", "kh", "kw", "stride"))
    zeros = [_zeros(shape, side, window) for side, window in ((h, kh), (w, kw))]
    outputs = _outputs((h, w), zeros, (kh, kw), stride)

    def node(output: str) -> NodeProto:
        return helper.make_node(
            *("Conv", ["x", "weight", "bias"], [output]),
            kernel_shape=[kh, kw],
            strides=[stride, stride],
            pads=_pads(zeros),
            group=groups,
        )

    return _Parts(
        _activated(shape, node),
        {"x": (shape.batch, cin, h, w)},
        {"weight": (cout, cin // groups, kh, kw), "bias": (cout,)},
        (shape.batch, cout, *outputs),
    )


def _zeros(shape: Shape, side: int, window: int) -> int:
    """Return the zeros on both sides together, as ``py.measure.table.row_workload`` has them."""
    if shape.pad == "same":
        stride = _size(shape, "stride")
        return max(0, (-(-side // stride) - 1) * stride + window - side)
    return 0 if shape.pad is None or shape.pad == "valid" else 2 * shape.pad


def _pads(zeros: Sequence[int]) -> list[int]:
    """Return the zeros before each axis, then those after it, of which odd ones are more."""
    begin = [count // 2 for count in zeros]
    return [*begin, *(count - first for count, first in zip(zeros, begin, strict=True))]


def _outputs(sides: Sizes, zeros: Sequence[int], windows: Sizes, stride: int) -> Sizes:
    return tuple(
        (side + count - window) // stride + 1
        for side, count, window in zip(sides, zeros, windows, strict=True)
    )


def _fully_connected(shape: Shape) -> _Parts:
    cin, cout = _size(shape, "cin"), _size(shape, "cout")

    def node(output: str) -> NodeProto:
        return helper.make_node("Gemm", ["x", "weight", "bias"], [output], transB=1)

    return _Parts(
        _activated(shape, node),
        {"x": (shape.batch, cin)},
        {"weight": (cout, cin), "bias": (cout,)},
        (shape.batch, cout),
    )


def _product(shape: Shape) -> _Parts:
    cin, cout, groups = _size(shape, "cin"), _size(shape, "cout"), shape.groups or 1
    node = helper.make_node("MatMul", ["x", "other"], ["y"])
    inputs = {"x": (groups, shape.batch, cin), "other": (groups, cin, cout)}
    return _Parts([node], inputs, {}, (groups, shape.batch, cout))


def _pool(shape: Shape) -> _Parts:
    channels = _size(shape, "cin")
    h, w, kh, kw, stride = (_size(shape, name) for name in ("h", "w", "kh", "kw", "stride"))
    zeros = [_zeros(shape, side, window) for side, window in ((h, kh), (w, kw))]
    outputs = _outputs((h, w), zeros, (kh, kw), stride)
    average = shape.variant == "average"
    if average and (kh, kw) == (h, w) and not any(zeros):
        node = helper.make_node("GlobalAveragePool", ["x"], ["y"])
    else:
        node = helper.make_node(
            *("AveragePool" if average else "MaxPool", ["x"], ["y"]),
            kernel_shape=[kh, kw],
            strides=[stride, stride],
            pads=_pads(zeros),
        )
    return _Parts(
        *([node], {"x": (shape.batch, channels, h, w)}, {}),
        (shape.batch, channels, *outputs),
    )


def _tensor(shape: Shape) -> Sizes:
    return (shape.batch, *(value for value in (shape.cin, shape.h, shape.w) if value is not None))


_BINARY = frozenset({"Add", "Mul", "Sub", "Div"})


def _elementwise(shape: Shape) -> _Parts:
    sizes, name = _tensor(shape), shape.variant or "Relu"
    if name in _BINARY:
        node = helper.make_node(name, ["x", "other"], ["y"])
        return _Parts([node], {"x": sizes, "other": sizes}, {}, sizes)
    return _Parts(_function(name, "x"), {"x": sizes}, {}, sizes)


def _normalisation(shape: Shape) -> _Parts:
    sizes, name = _tensor(shape), shape.variant or "LayerNormalization"
    last = (sizes[-1],)
    if name == "LayerNormalization":
        node = helper.make_node(name, ["x", "scale", "shift"], ["y"], axis=-1)
        return _Parts([node], {"x": sizes}, {"scale": last, "shift": last}, sizes)
    if name == "BatchNormalization":
        each = dict.fromkeys(("scale", "shift", "mean", "variance"), (sizes[1],))
        node = helper.make_node(name, ["x", *each], ["y"])
        return _Parts([node], {"x": sizes}, each, sizes)
    if name == "InstanceNormalization":
        each = dict.fromkeys(("scale", "shift"), (sizes[1],))
        return _Parts([helper.make_node(name, ["x", *each], ["y"])], {"x": sizes}, each, sizes)
    raise NotRunnableError(f"no ONNX operator stands for the normalisation {name}")


def _local_response(shape: Shape) -> _Parts:
    node = helper.make_node("LRN", ["x"], ["y"], size=5, alpha=1e-4, beta=0.75, bias=1.0)
    return _Parts([node], {"x": _tensor(shape)}, {}, _tensor(shape))


def _softmax(shape: Shape) -> _Parts:
    node = helper.make_node("Softmax", ["x"], ["y"], axis=-1)
    return _Parts([node], {"x": _tensor(shape)}, {}, _tensor(shape))


def _movement(shape: Shape) -> _Parts:
    sizes, name = _tensor(shape), shape.variant or "Concat"
    if name == "Concat":
        half = (sizes[0], sizes[1] // 2, *sizes[2:])
        rest = (sizes[0], sizes[1] - half[1], *sizes[2:])
        node = helper.make_node(name, ["x", "other"], ["y"], axis=1)
        return _Parts([node], {"x": half, "other": rest}, {}, sizes)
    if name == "Transpose":
        turned = (sizes[0], *sizes[2:], sizes[1])
        axes = [0, *range(2, len(sizes)), 1]
        return _Parts([helper.make_node(name, ["x"], ["y"], perm=axes)], {"x": sizes}, {}, turned)
    raise NotRunnableError(f"no ONNX operator stands for the movement {name}")


_REDUCTIONS = frozenset({"ReduceMean", "ReduceSum", "ReduceMax"})


def _reduction(shape: Shape) -> _Parts:
    sizes, name = _tensor(shape), shape.variant or "ReduceMean"
    if name not in _REDUCTIONS:
        raise NotRunnableError(f"no ONNX operator stands for the reduction {name}")
    node = helper.make_node(name, ["x", "axes"], ["y"], keepdims=0)
    axes = helper.make_node("Constant", [], ["axes"], value_ints=[len(sizes) - 1])
    return _Parts([axes, node], {"x": sizes}, {}, sizes[:-1])


def _attention(shape: Shape) -> _Parts:
    heads, width = shape.groups or 1, _size(shape, "cin")
    if (shape.cout or width) != width:
        raise NotRunnableError("onnxruntime's attention has values as wide as keys here")
    queries, keys = _size(shape, "h"), _size(shape, "w")
    node = helper.make_node(
        "MultiHeadAttention", ["x", "key", "value"], ["y"], domain=MICROSOFT, num_heads=heads
    )
    asked, held = (shape.batch, queries, heads * width), (shape.batch, keys, heads * width)
    return _Parts([node], {"x": asked, "key": held, "value": held}, {}, asked)


_RECURRENT = {4: "LSTM", 3: "GRU", 1: "RNN"}


def _recurrent(shape: Shape) -> _Parts:
    gates, steps = shape.groups or 4, _size(shape, "h")
    inputs, states = _size(shape, "cin"), _size(shape, "cout")
    name = _RECURRENT.get(gates)
    if name is None:
        raise NotRunnableError(f"a recurrent layer has 4, 3 or 1 gates, got {gates}")
    node = helper.make_node(name, ["x", "weight", "again"], ["y"], hidden_size=states)
    weights = {"weight": (1, gates * states, inputs), "again": (1, gates * states, states)}
    return _Parts(
        *([node], {"x": (steps, shape.batch, inputs)}, weights),
        (steps, 1, shape.batch, states),
    )


_BUILDERS: Mapping[str, Callable[[Shape], _Parts]] = {
    "conv": _convolution,
    "fc": _fully_connected,
    "matmul": _product,
    "pool": _pool,
    "elementwise": _elementwise,
    "norm": _normalisation,
    "lrn": _local_response,
    "softmax": _softmax,
    "movement": _movement,
    "reduce": _reduction,
    "attention": _attention,
    "recurrent": _recurrent,
}
