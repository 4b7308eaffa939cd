"""Random operators against what onnxruntime makes of them: the shapes that decide MACs and traffic.

Where the runtime refuses, we may give an answer; where it runs, ours must be the same. Left out
are two places where it departs from the standard: a kernel larger than its padded input (C++'s
division rounds towards zero there, and the result is a pool of nothing) and SAME padding of a
dilated pool (the dilation is forgotten).
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.errors import JoulegraphError
from tests.graph.single_operator import FLOAT, Case, floats, ints

runtime: Any = pytest.importorskip("onnxruntime")
runtime.set_default_logger_severity(4)


def run(case: Case) -> list[tuple[int, ...]] | None:
    """Return the shapes of a real run, None where the runtime refuses."""
    model = case.model()
    for info in model.graph.output:
        info.type.tensor_type.elem_type = FLOAT
    try:
        session = runtime.InferenceSession(
            model.SerializeToString(), providers=["CPUExecutionProvider"]
        )
        feeds = {
            info.name: np.ones([d.dim_value for d in info.type.tensor_type.shape.dim], np.float32)
            for info in model.graph.input
        }
        return [found.shape for found in session.run(None, feeds)]
    except Exception:  # onnxruntime raises a dozen classes, some of them plain Exception
        return None


def agrees(case: Case) -> None:
    expected = run(case)
    if expected is None:
        return
    try:
        found: Any = [kind.shape for kind in case.ours()]
    except JoulegraphError as error:
        found = error.message
    assert found == expected


def sizes(count: int, low: int = 1, high: int = 9) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(low, high), min_size=count, max_size=count)


@st.composite
def windows(draw: st.DrawFn, axes: int, *, dilated: bool = True) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    if draw(st.booleans()):
        attributes["strides"] = draw(sizes(axes, 1, 4))
    padding = draw(st.sampled_from(["", "pads", "SAME_UPPER", "SAME_LOWER", "VALID"]))
    if padding == "pads":
        attributes["pads"] = draw(sizes(2 * axes, 0, 2))
    elif padding:
        attributes["auto_pad"] = padding
    if dilated and not padding.startswith("SAME") and draw(st.booleans()):
        attributes["dilations"] = draw(sizes(axes, 1, 3))
    return attributes


@st.composite
def convolutions(draw: st.DrawFn) -> Case:
    axes = draw(st.integers(1, 3))
    group = draw(st.sampled_from([1, 2]))
    spatial, kernel = draw(sizes(axes, 1, 11)), draw(sizes(axes, 1, 4))
    attributes = draw(windows(axes)) | {"group": group}
    opset = draw(st.sampled_from([8, 11, 22]))
    if draw(st.booleans()):
        return Case("Conv", opset, [(2, 2 * group, *spatial), (4, 2, *kernel)], attributes)
    if draw(st.booleans()):
        attributes["output_padding"] = draw(sizes(axes, 0, 1))
    if draw(st.booleans()):
        attributes["output_shape"] = draw(sizes(axes, 1, 20))
    return Case("ConvTranspose", opset, [(2, 2, *spatial), (2, 3, *kernel)], attributes)


@st.composite
def pools(draw: st.DrawFn) -> Case:
    axes = draw(st.integers(1, 3))
    op = draw(st.sampled_from(["MaxPool", "AveragePool"]))
    attributes = draw(windows(axes, dilated=op == "MaxPool"))
    attributes |= {"kernel_shape": draw(sizes(axes, 1, 4)), "ceil_mode": draw(st.integers(0, 1))}
    # Large enough for every kernel: 3 * 3 + 1.
    return Case(
        op, draw(st.sampled_from([12, 22])), [(1, 2, *draw(sizes(axes, 10, 17)))], attributes
    )


INDEX = st.one_of(st.integers(-9, 9), st.sampled_from([-(2**63), 2**63 - 1, 2**31 - 1, -(2**31)]))


@st.composite
def slices(draw: st.DrawFn) -> Case:
    shape = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    axes = draw(st.lists(st.integers(-len(shape), len(shape) - 1), min_size=1, unique=True))
    starts, ends = ([draw(INDEX) for _ in axes] for _ in range(2))
    steps = [draw(st.sampled_from([1, 2, 3, -1, -2, -3])) for _ in axes]
    return Case("Slice", 13, [tuple(shape), ints(*starts), ints(*ends), ints(*axes), ints(*steps)])


@st.composite
def reshapes(draw: st.DrawFn) -> Case:
    shape = draw(st.lists(st.integers(0, 5), min_size=1, max_size=4))
    target = draw(st.permutations(shape))
    if draw(st.booleans()):
        target[draw(st.integers(0, len(target) - 1))] = -1
    attributes = {"allowzero": draw(st.sampled_from([0, 0, 1]))}
    return Case("Reshape", 14, [tuple(shape), ints(*target)], attributes)


@st.composite
def resizes(draw: st.DrawFn) -> Case:
    shape = draw(sizes(draw(st.integers(1, 4)), 1, 12))
    attributes: dict[str, Any] = {"mode": "nearest"}
    if draw(st.booleans()):
        scales = [draw(st.sampled_from([0.5, 0.7, 1, 1.3, 2, 2.6, 3.1])) for _ in shape]
        return Case("Resize", 18, [tuple(shape), None, floats(*scales)], attributes)
    policies = ["stretch", "not_larger", "not_smaller"]
    attributes["keep_aspect_ratio_policy"] = draw(st.sampled_from(policies))
    target = draw(sizes(len(shape)))
    return Case("Resize", 18, [tuple(shape), None, None, ints(*target)], attributes)


@st.composite
def movements(draw: st.DrawFn) -> Case:
    shape = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    rank = len(shape)
    axis = draw(st.integers(-rank, rank - 1))
    keep = {"keepdims": draw(st.integers(0, 1))}
    axes = draw(st.lists(st.integers(-rank, rank - 1), min_size=1, max_size=rank, unique=True))
    parts = draw(st.integers(1, 4))
    return draw(
        st.sampled_from(
            [
                Case("Pad", 13, [tuple(shape), ints(*draw(sizes(2 * rank, -2, 3)))]),
                Case("Tile", 13, [tuple(shape), ints(*draw(sizes(rank, 0, 3)))]),
                Case("Split", 18, [tuple(shape)], {"axis": axis, "num_outputs": parts}, parts),
                Case("ReduceSum", 13, [tuple(shape), ints(*axes)], keep),
                Case("ReduceMax", 12, [tuple(shape)], {"axes": axes, **keep}),
                Case("Squeeze", 13, [tuple(shape), ints(*axes)]),
                Case("Unsqueeze", 13, [tuple(shape), ints(*axes)]),
                Case("Flatten", 13, [tuple(shape)], {"axis": axis}),
                Case("MatMul", 13, [tuple(shape), (shape[-1], 3)]),
                Case("Gather", 13, [tuple(shape), np.zeros((2, 0), np.int64)], {"axis": axis}),
            ]
        )
    )


@pytest.mark.parametrize(
    "cases",
    [convolutions(), pools(), slices(), reshapes(), resizes(), movements()],
    ids=["convolutions", "pools", "slices", "reshapes", "resizes", "movements"],
)
def test_shapes_are_those_of_a_real_run(cases: st.SearchStrategy[Case]) -> None:
    @settings(max_examples=150, deadline=None)
    @given(cases)
    def check(case: Case) -> None:
        agrees(case)

    check()


def test_a_signal_of_two_dimensions_is_real() -> None:
    case = Case("STFT", 17, [(2, 64), np.int64(8), None, np.int64(16)])
    agrees(case)
    assert run(case) == [(2, 7, 9, 2)]


def test_the_oracle_answers() -> None:
    """So that agreement is not agreement on silence."""
    case = Case("Conv", 13, [(1, 3, 8, 8), (4, 3, 3, 3)])
    assert run(case) == [(1, 4, 6, 6)]
