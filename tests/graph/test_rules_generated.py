"""Every rule against onnx.shape_inference, over models generated from what onnx.defs says.

Where onnx has an answer, ours is the same; where it has none we may know more, and where it refuses
we may answer. What disagrees is in ``DISAGREEMENTS`` with who is right, and onnxruntime decides.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from py.graph.fact import Fact
from py.graph.tensor_type import TensorType
from tests.graph.schemas.cases import SCHEMAS, answer, bounded, cases
from tests.graph.single_operator import FLOAT, Case, ints

EXAMPLES = 12  # of every version of every operator
HIDDEN_EXAMPLES = 16  # of the newest version, with less known


@dataclass(frozen=True)
class Disagreement:
    """An operator on which onnx's inference is wrong, where, why, and a model that shows it."""

    operators: str
    where: Callable[[Case], bool]
    example: Case
    reason: str


def _is_scalar(case: Case) -> bool:
    _, shape = case.inputs[0]
    return not shape


def _has_unsorted_axes(case: Case) -> bool:
    axes = case.attributes.get("axes", [])
    return case.opset < 11 and axes != sorted(axes)


def _has_no_axes(case: Case) -> bool:
    axes: Any = case.inputs[1] if len(case.inputs) > 1 else case.attributes.get("axes")
    if axes is None:
        return False
    return (tuple(axes[1]) if isinstance(axes, tuple) else np.shape(axes)) == (0,)


def _runs_back_to_the_end(case: Case) -> bool:
    ends = case.inputs[2] if len(case.inputs) > 2 else None
    return isinstance(ends, np.ndarray) and 2**31 - 1 in ends.tolist()


DISAGREEMENTS = (
    Disagreement(
        "AveragePool MaxPool LpPool",
        lambda case: case.attributes.get("ceil_mode") == 1,
        Case(
            "AveragePool",
            10,
            [(5, 4, 5, 12)],
            {"ceil_mode": 1, "kernel_shape": [3, 3], "pads": [1, 0, 0, 1], "strides": [2, 3]},
        ),
        "With ceil_mode a window that would start in the padding after the input is left out; "
        "onnx counts it.",
    ),
    Disagreement(
        "NonZero",
        _is_scalar,
        Case("NonZero", 13, [(FLOAT, ())]),
        "A scalar has one coordinate in the result of the kernel; onnx says none.",
    ),
    Disagreement(
        "Attention",
        lambda case: any(given is not None and None in given[1] for given in case.inputs),
        Case(
            "Attention",
            23,
            [(FLOAT, (2, 2, None)), (FLOAT, (2, 2, None)), (FLOAT, (2, 2, None))],
            {"q_num_heads": 1, "kv_num_heads": 1},
        ),
        "A size that is not known is taken as 0.",
    ),
    Disagreement(
        "STFT",
        lambda case: "onesided" not in case.attributes,
        Case("STFT", 17, [(5, 16, 1), np.int64(3), None, np.int64(6)]),
        "onesided is 1 where it is not given, by the schema; the inference takes 0.",
    ),
    Disagreement(
        "Squeeze",
        _has_unsorted_axes,
        Case("Squeeze", 1, [(1, 1, 3)], {"axes": [1, 0]}),
        "Axes may come in any order; the inference of the first version wants them sorted.",
    ),
    Disagreement(
        "Squeeze",
        _has_no_axes,
        Case("Squeeze", 13, [(1, 3), ints()]),
        "An empty list of axes is as good as none in the kernel: every axis of length one goes.",
    ),
    Disagreement(
        "Slice",
        _runs_back_to_the_end,
        Case("Slice", 13, [(5, 4), ints(-5), ints(2**31 - 1), ints(0), ints(-1)]),
        "The largest int32 means no end, also backwards; onnx takes it as a place after the end.",
    ),
)

#: Operators for which onnx.shape_inference has no rule, or none that these models reach.
SILENT = frozenset(
    (
        *("FeatureVectorizer", "Gradient", "GroupNormalization", "Imputer"),
        *("LinearRegressor", "Normalizer", "Optional", "SVMClassifier", "SVMRegressor", "Scaler"),
        *("SequenceConstruct", "SequenceEmpty", "SplitToSequence", "TreeEnsemble", "ZipMap"),
    )
)


def theirs(case: Case) -> list[TensorType] | None:
    """Return onnx's answer, None where it refuses the model."""
    try:
        return case.theirs()
    except Exception:  # InferenceError, and ValueError of the builder for what can't be written
        return None


