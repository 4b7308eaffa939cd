"""Plausible attributes of any operator, by their names and types as onnx.defs states them."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from onnx import TensorProto, defs, numpy_helper

_FLAGS = (
    "align_corners allowzero antialias broadcast ceil_mode count_include_pad detect_negative "
    "detect_positive exclude_outside exclusive fmod input_forget interleaved inverse is_causal "
    "is_case_sensitive is_test keepdims largest layout linear_before_reset noop_with_empty_axes "
    "onesided output_sequence periodic reverse saturate select_last_index sorted storage_order "
    "training_mode transA transB upper zeros"
)
_TEXTS: dict[str, tuple[str, ...]] = {
    "activation": ("none", "silu"),
    "approximate": ("none", "tanh"),
    "auto_pad": ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"),
    "case_change_action": ("LOWER", "UPPER", "NONE"),
    "coordinate_transformation_mode": ("half_pixel", "asymmetric"),
    "delimiter": ("", ","),
    "direction": ("forward", "reverse", "bidirectional"),
    "keep_aspect_ratio_policy": ("stretch", "not_larger", "not_smaller"),
    "nearest_mode": ("floor", "ceil"),
    "norm": ("MAX", "L1", "L2"),
    "padding_mode": ("zeros", "border", "reflection"),
    "pattern": ("[a-z]+",),
    "pixel_format": ("RGB", "BGR", "Grayscale"),
    "post_transform": ("NONE", "SOFTMAX"),
    "reduction": ("none", "sum", "mean"),
    "round_mode": ("round_prefer_floor", "floor"),
    "update_rule": ("linear", "gated_delta"),
}
_TYPES = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64, TensorProto.INT32)
_NUMBERS: dict[str, tuple[int, ...]] = {
    "batch_axis": (0, 1),
    "batch_dims": (0, 1, 2),
    "block_size": (0,),
    "blocksize": (1, 2, 3),
    "dtype": _TYPES,
    "end": (-2, -1, 0, 1, 2, 9),
    "group": (1, 2),
    "k": (0, 1, 2),
    "num_groups": (1, 2),
    "output_datatype": (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE),
    "output_dtype": (0,),
    "p": (1, 2),
    "precision": (0,),
    "sample_size": (1, 5),
    "softmax_precision": (1,),
    "spatial": (1,),
    "start": (-2, -1, 0, 1, 2),
    "stash_type": (1,),
    "time_axis": (0, 1),
}
_LISTS: dict[str, tuple[int, int]] = {
    "dilations": (1, 2),
    "kernel_shape": (1, 3),
    "output_padding": (0, 1),
    "pads": (0, 2),
    "shape": (1, 4),
    "strides": (1, 3),
}
_KINDS = defs.OpSchema.AttrType


def attribute(
    draw: st.DrawFn, schema: defs.OpSchema, declared: defs.OpSchema.Attribute, rank: int
) -> Any:
    """Return a value for an attribute, None for one of a kind that is not made here."""
    name, kind, operator = declared.name, declared.type, schema.name
    if kind == _KINDS.INT:
        if name == "axis":
            negative = schema.since_version >= 11 and operator != "TensorScatter"
            return draw(st.integers(-rank if negative else 0, max(rank - 1, 0)))
        if name in _FLAGS.split():
            return draw(st.integers(0, 1))
        if name == "to":
            return draw(st.sampled_from(_TYPES))
        return draw(st.sampled_from(_NUMBERS.get(name, (1, 2, 3))))
    if kind == _KINDS.FLOAT:
        return draw(st.sampled_from((0.5, 1.0, 2.0)))
    if kind == _KINDS.STRING:
        if operator == "BitShift":
            return draw(st.sampled_from(("LEFT", "RIGHT")))
        if name == "reduction" and operator.startswith("Scatter"):
            return draw(st.sampled_from(("none", "add", "mul")))
        if name == "to":
            return draw(st.sampled_from(("FLOAT", "INT64", "BOOL")))
        choices = _TEXTS.get(name)
        return draw(st.sampled_from(choices)) if choices else None
    if kind == _KINDS.INTS and name in _LISTS:
        low, high = _LISTS[name]
        return draw(st.lists(st.integers(low, high), min_size=1, max_size=4))
    if kind == _KINDS.TENSOR and name == "value":
        return numpy_helper.from_array(np.array([draw(st.integers(0, 9))], np.int64))
    return None
