"""Elements that rules work out, against numpy's, over models whose every input is known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from py.graph.fact import Fact
from tests.graph.schemas.cases import SCHEMAS, answer, bounded, cases
from tests.graph.single_operator import Case

EXAMPLES = 20

#: Operators whose elements are worked out where those of all inputs are known.
COMPUTED = (
    *("Abs", "Add", "And", "ArgMax", "ArgMin", "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr"),
    *("BitwiseXor", "Cast", "CastLike", "Ceil", "Clip", "Compress", "Concat", "Constant"),
    *("ConstantOfShape", "CumProd", "CumSum", "Div", "Equal", "Expand", "EyeLike", "Flatten"),
    *("Floor", "Gather", "GatherElements", "GatherND", "Greater", "GreaterOrEqual", "Identity"),
    *("IsInf", "IsNaN", "Less", "LessOrEqual", "Max", "Mean", "Min", "Mod", "Mul", "Neg"),
    *("NonZero", "Not", "OneHot", "Or", "Pad", "Pow", "Range", "ReduceL1", "ReduceL2"),
    *("ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd"),
    *("ReduceSum", "ReduceSumSquare", "Relu", "Reshape", "Round", "ScatterElements", "ScatterND"),
    *("Shape", "Sigmoid", "Sign", "Size", "Slice", "Split", "Sqrt", "Squeeze", "Sub", "Sum"),
    *("Tanh", "Tile", "TopK", "Transpose", "Trilu", "Unique", "Unsqueeze", "Where", "Xor"),
)

#: Those of which numpy, and so the reference, departs from the standard: a scalar's NonZero, a
#: slice that begins before the beginning and goes backwards, Unique in the order of occurrence,
#: Squeeze of no axes.
IN_KERNELS = frozenset({"NonZero", "Slice", "Squeeze", "Unique"})
runtime: Any = pytest.importorskip("onnxruntime")

NUMBERS = st.one_of(st.integers(-4, 4), st.integers(0, 2))
_PLAIN = {
    TensorProto.FLOAT,
    TensorProto.DOUBLE,
    TensorProto.INT64,
    TensorProto.INT32,
    TensorProto.INT8,
    TensorProto.UINT8,
    TensorProto.BOOL,
    TensorProto.FLOAT16,
    TensorProto.INT16,
}


@st.composite
def known(draw: st.DrawFn, operator: str) -> Case:
    """Draw a model whose every input is an initializer."""
    # Before version 7 a second input was fitted to the first; the references know nothing of that.
    versions = [schema for schema in SCHEMAS[operator] if schema.since_version >= 7]
    case = draw(cases(draw(st.sampled_from(versions or SCHEMAS[operator]))))
    inputs: list[Any] = []
    for given_ in case.inputs:
        if given_ is None or isinstance(given_, np.ndarray | np.generic):
            inputs.append(given_)
            continue
        kind, shape = given_
        if kind not in _PLAIN:
            kind = TensorProto.FLOAT
        count = int(np.prod(shape, dtype=np.int64))
        numbers = draw(st.lists(NUMBERS, min_size=count, max_size=count))
        dtype = helper.tensor_dtype_to_np_dtype(kind)
        if np.issubdtype(dtype, np.unsignedinteger):
            numbers = [abs(number) for number in numbers]
        array = np.array(numbers).astype(dtype).reshape(shape)
        if np.issubdtype(dtype, np.floating) and draw(st.booleans()):
            array = (array * dtype.type(0.75)).astype(dtype)
        inputs.append(array)
    return replace(case, inputs=inputs)


def run(case: Case, found: list[Fact]) -> list[Any] | None:
    """Return what the model makes, None where its types are not taken."""
    model = case.model()
    try:
        if case.op not in IN_KERNELS:
            with np.errstate(all="ignore"):
                return list(ReferenceEvaluator(model).run(None, {}))
        for info, own in zip(model.graph.output, found, strict=False):
            kind = helper.np_dtype_to_tensor_dtype(np.dtype(own.dtype))
            info.CopyFrom(helper.make_tensor_value_info(info.name, kind, None))
        options = runtime.SessionOptions()
        options.log_severity_level = 4
        session = runtime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        return list(session.run(None, {}))
    except Exception:  # both raise a dozen classes, some of them plain Exception
        return None


@pytest.mark.parametrize("operator", COMPUTED)
def test_elements_are_those_of_the_reference(operator: str) -> None:
    compared = 0

    @bounded(EXAMPLES)
    @given(known(operator))
    def check(case: Case) -> None:
        nonlocal compared
        found = answer(case)
        if isinstance(found, str):
            return
        expected = run(case, found)
        if expected is None:
            return
        for own, array in zip(found, expected, strict=False):
            values = own.read()
            if values is None or array is None:
                continue
            array = np.asarray(array)
            assert own.shape == array.shape
            for value, other in zip(values, array.ravel().tolist(), strict=True):
                if value is None:
                    continue
                compared += 1
                same = other if isinstance(other, str) else pytest.approx(other, 1e-3, nan_ok=True)
                assert value == same

    check()
    assert compared > 0
