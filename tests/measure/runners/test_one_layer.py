"""Every shape of a plan is a model that ONNX finds valid, with the sizes that it should have."""

import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import shape_inference

from py.measure.plans.sampled import FAMILIES
from py.measure.plans.shape import Shape
from py.measure.runners.one_layer import one_layer
from py.measure.runners.runner import NotRunnableError


@given(st.sampled_from(sorted(FAMILIES)), st.integers(1, 50_000))
@settings(max_examples=200)
def test_any_sampled_shape_is_a_valid_model(family: str, index: int) -> None:
    layer = one_layer(FAMILIES[family](index))
    if family != "attention":  # an operator of onnxruntime, unknown to the standard
        onnx.checker.check_model(layer.model, full_check=True)
    (told,) = layer.model.graph.output
    copy = onnx.ModelProto()
    copy.CopyFrom(layer.model)
    del copy.graph.output[0].type.tensor_type.shape.dim[:]
    copy.graph.output[0].type.tensor_type.ClearField("shape")
    (found,) = shape_inference.infer_shapes(copy, strict_mode=True).graph.output
    inferred = [one.dim_value for one in found.type.tensor_type.shape.dim]
    if family != "attention":
        assert inferred == [one.dim_value for one in told.type.tensor_type.shape.dim]
    named = {one.name for one in layer.model.graph.input}
    assert named == {*layer.inputs, *layer.weights}


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (Shape("conv", 1, cin=3, h=8, w=8, kh=3, kw=3, stride=1, pad=1), "'cout', got None"),
        (Shape("fc", 1, cin=3), "'cout', got None"),
        (Shape("fc", 1, cin=3, cout=4, dtype="int8"), "models here are of fp32, fp16, fp64"),
        (Shape("network", 1, network="alexnet"), "no ONNX operator stands for network"),
        (Shape("norm", 1, cin=3, variant="RMSNormalization"), "normalisation RMSNormalization"),
        (Shape("movement", 1, cin=3, variant="Gather"), "the movement Gather"),
        (Shape("reduce", 1, cin=3, variant="Median"), "the reduction Median"),
        (Shape("recurrent", 1, cin=3, h=2, cout=4, groups=2), "4, 3 or 1 gates, got 2"),
        (Shape("attention", 1, cin=8, h=2, w=2, cout=4), "values as wide as keys"),
    ],
)
def test_what_has_no_model_is_refused_with_a_reason(shape: Shape, said: str) -> None:
    with pytest.raises(NotRunnableError, match=said):
        one_layer(shape)
