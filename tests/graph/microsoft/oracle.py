"""What onnxruntime makes of one operator of its own: a real run, or its own shape inference.

Where the CPU provider has a kernel a run decides. Where it has none, loading still infers shapes
before the missing kernel is noticed, and a declared shape that is wrong is refused in words that
name the right one: so the right one is asked for, dimension by dimension.
"""

import io
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from py.graph import TensorType
from py.graph.fact import Fact, fact
from py.graph.file.model import read_model
from py.graph.rules.site import Site
from tests.graph.single_operator import Case

runtime: Any = pytest.importorskip("onnxruntime")
runtime.set_default_logger_severity(4)

UINT8, INT8, INT16, UINT16 = (
    TensorProto.UINT8,
    TensorProto.INT8,
    TensorProto.INT16,
    TensorProto.UINT16,
)
FLOAT16, INT32, STRING = TensorProto.FLOAT16, TensorProto.INT32, TensorProto.STRING
_WRONG = 7_654_321
_RANK = re.compile(r"inferred=(\d+) declared=(\d+)")
_SIZE = re.compile(r"Inferred=(\d+) Declared=(\d+) Dimension=(\d+)")
_TYPE = re.compile(r"Type \(tensor\((\w+)\)\) of output arg \(out(\d+)\)")


def contrib(op: str, inputs: Sequence[Any], outputs: int = 1, **attributes: Any) -> Case:
    """Return a case of an operator of the domain com.microsoft."""
    return Case(op, 1, inputs, attributes, outputs, "com.microsoft")


def real_run(case: Case) -> list[TensorType]:
    """Return the types of what a run on the CPU gives. Raises where onnxruntime refuses."""
    model = case.model()
    _declare(model, case.ours())
    session = _session(model)
    random = np.random.default_rng(0)
    feeds = {info.name: _some(info.type.tensor_type, random) for info in model.graph.input}
    found = session.run(None, feeds)
    return [TensorType(_numpy_name(value), value.shape) for value in found]


def has_kernel(case: Case) -> bool:
    """Say whether the CPU provider has a kernel for the case."""
    model = case.model()
    _declare(model, case.ours())
    try:
        _session(model)
    except Exception as error:  # onnxruntime raises a dozen classes, some of them plain Exception
        if "NOT_IMPLEMENTED" in str(error):
            return False
        raise
    return True


def inferred(case: Case, types: Sequence[TensorType]) -> list[tuple[int | None, ...] | None]:
    """Return the shapes that onnxruntime infers, None for a dimension or a rank it does not know.

    ``types`` give the element types, which it checks: another one is an error.
    """
    ranks: list[int | None] = []
    model = case.model()
    for place in range(case.outputs):
        declared: list[Any] = [None] * case.outputs
        declared[place] = (1,) * 60
        found = _RANK.search(_complaint(model, types, declared))
        ranks.append(int(found.group(1)) if found else None)
    shapes: list[Any] = [None if rank is None else [_WRONG] * rank for rank in ranks]
    for place, shape in enumerate(shapes):
        while shape is not None:
            declared = [None] * case.outputs
            declared[place] = tuple(shape)
            size = _SIZE.search(_complaint(model, types, declared))
            if size is None:
                break
            shape[int(size.group(3))] = int(size.group(1))
    return [
        None if shape is None else tuple(None if d == _WRONG else d for d in shape)
        for shape in shapes
    ]


def _complaint(model: onnx.ModelProto, types: Sequence[TensorType], shapes: Sequence[Any]) -> str:
    _declare(
        model, [TensorType(kind.dtype, shape) for kind, shape in zip(types, shapes, strict=True)]
    )
    try:
        _session(model)
    except Exception as error:  # as above
        text = str(error)
        assert not _TYPE.search(text), text

        return text
    return ""


def _session(model: onnx.ModelProto) -> Any:
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    options.add_session_config_entry("session.strict_shape_type_inference", "1")
    return runtime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _declare(model: onnx.ModelProto, types: Sequence[TensorType]) -> None:
    for info, kind in zip(model.graph.output, types, strict=True):
        number = TensorProto.STRING
        if kind.dtype != "object":
            number = helper.np_dtype_to_tensor_dtype(np.dtype(kind.dtype))
        shape = None if kind.shape is None else list(kind.shape)
        info.CopyFrom(helper.make_tensor_value_info(info.name, number, shape))


def _numpy_name(value: Any) -> str:
    return "object" if value.dtype.kind in "OUS" else str(value.dtype)


def _some(kind: Any, random: np.random.Generator) -> Any:
    shape = [dimension.dim_value for dimension in kind.shape.dim]
    if kind.elem_type == TensorProto.STRING:
        return np.full(shape, "two words", dtype=object)
    dtype = helper.tensor_dtype_to_np_dtype(kind.elem_type)
    if np.issubdtype(dtype, np.floating):
        return random.random(shape).astype(dtype)
    return np.ones(shape, dtype)


def site_of(case: Case) -> Site:
    """Return the node of a case and the facts of its inputs, as a rule sees them."""
    body = read_model(io.BytesIO(case.model().SerializeToString())).body
    known = {
        info.name: fact(info.dtype, tuple(d if isinstance(d, int) else None for d in info.shape))
        for info in body.inputs
        if info.shape is not None
    }
    for tensor in body.initializers:
        known[tensor.name] = Fact(tensor.type, None, tensor.payload)
    node = body.nodes[0]
    return Site(node, [known[name] if name else None for name in node.inputs], case.opset)


def as_inferred(case: Case) -> None:
    """Assert that our types are complete, and that onnxruntime infers the same where it does."""
    ours = case.ours()
    theirs = inferred(case, ours)
    assert any(shape is not None for shape in theirs), "it infers nothing"
    for kind, shape in zip(ours, theirs, strict=True):
        assert kind.shape is not None
        assert None not in kind.shape
        if shape is not None:
            assert len(kind.shape) == len(shape)
            for own, other in zip(kind.shape, shape, strict=True):
                assert other is None or own == other, (kind.shape, shape)
