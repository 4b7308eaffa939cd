"""What the optimiser fuses, and the other operators that run on the CPU, against a run of each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.graph.microsoft.oracle import STRING, contrib, real_run
from tests.graph.single_operator import INT32, INT64, Case, floats, ints, read_model_proto


def i32(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def legacy(op: str, inputs: Sequence[Any], outputs: int = 1, **attributes: Any) -> Case:
    """Return a case of an operator that onnxruntime takes without a domain."""
    return Case(op, 1, inputs, attributes, outputs)


F = np.float32(1)

PRODUCTS = [
    contrib("FusedConv", [(1, 3, 8, 8), (4, 3, 3, 3), (4,)], activation="Relu", pads=[1] * 4),
    contrib("FusedConv", [(1, 3, 8, 8), (4, 3, 3, 3), (4,), (1, 4, 6, 6)], activation="Relu"),
    contrib("FusedGemm", [(3, 4), (4, 5), (5,)], activation="Relu"),
    contrib("FusedMatMul", [(2, 4, 3), (2, 4, 5)], transA=1),
    contrib("FusedMatMul", [(2, 3, 4), (5, 4)], transB=1),
    contrib("FusedMatMul", [*[(4, 2, 7, 3)] * 2], transBatchA=1, transBatchB=1, transB=1),
    contrib("FusedMatMul", [(4, 2, 7, 3), (2, 7, 3, 5)], transBatchA=1),
    contrib("FusedMatMul", [(4, 2, 7, 3), (2, 7, 4, 5)], transBatchA=1, transA=1),
    contrib("FusedMatMul", [(2, 5, 4), (4,)], transB=1),
    contrib("TransposeMatMul", [(4, 3), (5, 4)], transA=1, transB=1),
    contrib(
        "ConvTransposeWithDynamicPads",
        [(1, 3, 8, 9), (3, 4, 3, 3), ints(1, 1, 0, 1), (4,)],
        strides=[2, 2],
    ),
    contrib(
        "ConvTransposeWithDynamicPads",
        [(1, 3, 8, 9), (3, 4, 3, 3), ints(1, 1, 0, 1)],
        strides=[2, 2],
        output_padding=[1, 1],
        dilations=[2, 1],
    ),
    contrib(
        "MaxpoolWithMask",
        [(1, 3, 8, 9), (INT32, (1, 3, 8, 9))],
        kernel_shape=[3, 3],
        strides=[2, 2],
    ),
    contrib("CDist", [(4, 6), (5, 6)], metric="euclidean"),
    contrib(
        "AttnLSTM",
        [
            *[(5, 2, 3), (2, 16, 9), (2, 16, 4), *[None] * 5],
            *[(2, 4, 6), (2, 7, 6), (2, 6), (2, 8, 7), None, (2, 11, 6)],
        ],
        3,
        hidden_size=4,
        direction="bidirectional",
    ),
]

NORMALISATIONS = [
    contrib("SkipLayerNormalization", [(2, 3, 4), (2, 3, 4), (4,), (4,), (4,)], 4),
    contrib("SkipLayerNormalization", [(2, 3, 4), (3, 4), (4,)]),
    contrib("SkipSimplifiedLayerNormalization", [(2, 3, 4), (2, 3, 4), (4,)], 4),
    Case("SimplifiedLayerNormalization", 17, [(2, 3, 4), (4,)], {}, 2),
    contrib(
        "EmbedLayerNormalization",
        [*[(INT32, (2, 3))] * 2, (9, 4), (8, 4), (7, 4), (4,), (4,)],
        3,
    ),
    contrib(
        "EmbedLayerNormalization",
        [(INT32, (2, 3)), None, (9, 4), (8, 4), None, (4,), (4,), (INT32, (2, 3))],
        2,
        mask_index_type=1,
    ),
    contrib("GatedRMSNorm", [(2, 6), (3,), (2, 6)]),
    contrib("BranchwiseRMSNorm", [(2, 3, 4), (4,)]),
    contrib("EngramGate", [*[(2, 3, 2, 8)] * 2, (2, 3, 8), *[(2, 8)] * 3], 2),
]

ELEMENTWISE = [
    contrib("Gelu", [(2, 3)]),
    contrib("FastGelu", [(2, 3), (3,)]),
    contrib("QuickGelu", [(2, 3)]),
    contrib("BiasGelu", [(2, 3), (3,)]),
    contrib("ScaledSiLU", [(2, 3)]),
    contrib("GatedAdd", [(2, 3), (2, 3), (2, 1)]),
    contrib("HyperConnectionPreMix", [(2, 3, 4), (2, 3)]),
    contrib("HyperConnectionPreMix", [(2, 12), (2, 3)], num_branches=3),
    contrib("HyperConnectionPostMix", [(2, 3, 4), (2, 4), (2, 3)]),
    contrib("RotaryEmbedding", [(2, 3, 8), ints(0), (9, 2), (9, 2)], num_heads=2),
    contrib("RotaryEmbedding", [(2, 2, 3, 4), ints(0), (9, 2), (9, 2)]),
    contrib(
        "MRotaryEmbedding",
        [(2, 3, 8), np.zeros((3, 2, 3), np.int64), (9, 2), (9, 2)],
        num_heads=2,
        mrope_section=[1, 1, 0],
    ),
    contrib("Inverse", [(2, 3, 3)]),
    contrib("SampleOp", [(2, 3)]),
    contrib("Trilu", [(2, 3, 3)]),
    contrib("MurmurHash3", [(INT32, (2, 3))]),
    contrib("MurmurHash3", [(STRING, (2,))], positive=0),
    contrib("NGramRepeatBlock", [(INT64, (2, 5)), (2, 9)], ngram_size=2),
    legacy("Affine", [(2, 3)], alpha=1.0, beta=1.0),
    legacy("ScaledTanh", [(2, 3)], alpha=1.0, beta=1.0),
    legacy("ParametricSoftplus", [(2, 3)], alpha=1.0, beta=1.0),
    legacy("Scale", [(2, 3)], scale=2.0),
    legacy("ImageScaler", [(1, 3, 4, 5)], bias=[1.0, 2.0, 3.0], scale=2.0),
]

MOVEMENTS = [
    *(contrib("ExpandDims", [(2, 3), np.int32(axis)]) for axis in (-3, -2, -1, 0, 1, 2)),
    contrib("GatherND", [(2, 3, 4), ints(0, 1).reshape(1, 2)]),
    contrib("GridSample", [(2, 3, 4, 5), (2, 6, 7, 2)]),
    contrib("Pad", [(2, 3), ints(1, 0, 2, 3)]),
    contrib("Pad", [(2, 3), ints(1, 0, 2, 3).reshape(1, 4), F]),
    contrib("Range", [np.int64(1), np.int64(9), np.int64(3)]),
    contrib("Range", [np.float32(1), np.float32(3.5)]),
    contrib("Range", [i32(5), i32(0), i32(-2)]),
    contrib("UnfoldTensor", [(2, 9, 3)], dim=1, size=3, step=2),
    contrib("UnfoldTensor", [(2, 9)], size=4),
    contrib("CropAndResize", [(2, 3, 8, 9), (5, 4), (INT32, (5,)), i32(4, 6)]),
    contrib(
        "WordConvEmbedding",
        [np.ones((2, 5), np.int32), (6, 1, 2, 3), (6,), (9, 3)],
        embedding_size=6,
        conv_window_size=2,
        char_embedding_size=3,
    ),
    contrib(
        "NGramHashMapping",
        [(INT64, (2, 5)), ints(3, 5, 7), ints(11, 13, 17, 19)],
        2,
        max_ngram_size=3,
        n_head_per_ngram=2,
        pad_id=0,
    ),
    contrib(
        "VarlenNGramHashMapping",
        [(INT64, (5,)), ints(3, 5, 7), ints(11, 13, 17, 19), i32(0, 2, 5)],
        2,
        max_ngram_size=3,
        n_head_per_ngram=2,
        pad_id=0,
    ),
    contrib("BifurcationDetector", [ints(1, 5, 3, 4), ints(1, 5), np.int64(0)], 2),
    legacy("Crop", [(1, 3, 8, 9)], border=[1, 2, 1, 0]),
    legacy("Crop", [(1, 3, 8, 9)], border=[1, 2, 1, 0], scale=[4, 5]),
    legacy("DynamicSlice", [(8, 9), ints(1), ints(7), ints(1)]),
]


@pytest.mark.parametrize("case", [*PRODUCTS, *NORMALISATIONS, *ELEMENTWISE, *MOVEMENTS], ids=str)
def test_outputs_are_those_of_a_run(case: Case) -> None:
    assert case.ours() == real_run(case)


def test_statistics_keep_an_axis_of_one_for_each_that_is_normalised() -> None:
    """As a run of LayerNormalization has it; onnxruntime's inference leaves the later ones."""
    case = Case("SimplifiedLayerNormalization", 17, [(2, 3, 4), (3, 4)], {"axis": 1}, 2)
    assert [kind.shape for kind in case.ours()] == [(2, 3, 4), (2, 1, 1)]


def test_values_pass_through_where_they_make_shapes() -> None:
    """A range of the optimiser's is still a shape for what reads it."""
    case = contrib("Range", [np.int64(2), np.int64(5)])
    model = case.model()
    node = model.graph.node.add()
    node.op_type, node.name = "ConstantOfShape", "filled"
    node.input.append("out0")
    node.output.append("filled")
    model.opset_import.add(domain="", version=21)
    assert read_model_proto(model).type_of("filled").shape == (2, 3, 4)


def test_floats_of_a_range_are_counted_as_the_kernel_counts() -> None:
    case = contrib("Range", list(floats(0.0, 1.0, 0.3)))
    assert case.ours() == real_run(case)
