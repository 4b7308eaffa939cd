"""Nothing in onnx.defs is without a rule, and every size that values decide is handled as such."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from onnx import TensorProto, defs, helper

from py.graph.fact import Fact
from py.graph.file.node import CONTROL_FLOW
from py.graph.flow.control import HANDLERS
from py.graph.rules import known_operators
from tests.graph.schemas.cases import SCHEMAS, answer, bounded, cases
from tests.graph.single_operator import FLOAT, INT64, Case, floats, ints

#: Operators with a body, which the flow of types runs through; the rules know nothing of them.
WITH_A_BODY = frozenset({"If", "Loop", "Scan", "SequenceMap"})


def operators() -> dict[tuple[str, str], list[Any]]:
    found: dict[tuple[str, str], list[Any]] = {}
    for schema in defs.get_all_schemas_with_history():
        found.setdefault((schema.domain, schema.name), []).append(schema)
    return found


def test_only_operators_with_a_body_have_no_rule() -> None:
    missing = operators().keys() - known_operators()
    assert missing == {("", name) for name in WITH_A_BODY}
    assert set(HANDLERS) == CONTROL_FLOW == WITH_A_BODY


def test_the_walk_sees_the_standard() -> None:
    """So that an empty list of what is missing is no empty list of what there is."""
    found = operators()
    assert {domain for domain, _ in found} >= {"", "ai.onnx.ml", "ai.onnx.preview.training"}
    assert len([name for domain, name in found if not domain]) > 190


X = (FLOAT, (3, 4))
NAMES = (TensorProto.STRING, (3,))

#: Sizes that values decide, where the operator itself has a maximum: the model, and the most that
#: each output can have where no element is known.
WITH_A_MAXIMUM: dict[str, tuple[Case, list[tuple[int | None, ...]]]] = {
    "NonZero": (Case("NonZero", 13, [X]), [(2, 12)]),
    "Compress": (Case("Compress", 11, [X, (TensorProto.BOOL, (3,))], {"axis": 1}), [(3, 3)]),
    "Unique": (
        Case("Unique", 11, [X], {"axis": 0}, outputs=4),
        [(3, 4), (3,), (3,), (3,)],
    ),
    "NonMaxSuppression": (
        Case("NonMaxSuppression", 11, [(FLOAT, (2, 9, 4)), (FLOAT, (2, 3, 9)), ints(5)]),
        [(30, 3)],
    ),
    "Slice": (Case("Slice", 13, [X, (INT64, (1,)), (INT64, (1,)), ints(1)]), [(3, 4)]),
    "TopK": (Case("TopK", 11, [X, (INT64, (1,))], {"axis": 0}, outputs=2), [(3, 4), (3, 4)]),
    "Split": (Case("Split", 13, [X, (INT64, (2,))], {"axis": 1}, outputs=2), [(3, 4), (3, 4)]),
    "StringNormalizer": (Case("StringNormalizer", 10, [NAMES], {"stopwords": ["a"]}), [(3,)]),
    "StringSplit": (Case("StringSplit", 20, [NAMES], {"maxsplit": 2}, outputs=2), [(3, 3), (3,)]),
}

#: Sizes that values decide without any maximum: exact where the elements are known, by the model
#: and the shape that follows; else not known. Nothing else is left open.
WITHOUT_A_MAXIMUM: dict[str, tuple[Case, tuple[int, ...]]] = {
    "AffineGrid": (Case("AffineGrid", 20, [(FLOAT, (2, 2, 3)), ints(2, 3, 4, 5)]), (2, 4, 5, 2)),
    "BlackmanWindow": (Case("BlackmanWindow", 17, [np.int64(7)]), (7,)),
    "CenterCropPad": (Case("CenterCropPad", 18, [X, ints(2, 6)]), (2, 6)),
    "Col2Im": (Case("Col2Im", 18, [(FLOAT, (1, 4, 9)), ints(4, 4), ints(2, 2)]), (1, 1, 4, 4)),
    "ConstantOfShape": (Case("ConstantOfShape", 9, [ints(2, 5)]), (2, 5)),
    "DFT": (Case("DFT", 20, [(FLOAT, (2, 8, 1)), np.int64(6)]), (2, 6, 2)),
    "Expand": (Case("Expand", 13, [(FLOAT, (3, 1)), ints(3, 5)]), (3, 5)),
    "HammingWindow": (Case("HammingWindow", 17, [np.int64(7)]), (7,)),
    "HannWindow": (Case("HannWindow", 17, [np.int64(7)]), (7,)),
    "MaxUnpool": (
        Case(
            "MaxUnpool",
            11,
            [(FLOAT, (1, 1, 2, 2)), (INT64, (1, 1, 2, 2)), ints(1, 1, 5, 5)],
            {"kernel_shape": [2, 2]},
        ),
        (1, 1, 5, 5),
    ),
    "MelWeightMatrix": (
        Case(
            "MelWeightMatrix",
            17,
            [np.int64(5), np.int64(16), np.int64(8000), np.float32(0), np.float32(4000)],
        ),
        (9, 5),
    ),
    "OneHot": (Case("OneHot", 11, [(INT64, (3,)), np.int64(5), floats(0, 1)]), (3, 5)),
    "Pad": (Case("Pad", 13, [X, ints(0, 1, 2, 0)]), (5, 5)),
    "Range": (Case("Range", 11, [np.int64(1), np.int64(9), np.int64(3)]), (3,)),
    "ReduceL1": (Case("ReduceL1", 18, [X, ints(1)]), (3, 1)),
    "ReduceL2": (Case("ReduceL2", 18, [X, ints(1)]), (3, 1)),
    "ReduceLogSum": (Case("ReduceLogSum", 18, [X, ints(1)]), (3, 1)),
    "ReduceLogSumExp": (Case("ReduceLogSumExp", 18, [X, ints(1)]), (3, 1)),
    "ReduceMax": (Case("ReduceMax", 18, [X, ints(1)]), (3, 1)),
    "ReduceMean": (Case("ReduceMean", 18, [X, ints(1)]), (3, 1)),
    "ReduceMin": (Case("ReduceMin", 18, [X, ints(1)]), (3, 1)),
    "ReduceProd": (Case("ReduceProd", 18, [X, ints(1)]), (3, 1)),
    "ReduceSum": (Case("ReduceSum", 13, [X, ints(1)]), (3, 1)),
    "ReduceSumSquare": (Case("ReduceSumSquare", 18, [X, ints(1)]), (3, 1)),
    "Reshape": (Case("Reshape", 14, [X, ints(2, -1)]), (2, 6)),
    "Resize": (Case("Resize", 13, [X, None, None, ints(6, 2)]), (6, 2)),
    "STFT": (
        Case("STFT", 17, [(FLOAT, (1, 16, 1)), np.int64(4), None, np.int64(8)]),
        (1, 3, 5, 2),
    ),
    "Squeeze": (Case("Squeeze", 13, [(FLOAT, (3, 1)), ints(1)]), (3,)),
    "Tile": (Case("Tile", 13, [X, ints(2, 3)]), (6, 12)),
    "Unsqueeze": (Case("Unsqueeze", 13, [X, ints(0)]), (1, 3, 4)),
    "Upsample": (Case("Upsample", 9, [X, floats(2, 3)]), (6, 12)),
}

#: Sizes that nothing but the run itself tells: of a decoded image, and of a map.
NEVER_KNOWN = frozenset({"ImageDecoder", "CastMap"})


def without_elements(case: Case) -> Case:
    """Return the model with every initializer as an input whose elements nobody knows."""
    inputs = [
        (helper.np_dtype_to_tensor_dtype(known.dtype), known.shape)
        if isinstance(known, np.ndarray | np.generic)
        else known
        for known in case.inputs
    ]
    return replace(case, inputs=inputs)


def is_open(found: Fact) -> bool:
    return found.shape is None or None in found.shape


@pytest.mark.parametrize("operator", WITH_A_MAXIMUM)
def test_a_size_that_values_decide_has_its_maximum(operator: str) -> None:
    case, most = WITH_A_MAXIMUM[operator]
    assert case.op == operator
    found = case.facts()
    assert any(is_open(own) for own in found)
    for own, bound in zip(found, most, strict=False):
        assert own.shape is not None
        assert (own.most or own.shape) == bound
        assert all(size in (known, None) for known, size in zip(bound, own.shape, strict=True))


@pytest.mark.parametrize("operator", WITHOUT_A_MAXIMUM)
def test_a_size_without_a_maximum_is_exact_where_the_elements_are_known(operator: str) -> None:
    case, shape = WITHOUT_A_MAXIMUM[operator]
    assert case.op == operator
    assert case.facts()[0].shape == shape
    unknown = without_elements(case).facts()[0]
    assert is_open(unknown)
    assert unknown.most is None


@pytest.mark.parametrize("operator", SCHEMAS)
def test_no_other_operator_leaves_a_size_open(operator: str) -> None:
    listed = operator in WITH_A_MAXIMUM or operator in WITHOUT_A_MAXIMUM or operator in NEVER_KNOWN

    def check(case: Case) -> None:
        found = answer(without_elements(case))
        if isinstance(found, str) or listed:
            return
        assert not any(is_open(own) for own in found if own.type.form == "tensor")

    for schema in SCHEMAS[operator]:
        bounded(4)(given(cases(schema))(check))()
