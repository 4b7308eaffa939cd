"""onnxruntime runs the samples, and every tensor has the shape that the declaration gave it."""

from math import prod
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from py.samples.write import FOLDER
from tests.samples import oracle

runtime: Any = pytest.importorskip("onnxruntime")
BATCH = 2


def outputs_of(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """Run the model on a random batch and return every tensor that a node computes."""
    known = oracle.shapes(model, BATCH)
    computed = [name for node in model.graph.node if node.input for name in node.output]
    final = model.graph.output[0].name
    model.graph.output.extend(onnx.ValueInfoProto(name=n) for n in computed if n != final)
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = runtime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    image = model.graph.input[0].name
    data = np.random.default_rng(1).random(known[image], dtype=np.float32)
    return dict(zip(computed, session.run(computed, {image: data}), strict=True))


def with_random_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    known, random = oracle.shapes(model), np.random.default_rng(2)
    for node in model.graph.node:
        if node.op_type == "Constant":
            shape = known[node.output[0]]
            values = random.normal(0, 1 / prod(shape[1:]) ** 0.5, shape).astype(np.float32)
            value = onnx.helper.make_attribute("value", numpy_helper.from_array(values))
            del node.attribute[:]
            node.attribute.append(value)
    return model


@pytest.mark.parametrize("sample", ["lenet5", "cifar10_6conv", "squeezenet1_1", "shufflenet_v2"])
def test_every_tensor_has_the_inferred_shape(sample: str) -> None:
    model = oracle.load(FOLDER / f"{sample}.onnx")
    known = oracle.shapes(model, BATCH)
    for name, value in outputs_of(model).items():
        assert list(value.shape) == known[name], name


def test_weights_have_the_shapes_that_real_ones_would_have() -> None:
    model = with_random_weights(oracle.load(FOLDER / "lenet5.onnx"))
    output = outputs_of(model)["output"]
    assert output.shape == (BATCH, 10)
    # With weights each image has its own result; without, all are zero.
    assert not np.allclose(output[0], output[1])
    assert not outputs_of(oracle.load(FOLDER / "lenet5.onnx"))["output"].any()
