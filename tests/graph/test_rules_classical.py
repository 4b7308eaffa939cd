"""Classical models of ai.onnx.ml: shapes and types as onnxruntime makes them."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from py.graph.fact import Fact
from tests.graph.single_operator import FLOAT, INT64, Case
from tests.graph.test_rules_run import number_of, ones

runtime: Any = pytest.importorskip("onnxruntime")
ML, STRING = "ai.onnx.ml", TensorProto.STRING
ROWS = (FLOAT, (3, 2))


def linear(labels: dict[str, Any], scores: int, shape: tuple[int, ...] = (3, 4)) -> Case:
    attributes = {"coefficients": [0.5] * (4 * scores), "intercepts": [0.0] * scores, **labels}
    return Case("LinearClassifier", 1, [(FLOAT, shape)], attributes, 2, ML)


def machine(classes: int, *, vectors: bool, probabilities: bool) -> Case:
    pairs = classes * (classes - 1) // 2
    attributes: dict[str, Any] = {
        "classlabels_ints": list(range(classes)),
        "coefficients": [0.5] * (classes * (classes - 1) if vectors else 2 * classes),
        "kernel_params": [0.0] * 3,
        "kernel_type": "LINEAR",
        "rho": [0.0] * max(pairs, 1),
    }
    if vectors:
        attributes |= {"support_vectors": [0.0] * (2 * classes), "vectors_per_class": [1] * classes}
    if probabilities:
        attributes |= {"prob_a": [1.0] * pairs, "prob_b": [0.0] * pairs}
    return Case("SVMClassifier", 1, [ROWS], attributes, 2, ML)


def trees(operator: str, own: dict[str, Any], shape: tuple[int, ...] = (3, 2)) -> Case:
    prefix = "class" if operator.endswith("Classifier") else "target"
    attributes: dict[str, Any] = {
        "nodes_treeids": [0, 0, 0],
        "nodes_nodeids": [0, 1, 2],
        "nodes_featureids": [0, 0, 0],
        "nodes_values": [0.5, 0.0, 0.0],
        "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"],
        "nodes_truenodeids": [1, 0, 0],
        "nodes_falsenodeids": [2, 0, 0],
        f"{prefix}_treeids": [0, 0],
        f"{prefix}_nodeids": [1, 2],
        f"{prefix}_ids": [0, 1],
        f"{prefix}_weights": [0.5, 0.7],
    }
    outputs = 2 if prefix == "class" else 1
    return Case(operator, 1, [(FLOAT, shape)], attributes | own, outputs, ML)


def encoder(opset: int, kind: int, **attributes: list[Any]) -> Case:
    return Case("LabelEncoder", opset, [(kind, (3, 2))], attributes, 1, ML)


CASES = [
    linear({"classlabels_ints": [0, 1, 2]}, 3),
    linear({"classlabels_ints": [0, 1]}, 1),
    linear({"classlabels_ints": [0, 1], "post_transform": "LOGISTIC"}, 1),
    linear({"classlabels_strings": ["a", "b"]}, 2),
    linear({"classlabels_ints": [0, 1]}, 1, (4,)),
    machine(2, vectors=True, probabilities=False),
    machine(3, vectors=True, probabilities=False),
    machine(4, vectors=True, probabilities=False),
    machine(4, vectors=True, probabilities=True),
    machine(3, vectors=False, probabilities=False),
    trees("TreeEnsembleClassifier", {"classlabels_int64s": [0, 1]}),
    trees("TreeEnsembleClassifier", {"classlabels_int64s": [0, 1], "class_ids": [0, 0]}),
    trees("TreeEnsembleClassifier", {"classlabels_strings": ["a", "b", "c"]}),
    trees("TreeEnsembleRegressor", {"n_targets": 2}),
    trees("TreeEnsembleRegressor", {"n_targets": 2}, (2,)),
    Case(
        "TreeEnsemble",
        5,
        [ROWS],
        {
            "tree_roots": [0],
            "nodes_modes": numpy_helper.from_array(np.array([0], np.uint8)),
            "nodes_featureids": [0],
            "nodes_splits": numpy_helper.from_array(np.array([0.5], np.float32)),
            "nodes_truenodeids": [0],
            "nodes_trueleafs": [1],
            "nodes_falsenodeids": [1],
            "nodes_falseleafs": [1],
            "leaf_targetids": [0, 1],
            "leaf_weights": numpy_helper.from_array(np.array([1, 2], np.float32)),
            "n_targets": 2,
        },
        1,
        ML,
    ),
    Case(
        "LinearRegressor",
        1,
        [(FLOAT, (3, 4))],
        {"coefficients": [0.5] * 8, "intercepts": [0.0, 0.0], "targets": 2},
        1,
        ML,
    ),
    Case("LinearRegressor", 1, [(FLOAT, (4,))], {"coefficients": [0.5] * 4}, 1, ML),
    Case(
        "SVMRegressor",
        1,
        [ROWS],
        {"coefficients": [0.5] * 2, "kernel_params": [0.0] * 3, "rho": [0.0], "n_supports": 0},
        1,
        ML,
    ),
    Case("OneHotEncoder", 1, [(INT64, (3, 2))], {"cats_int64s": [1, 2, 3]}, 1, ML),
    Case("OneHotEncoder", 1, [(STRING, (3,))], {"cats_strings": ["a", "b"]}, 1, ML),
    Case("Scaler", 1, [(INT64, (3, 2))], {"offset": [0.0] * 2, "scale": [1.0] * 2}, 1, ML),
    Case("Normalizer", 1, [(INT64, (3, 2))], {"norm": "L2"}, 1, ML),
    Case("Binarizer", 1, [ROWS], {"threshold": 0.5}, 1, ML),
    Case("Imputer", 1, [ROWS], {"imputed_value_floats": [0.0], "replaced_value_float": 1.0}, 1, ML),
    Case("ArrayFeatureExtractor", 1, [(FLOAT, (3, 4)), (INT64, (2,))], {}, 1, ML),
    Case("ArrayFeatureExtractor", 1, [(FLOAT, (4,)), (INT64, (2,))], {}, 1, ML),
    Case("ArrayFeatureExtractor", 1, [(FLOAT, (2, 3, 4)), (INT64, (2, 2))], {}, 1, ML),
    Case("FeatureVectorizer", 1, [(3, 2), (3, 4)], {"inputdimensions": [2, 4]}, 1, ML),
    Case("FeatureVectorizer", 1, [(FLOAT, (2,))], {"inputdimensions": [2]}, 1, ML),
    encoder(2, INT64, keys_int64s=[1, 2], values_strings=["a", "b"]),
    encoder(2, STRING, keys_strings=["a", "b"], values_floats=[0.5, 1.5]),
    encoder(1, INT64, classes_strings=["a", "b"]),
    encoder(1, STRING, classes_strings=["a", "b"]),
    Case(
        "CategoryMapper",
        1,
        [(STRING, (3, 2))],
        {"cats_int64s": [1, 2], "cats_strings": ["a", "b"]},
        1,
        ML,
    ),
]


def run(model: onnx.ModelProto, found: list[Fact]) -> list[Any]:
    for info, own in zip(model.graph.output, found, strict=True):
        if own.dtype is not None:
            info.CopyFrom(helper.make_tensor_value_info(info.name, number_of(own.dtype), None))
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    session = runtime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    outputs: list[Any] = session.run(None, {i.name: ones(i) for i in model.graph.input})
    return outputs


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.op}-{case.opset}")
def test_a_classical_model_has_the_shapes_of_a_run(case: Case) -> None:
    found = case.facts()
    for own, made in zip(found, run(case.model(), found), strict=True):
        assert own.shape == made.shape
        assert own.dtype == ("object" if made.dtype.kind in "OU" else made.dtype.name)


def test_zip_map_makes_a_sequence_of_maps() -> None:
    case = Case("ZipMap", 1, [ROWS], {"classlabels_int64s": [1, 2]}, 1, ML)
    (found,) = case.facts()
    assert found.type.form == "sequence"
    assert found.item is not None
    assert found.item.type.form == "map"
    (made,) = run(case.model(), [found])
    assert made == [{1: 1.0, 2: 1.0}] * 3
