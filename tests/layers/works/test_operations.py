"""Operations and words of what does no MACs."""

from typing import Any

import pytest

from py.layers.works import Work
from tests.layers.works.single_node import Shape, macs, works

MICROSOFT, CLASSICAL = "com.microsoft", "ai.onnx.ml"


def only(
    op: str, inputs: dict[str, Shape], output: Shape, *stored: str, domain: str = "", **given: Any
) -> Work:
    (work,) = works(op, inputs, {"y": output}, stored=stored, domain=domain, **given)
    assert work.macs == 0
    assert work.loops is None
    return work


@pytest.mark.parametrize(
    ("op", "inputs", "output", "kind", "ops"),
    [
        ("Relu", {"x": (2, 3)}, (2, 3), "elementwise", 6),
        ("Sum", {"a": (2, 3), "b": (2, 3), "c": (3,)}, (2, 3), "elementwise", 12),
        ("Mean", {"a": (2, 3), "b": (2, 3), "c": (3,)}, (2, 3), "elementwise", 18),
        ("Add", {"a": (2, 3), "b": (2, 3)}, (2, 3), "elementwise", 6),
        ("ReduceMean", {"x": (2, 3)}, (2, 1), "reduce", 8),
        ("ReduceL2", {"x": (2, 3)}, (2, 1), "reduce", 14),
        ("CumSum", {"x": (2, 3)}, (2, 3), "reduce", 6),
        ("TopK", {"x": (2, 100)}, (2, 8), "reduce", 200 * (1 + 3)),
        ("Softmax", {"x": (2, 3)}, (2, 3), "norm", 30),
        ("GlobalAveragePool", {"x": (1, 2, 4, 4)}, (1, 2, 1, 1), "pool", 32),
        ("Transpose", {"x": (2, 3)}, (3, 2), "movement", 0),
        ("RandomNormal", {}, (2, 3), "other", 6),
        ("Det", {"x": (5, 3, 3)}, (5,), "other", 5 * 2 * 27 // 3),
        ("STFT", {"x": (2, 100, 1), "step": (), "w": (16,)}, (2, 22, 9, 2), "other", 44 * 336),
        ("DFT", {"x": (3, 16, 1)}, (3, 16, 2), "other", 3 * 5 * 16 * 4),
    ],
)
def test_operations(op: str, inputs: dict[str, Shape], output: Shape, kind: str, ops: int) -> None:
    work = only(op, inputs, output)
    assert (work.kind, work.ops) == (kind, ops)


def test_a_window_counts_for_each_output() -> None:
    work = only("MaxPool", {"x": (1, 2, 8, 8)}, (1, 2, 4, 4), kernel_shape=[3, 2])
    assert (work.kind, work.ops) == ("pool", 32 * 6)


@pytest.mark.parametrize(("mode", "each"), [("nearest", 0), ("linear", 3 * 3), ("cubic", 2 * 16)])
def test_resizing_interpolates_over_the_axes_that_change(mode: str, each: int) -> None:
    work = only("Resize", {"x": (1, 2, 4, 4)}, (1, 2, 8, 8), mode=mode)
    assert work.ops == 128 * each


def test_a_normalisation_has_its_constants_as_parameters() -> None:
    inputs: dict[str, Shape] = dict.fromkeys(("s", "b", "m", "v"), (3,))
    work = only("BatchNormalization", {"x": (1, 3, 4, 4), **inputs}, (1, 3, 4, 4), *inputs)
    assert work.weights == ("s", "b", "m", "v")
    assert (work.weight_elements, work.ops) == (12, 96)
    inputs = {"g": (8,), "b": (8,), "c": (8,)}
    skip: dict[str, Shape] = {"x": (1, 5, 8), "k": (1, 5, 8), **inputs}
    work = only("SkipLayerNormalization", skip, (1, 5, 8), *inputs, domain=MICROSOFT)
    assert work.weights == ("g", "b", "c")
    assert work.ops == 40 * 9


def test_scales_and_zero_points_are_no_parameters() -> None:
    inputs: dict[str, Shape] = {"x": (2, 3), "s": (), "z": ()}
    for op in ("QuantizeLinear", "DequantizeLinear"):
        work = only(op, inputs, (2, 3), "s", "z")
        assert work.weights == ()
        assert work.weight_elements == 2


def test_an_embedding_reads_its_rows_and_holds_its_tables() -> None:
    inputs: dict[str, Shape] = {"ids": (2, 7), "seg": (2, 7), "we": (99, 8), "pe": (50, 8)}
    inputs |= {"se": (2, 8), "g": (8,), "b": (8,)}
    stored = ("we", "pe", "se", "g", "b")
    work = only("EmbedLayerNormalization", inputs, (2, 7, 8), *stored, domain=MICROSOFT)
    assert work.weight_elements == 3 * 112 + 16
    assert work.weights == stored


def test_suppression_is_bounded_by_what_is_selected() -> None:
    inputs: dict[str, Shape] = {"boxes": (1, 50, 4), "scores": (1, 3, 50)}
    assert only("NonMaxSuppression", inputs, (12, 3)).ops == 150 + 13 * 12 * 50
    assert only("NonMaxSuppression", inputs, (None, 3)).ops is None


def test_trees_compare_along_their_deepest_paths() -> None:
    """Two trees: one of depth 2, one of a single comparison."""
    nodes = {
        "nodes_treeids": [0, 0, 0, 0, 0, 1, 1, 1],
        "nodes_nodeids": [0, 1, 2, 3, 4, 0, 1, 2],
        "nodes_modes": [*["BRANCH_LEQ"] * 2, *["LEAF"] * 3, "BRANCH_LEQ", "LEAF", "LEAF"],
        "nodes_truenodeids": [1, 3, 0, 0, 0, 1, 0, 0],
        "nodes_falsenodeids": [2, 4, 0, 0, 0, 2, 0, 0],
    }
    inputs: dict[str, Shape] = {"x": (10, 4)}
    work = only("TreeEnsembleRegressor", inputs, (10, 1), domain=CLASSICAL, **nodes)
    assert work.ops == 10 * (2 + 1 + 2)
    newest = {
        "tree_roots": [0, 2],
        "nodes_truenodeids": [1, 0, 0],
        "nodes_trueleafs": [0, 1, 1],
        "nodes_falsenodeids": [0, 1, 1],
        "nodes_falseleafs": [1, 1, 1],
        "nodes_featureids": [0, 1, 2],
    }
    assert only("TreeEnsemble", inputs, (10, 1), domain=CLASSICAL, **newest).ops == work.ops


def test_products_of_classical_models_are_operations_and_no_macs() -> None:
    inputs: dict[str, Shape] = {"x": (10, 4)}
    parts = works(
        "LinearClassifier",
        inputs,
        {"y": (10,), "z": (10, 3)},
        domain=CLASSICAL,
        coefficients=[0.5] * 12,
        intercepts=[0.1] * 3,
    )
    assert macs(parts) == 0
    assert [work.ops for work in parts] == [2 * 10 * 4 * 3 + 10 * 3]  # and the intercepts
    parts = works(
        "SVMRegressor",
        inputs,
        {"y": (10, 1)},
        domain=CLASSICAL,
        support_vectors=[0.5] * 28,
        coefficients=[0.5] * 7,
        n_supports=7,
        kernel_type="RBF",
    )
    assert macs(parts) == 0
    kernel = 2 * 10 * 4 * 7 + 10 * 7 * (4 + 2)  # differences, an exponential for each vector
    assert [work.ops for work in parts] == [kernel, 2 * 10 * 7 + 10]
    assert [work.part for work in parts] == ["kernel", "decision"]


def test_an_unknown_shape_has_unknown_operations() -> None:
    for op in ("Relu", "Softmax", "ReduceSum", "GlobalMaxPool"):
        work = only(op, {"x": (None, 3, 4, 4)}, (None, 3, 4, 4))
        assert (work.ops, work.ifmap_elements) == (None, None)
