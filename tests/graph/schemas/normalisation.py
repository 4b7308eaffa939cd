"""Normalisation, losses and steps of training."""

from hypothesis import strategies as st
from onnx import defs

from tests.graph.schemas.plan import SIZES, Plan, makes, shape


@makes("GlobalAveragePool GlobalMaxPool GlobalLpPool LRN InstanceNormalization GroupNormalization")
def _channels(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = (draw(SIZES), 4, *shape(draw, 1, 3))
    plan.shapes |= {"X": whole, "input": whole}
    plan.shapes |= dict.fromkeys(("scale", "B", "bias"), (4,))


@makes("BatchNormalization")
def _batch_normalization(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["X"] = (draw(SIZES), 4, *shape(draw, 0, 3))
    for name in ("scale", "B", "bias", "mean", "var", "input_mean", "input_var"):
        plan.shapes[name] = (4,)
    plan.attributes["consumed_inputs"] = [0] * 5
    if schema.since_version >= 14:
        plan.attributes["training_mode"] = draw(st.integers(0, 1))
        plan.outputs = 3 if plan.attributes["training_mode"] else 1


@makes("LayerNormalization RMSNormalization")
def _last_axes(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = shape(draw, 1, 4)
    axis = draw(st.integers(0, len(whole) - 1))
    plan.shapes |= {"X": whole, "Scale": whole[axis:], "B": whole[axis:], "scale": whole[axis:]}
    plan.attributes["axis"] = axis - len(whole) * draw(st.integers(0, 1))


@makes("NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss")
def _loss(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    batch, classes, rest = draw(SIZES), draw(SIZES), shape(draw, 0, 2)
    plan.shapes |= dict.fromkeys(("input", "scores"), (batch, classes, *rest))
    plan.shapes |= dict.fromkeys(("target", "labels"), (batch, *rest))
    plan.shapes |= {"weight": (classes,), "weights": (classes,)}


@makes("QuantizeLinear DequantizeLinear")
def _quantised(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes |= dict.fromkeys(("x_scale", "x_zero_point", "y_scale", "y_zero_point"), ())


@makes("Adagrad Momentum Adam")
def _optimiser(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    count, states = draw(st.integers(1, 2)), 2 if schema.name == "Adam" else 1
    plan.count, plan.outputs = count * (2 + states), count * (1 + states)
    for index in range(count):
        whole = shape(draw)
        for part in range(2 + states):
            plan.shapes[f"inputs{part * count + index}"] = whole
    plan.attributes["mode"] = "standard"


@makes("Gradient")
def _gradient(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.attributes |= {"xs": ["a", "b"], "y": "c"}
    plan.count, plan.outputs = 2, 2
