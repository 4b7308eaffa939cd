"""Elements put in other places."""

import numpy as np
from hypothesis import strategies as st
from onnx import defs

from tests.graph.schemas.plan import SIZES, Plan, either, makes, numbers, shape, some_axes


@makes("Reshape")
def _reshape(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = shape(draw, 1, 4)
    target = list(draw(st.sampled_from((whole, draw(st.permutations(whole))))))
    place = draw(st.integers(0, len(target) - 1))
    if draw(st.booleans()):
        target[place] = -1
    elif target[place] == whole[place] and draw(st.booleans()):
        target[place] = 0
        plan.absent.add("allowzero")
    plan.shapes["data"] = whole
    either(schema, plan, "shape", target)


@makes("Expand")
def _expand(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    target = shape(draw, 0, 4)
    plan.shapes["input"] = tuple(
        draw(st.sampled_from((1, size))) for size in target[draw(st.integers(0, len(target))) :]
    )
    plan.values["shape"] = np.array(target, np.int64)


@makes("Tile")
def _tile(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["input"] = shape(draw, 1, 4)
    plan.values["repeats"] = np.array(numbers(draw, len(plan.shapes["input"]), 0, 3))
    plan.values |= {"tiles": np.array([2]), "axis": np.array([0])}


@makes("Squeeze Unsqueeze")
def _squeeze(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = [draw(st.sampled_from((1, 1, 3))) for _ in range(draw(st.integers(1, 4)))]
    plan.shapes["data"] = tuple(whole)
    ones = [axis for axis, size in enumerate(whole) if size == 1]
    axes = draw(st.lists(st.sampled_from(ones), unique=True)) if ones else []
    if schema.name == "Unsqueeze":
        axes = some_axes(draw, schema, len(whole) + 1)[:1]
    either(schema, plan, "axes", axes)


@makes("Transpose")
def _transpose(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["data"] = shape(draw, 0, 4)
    plan.attributes["perm"] = list(draw(st.permutations(range(len(plan.shapes["data"])))))


@makes("Concat")
def _concat(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole, count = shape(draw, 1, 4), draw(st.integers(1, 3))
    axis = draw(st.integers(0, len(whole) - 1))
    for index in range(count):
        name = "inputs" if count == 1 else f"inputs{index}"
        plan.shapes[name] = (*whole[:axis], draw(SIZES), *whole[axis + 1 :])
    plan.count = count
    plan.attributes["axis"] = axis - len(whole) * (
        draw(st.integers(0, 1)) if schema.since_version >= 11 else 0
    )


@makes("Split")
def _split(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    lengths = numbers(draw, draw(st.integers(1, 3)), 1, 3)
    plan.shapes["input"] = (sum(lengths), *shape(draw, 0, 2))
    plan.attributes["axis"] = 0
    plan.outputs = len(lengths)
    if schema.since_version >= 18 and draw(st.booleans()):
        plan.attributes["num_outputs"] = len(lengths)
        plan.absent.add("split")
    else:
        plan.absent.add("num_outputs")
        plan.present.add("split")
    either(schema, plan, "split", lengths)


@makes("Pad")
def _pad(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = shape(draw, 1, 4)
    plan.shapes["data"] = whole
    plan.shapes["constant_value"] = ()
    axes = some_axes(draw, schema, len(whole)) or [0]
    plan.values["axes"] = np.array(axes)
    by_axes = any(given.name == "axes" for given in schema.inputs) and draw(st.booleans())
    (plan.present if by_axes else plan.absent).add("axes")
    pads = numbers(draw, 2 * (len(axes) if by_axes else len(whole)), 0, 3)
    either(schema, plan, "paddings" if "paddings" in schema.attributes else "pads", pads)


@makes("Resize Upsample")
def _resize(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = shape(draw, 1, 4)
    scales = [draw(st.sampled_from((0.5, 1.0, 1.5, 2.0, 3.25))) for _ in whole]
    plan.shapes |= {"X": whole, "roi": (2 * len(whole),)}
    if schema.since_version == 1:
        plan.shapes["X"] = shape(draw, 4, 4)
    if schema.name == "Upsample":
        scales = [max(scale, 1) for scale in scales]
    if "scales" in schema.attributes:
        plan.attributes["scales"] = scales
    plan.values["scales"] = np.array(scales, np.float32)
    plan.values["sizes"] = np.array(numbers(draw, len(whole), 1, 9))
    chosen = draw(st.sampled_from(("scales", "sizes")))
    plan.present.add(chosen)
    plan.absent |= {"scales", "sizes"} - {chosen} - set(schema.attributes)
    if chosen == "scales":
        plan.absent.add("keep_aspect_ratio_policy")
    if schema.since_version == 10:
        plan.absent.discard("scales")
    plan.absent |= {"axes", "mode", "coordinate_transformation_mode"}


@makes("DepthToSpace SpaceToDepth")
def _blocks(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    block = draw(st.integers(1, 3))
    batch, channels, height, width = numbers(draw, 4, 1, 4)
    plan.attributes["blocksize"] = block
    plan.absent.add("mode")
    whole = (batch, channels * block**2, height, width)
    if schema.name == "SpaceToDepth":
        whole = (batch, channels, height * block, width * block)
    plan.shapes["input"] = whole


@makes("Flatten")
def _flatten(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["input"] = shape(draw, 0, 4)
    rank = len(plan.shapes["input"])
    plan.attributes["axis"] = draw(st.integers(-rank if schema.since_version >= 11 else 0, rank))


@makes("ReverseSequence")
def _reverse(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes |= {"input": (draw(SIZES), 2, *shape(draw, 0, 2)), "sequence_lens": (2,)}
    plan.attributes |= {"batch_axis": 1, "time_axis": 0}


@makes("SplitToSequence")
def _split_to_sequence(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    whole = shape(draw, 1, 3)
    plan.shapes["input"] = whole
    plan.attributes["axis"] = 0
    plan.values["split"] = np.array(draw(st.sampled_from((1, [1] * whole[0]))))
