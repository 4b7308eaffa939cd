"""Convolution and pooling: windows over feature maps."""

import numpy as np
from hypothesis import strategies as st
from onnx import defs

from tests.graph.schemas.plan import SIZES, Plan, makes, numbers, shape, some_axes


@makes("Conv ConvTranspose ConvInteger QLinearConv DeformConv")
def _convolution(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    x, w = ("x", "w") if schema.name in ("ConvInteger", "QLinearConv") else ("X", "W")
    axes, group = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    axes = 2 if schema.name == "DeformConv" else axes
    kernel, filters = numbers(draw, axes, 1, 3), draw(st.integers(1, 3))
    spatial = numbers(draw, axes, 5, 12)
    plan.shapes[x] = (draw(SIZES), 2 * group, *spatial)
    weight = (2 * group, filters) if schema.name == "ConvTranspose" else (filters * group, 2)
    plan.shapes[w] = (*weight, *kernel)
    plan.shapes["B"] = (filters * group,)
    for name in ("x_scale", "x_zero_point", "w_scale", "w_zero_point", "y_scale", "y_zero_point"):
        plan.shapes[name] = ()
    _window(draw, plan, axes, kernel)
    plan.attributes["group"] = group
    plan.attributes["offset_group"] = 1
    if schema.name == "ConvTranspose":
        plan.attributes["output_padding"] = [0] * axes
        if draw(st.integers(0, 3)):
            plan.absent.add("output_shape")
        plan.attributes["output_shape"] = [size + 2 for size in spatial]
    if schema.name == "DeformConv":
        plan.absent |= {"pads", "strides", "dilations"}
        places = [size - reach + 1 for size, reach in zip(spatial, kernel, strict=True)]
        plan.shapes["offset"] = (plan.shapes[x][0], 2 * kernel[0] * kernel[1], *places)
        plan.shapes["mask"] = (plan.shapes[x][0], kernel[0] * kernel[1], *places)


def _window(draw: st.DrawFn, plan: Plan, axes: int, kernel: list[int]) -> None:
    plan.attributes["kernel_shape"] = kernel
    for name, low, high in (("strides", 1, 3), ("dilations", 1, 2)):
        plan.attributes[name] = numbers(draw, axes, low, high)
        if draw(st.booleans()):
            plan.absent.add(name)
    plan.attributes["pads"] = numbers(draw, 2 * axes, 0, 1)
    plan.absent.add(draw(st.sampled_from(("pads", "auto_pad"))))


@makes("MaxPool AveragePool LpPool MaxUnpool")
def _pooling(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    axes = draw(st.integers(1, 3))
    plan.shapes["X"] = (*shape(draw, 2, 2), *numbers(draw, axes, 5, 12))
    plan.shapes["I"] = plan.shapes["X"]
    plan.values["output_shape"] = np.array(numbers(draw, axes + 2, 5, 12))
    _window(draw, plan, axes, numbers(draw, axes, 1, 3))


@makes("RoiAlign MaxRoiPool")
def _regions(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    count = draw(SIZES)
    plan.shapes |= {"X": (2, 3, 8, 8), "rois": (count, 4), "batch_indices": (count,)}
    if schema.name == "MaxRoiPool":
        plan.shapes["rois"] = (count, 5)
    plan.attributes["pooled_shape"] = numbers(draw, 2, 1, 4)
    plan.absent |= {"mode", "coordinate_transformation_mode"}


@makes("NonMaxSuppression")
def _suppression(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes |= {"boxes": (2, 9, 4), "scores": (2, 3, 9)}
    plan.values["max_output_boxes_per_class"] = np.array(draw(st.sampled_from(([4], [0]))))
    plan.shapes |= {"iou_threshold": (1,), "score_threshold": (1,)}


@makes("GridSample")
def _grid(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    axes = 2 if schema.since_version < 20 else draw(st.integers(2, 3))
    batch = draw(SIZES)
    plan.shapes["X"] = (batch, draw(SIZES), *numbers(draw, axes, 2, 5))
    plan.shapes["grid"] = (batch, *numbers(draw, axes, 2, 5), axes)
    plan.absent.add("mode")


@makes("AffineGrid")
def _affine(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    axes = draw(st.integers(2, 3))
    plan.shapes["theta"] = (2, axes, axes + 1)
    plan.values["size"] = np.array([2, *numbers(draw, axes + 1, 1, 5)])


@makes("Col2Im")
def _col2im(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    block = numbers(draw, 2, 1, 2)
    image = numbers(draw, 2, 3, 5)
    places = (image[0] - block[0] + 1) * (image[1] - block[1] + 1)
    plan.shapes["input"] = (2, 3 * block[0] * block[1], places)
    plan.values |= {"image_shape": np.array(image), "block_shape": np.array(block)}
    plan.absent |= {"dilations", "pads", "strides"}


@makes("CenterCropPad")
def _crop(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["input_data"] = shape(draw, 1, 4)
    axes = some_axes(draw, schema, len(plan.shapes["input_data"]))
    plan.attributes["axes"] = axes
    plan.values["shape"] = np.array(numbers(draw, len(axes), 1, 6), np.int64)
    if not axes or draw(st.booleans()):
        plan.absent.add("axes")
        plan.values["shape"] = np.array(numbers(draw, len(plan.shapes["input_data"]), 1, 6))
