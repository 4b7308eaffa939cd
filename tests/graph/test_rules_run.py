"""Every rule against a real run: generated models in onnxruntime, fed with ones.

Where the runtime refuses, we may give an answer; where it runs, its shapes and types are ours, and
what values decide is no larger than our bound.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from onnx import TensorProto, helper

from py.graph.fact import Fact
from tests.graph.schemas.cases import SCHEMAS, answer, bounded, cases
from tests.graph.single_operator import Case

runtime: Any = pytest.importorskip("onnxruntime")
EXAMPLES = 24  # of every operator, 5 or more of each version
NEWEST_OPSET = 26  # that onnxruntime 1.31 takes

#: Operators, or versions of them, that the runtime does not have or of which these models lack a
#: table that it wants; tests/graph/test_rules_classical.py has those of ai.onnx.ml.
NOT_RUN = frozenset(
    (
        *("Adagrad", "Adam", "CausalConvWithState", "FeatureVectorizer", "FlexAttention"),
        *("Gradient", "ImageDecoder", "Imputer", "LinearAttention", "LinearRegressor"),
        *("Momentum", "SVMClassifier", "SVMRegressor", "Scaler", "SwiGLU", "TreeEnsemble"),
        *("TreeEnsembleClassifier", "TreeEnsembleRegressor", "ZipMap"),
    )
)


def run(case: Case, found: list[Fact]) -> list[Any] | None:
    """Return the outputs of a run, None where the runtime refuses."""
    model = case.model()
    for info, own in zip(model.graph.output, found, strict=False):
        if own.dtype is not None:
            info.CopyFrom(helper.make_tensor_value_info(info.name, number_of(own.dtype), None))
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        session = runtime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        outputs: list[Any] = session.run(None, {i.name: ones(i) for i in model.graph.input})
        return outputs
    except Exception:  # onnxruntime raises a dozen classes, some of them plain Exception
        return None


def number_of(dtype: str) -> int:
    return int(
        TensorProto.STRING
        if dtype == "object"
        else helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    )


def ones(info: onnx.ValueInfoProto) -> np.ndarray:
    kind = info.type.tensor_type
    shape = [dimension.dim_value for dimension in kind.shape.dim]
    if kind.elem_type == TensorProto.STRING:
        return np.full(shape, "a b", object)
    return np.ones(shape, helper.tensor_dtype_to_np_dtype(kind.elem_type))


def check_same(own: Fact, made: np.ndarray) -> None:
    assert own.dtype == ("object" if made.dtype.kind in "OU" else made.dtype.name)
    assert own.shape is not None
    assert len(own.shape) == made.ndim
    for axis, (mine, size) in enumerate(zip(own.shape, made.shape, strict=True)):
        assert mine in (size, None)
        most = own.most[axis] if own.most is not None else None
        assert most is None or size <= most


@pytest.mark.parametrize("operator", [name for name in SCHEMAS if name not in NOT_RUN])
def test_a_real_run_has_the_shapes_of_the_rule(operator: str) -> None:
    runs = 0

    def check(case: Case) -> None:
        nonlocal runs
        case = replace(case, opset=min(case.opset, NEWEST_OPSET))
        found = answer(case)
        if isinstance(found, str):
            return
        made = run(case, found)
        if made is None:
            return
        runs += 1
        for own, output in zip(found, made, strict=False):
            if isinstance(output, np.ndarray) and own.type.form == "tensor":
                check_same(own, output)

    supported = [s for s in SCHEMAS[operator] if s.since_version <= NEWEST_OPSET]
    for schema in supported[-4:]:
        bounded(max(5, EXAMPLES // len(supported)))(given(cases(schema))(check))()
    assert runs > 0