def difference(found: list[Fact] | str, expected: list[TensorType]) -> str:
    """Return where we and onnx differ, nothing where we agree on all that onnx knows."""
    if isinstance(found, str):
        return found
    if len(found) < len(expected):
        return f"{len(found)} outputs, not {len(expected)}"
    for own, other in zip(found, expected, strict=False):
        if other.dtype is not None and own.dtype != other.dtype:
            return f"{own.dtype}, not {other.dtype}"
        if other.shape is None:
            continue
        if own.shape is None or len(own.shape) != len(other.shape):
            return f"{own.shape}, not {other.shape}"
        if any(b is not None and a != b for a, b in zip(own.shape, other.shape, strict=True)):
            return f"{own.shape}, not {other.shape}"
    return ""


def is_listed(case: Case) -> bool:
    """Say whether a model is one on which onnx is known to be wrong."""
    return any(case.op in d.operators.split() and d.where(case) for d in DISAGREEMENTS)


@pytest.mark.parametrize("operator", SCHEMAS)
def test_a_rule_agrees_with_onnx_wherever_it_answers(operator: str) -> None:
    answers = 0

    def check(case: Case) -> None:
        nonlocal answers
        expected, found = theirs(case), answer(case)
        if expected is None:
            return
        answers += any(kind.shape is not None for kind in expected)
        if not is_listed(case):
            assert difference(found, expected) == ""

    for schema in SCHEMAS[operator]:
        bounded(EXAMPLES)(given(cases(schema))(check))()
    # So that agreement is not agreement on silence.
    assert (answers > 0) != (operator in SILENT), f"{answers} answers of onnx"


@st.composite
def less_known(draw: st.DrawFn, operator: str) -> tuple[Case, Case]:
    """Draw a model, and the same with some dimensions and some elements not known."""
    case = draw(cases(SCHEMAS[operator][-1]))
    inputs: list[Any] = []
    for known in case.inputs:
        if isinstance(known, np.ndarray | np.generic) and draw(st.booleans()):
            inputs.append((helper.np_dtype_to_tensor_dtype(known.dtype), known.shape))
        elif isinstance(known, tuple):
            dims = tuple(None if draw(st.integers(0, 2)) == 0 else d for d in known[1])
            inputs.append((known[0], dims))
        else:
            inputs.append(known)
    return case, replace(case, inputs=inputs)


@pytest.mark.parametrize("operator", SCHEMAS)
def test_less_known_never_contradicts_what_is_known(operator: str) -> None:
    """Dimensions or elements hidden: fewer answers, the same ones, and bounds that hold."""

    @bounded(HIDDEN_EXAMPLES)
    @given(less_known(operator))
    def check(pair: tuple[Case, Case]) -> None:
        whole, part = pair
        full, less = answer(whole), answer(part)
        if isinstance(full, str):
            return
        assert not isinstance(less, str), less
        for known, own in zip(full, less, strict=True):
            assert own.dtype in (known.dtype, None)
            if own.shape is None or known.shape is None:
                continue
            assert len(own.shape) == len(known.shape)
            for axis, (a, b) in enumerate(zip(own.shape, known.shape, strict=True)):
                most = own.most[axis] if own.most is not None else None
                assert b is None or a in (b, None)
                assert b is None or most is None or most >= b
        expected = theirs(part)
        if expected is not None and not is_listed(part):
            assert difference(less, expected) == ""

    check()


runtime: Any = pytest.importorskip("onnxruntime")


@pytest.mark.parametrize("entry", DISAGREEMENTS, ids=lambda entry: entry.operators)
def test_onnxruntime_is_on_our_side_where_onnx_is_not(entry: Disagreement) -> None:
    case = entry.example
    assert entry.where(case)
    found, expected = case.facts(), case.theirs()
    assert difference(found, expected) != ""
    model = case.model()
    for info, own in zip(model.graph.output, found, strict=False):
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(own.dtype))
        info.CopyFrom(helper.make_tensor_value_info(info.name, kind, None))
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    session = runtime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    feeds = {
        given.name: np.ones([d if isinstance(d, int) else 2 for d in given.shape], np.float32)
        for given in session.get_inputs()
    }
    for run, own in zip(session.run(None, feeds), found, strict=False):
        assert own.shape is not None
        assert len(own.shape) == run.ndim
        assert all(d in (size, None) for d, size in zip(own.shape, run.shape, strict=True))
