"""Parts of tensors, and what is counted or accumulated along an axis."""

import numpy as np
from hypothesis import strategies as st
from onnx import defs

from tests.graph.schemas.plan import Plan, either, makes, numbers, shape, some_axes


@makes("Slice")
def _slice(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = shape(draw, 1, 4)
    plan.shapes["data"] = whole
    axes = some_axes(draw, schema, len(whole)) or [0]
    count = len(axes)
    ends = [-(2**31), -5, -2, -1, 0, 1, 2, 4, 7, 2**31 - 1, 2**63 - 1]
    steps = draw(st.lists(st.sampled_from((-2, -1, 1, 2)), min_size=count, max_size=count))
    either(schema, plan, "axes", axes)
    either(schema, plan, "starts", numbers(draw, count, -6, 6))
    chosen = draw(st.lists(st.sampled_from(ends), min_size=count, max_size=count))
    either(schema, plan, "ends", chosen)
    plan.present.add("axes")
    plan.values["steps"] = np.array(steps)


@makes("Gather GatherElements Scatter ScatterElements")
def _gather(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = shape(draw, 1, 3)
    plan.shapes["data"] = whole
    plan.attributes["axis"] = draw(st.integers(0, len(whole) - 1))
    if schema.name == "Gather":
        plan.shapes["indices"] = shape(draw, 0, 2)
        return
    part = tuple(draw(st.integers(1, size)) for size in whole)
    plan.shapes |= {"indices": part, "updates": part}


@makes("GatherND ScatterND")
def _gather_nd(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = shape(draw, 1, 4)
    depth, rows = draw(st.integers(1, len(whole))), shape(draw, 0, 2)
    plan.shapes |= {"data": whole, "indices": (*rows, depth)}
    plan.shapes["updates"] = (*rows, *whole[depth:])
    plan.attributes["batch_dims"] = 0


@makes("TopK")
def _top_k(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["X"] = tuple(numbers(draw, draw(st.integers(1, 3)), 3, 6))
    plan.attributes["axis"] = draw(st.integers(0, len(plan.shapes["X"]) - 1))
    plan.attributes["k"] = 2
    plan.values["K"] = np.array([draw(st.integers(0, 3))])
    plan.outputs = 2


@makes("OneHot")
def _one_hot(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["indices"] = shape(draw, 1, 3)
    plan.values["depth"] = np.array(draw(st.sampled_from(([4], 4))))
    plan.shapes["values"] = (2,)
    plan.types |= {"indices": "tensor(int64)", "depth": "tensor(int64)"}
    plan.types["values"] = draw(st.sampled_from(("tensor(float)", "tensor(int64)")))


@makes("CumSum CumProd")
def _cumulative(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.values["axis"] = np.array(0)


@makes(
    "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd "
    "ReduceSum ReduceSumSquare"
)
def _reduce(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["data"] = shape(draw, 0, 4)
    either(schema, plan, "axes", some_axes(draw, schema, len(plan.shapes["data"])))


@makes("Compress Unique")
def _kept(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes |= {"input": shape(draw, 1, 3), "X": shape(draw, 1, 3), "condition": (3,)}


@makes("ArgMax ArgMin")
def _argument(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["data"] = shape(draw, 1, 4)


@makes("PRelu")
def _slope(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = shape(draw, 1, 4)
    plan.shapes |= {"X": whole, "slope": whole[draw(st.integers(0, len(whole))) :]}


@makes("Clip")
def _clip(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes |= {"min": (), "max": ()}


@makes("Max Min Mean Sum")
def _several(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    if schema.since_version < 8:  # all of one shape
        plan.count, whole = draw(st.integers(1, 3)), shape(draw)
        plan.shapes |= {f"data_0{index}": whole for index in ("", 0, 1, 2)}
