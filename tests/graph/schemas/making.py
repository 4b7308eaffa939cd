"""Tensors made of numbers, signals, text and images."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from onnx import defs

from tests.graph.schemas.plan import SIZES, Plan, makes, numbers, shape


@makes("Range")
def _range(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    start, limit, delta = draw(st.integers(0, 3)), draw(st.integers(0, 12)), draw(SIZES)
    plan.values |= {"start": np.array(start), "limit": np.array(limit), "delta": np.array(delta)}
    plan.absent.add("stash_type")


@makes("ConstantOfShape RandomNormal RandomUniform RandomNormalLike RandomUniformLike")
def _made(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.values["input"] = np.array(shape(draw, 0, 4), np.int64)
    plan.attributes["dtype"] = draw(st.sampled_from((1, 10, 11)))
    plan.attributes |= {"low": 0.0, "high": 1.0}  # onnxruntime dies where the first is larger
    if schema.name.endswith("Like"):
        del plan.values["input"]


@makes("DFT")
def _dft(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    inverse, one_sided = draw(st.integers(0, 1)), draw(st.integers(0, 1))
    plan.attributes |= {"inverse": inverse, "onesided": one_sided}
    parts = 1 if one_sided and not inverse else 2
    plan.shapes["input"] = (*numbers(draw, draw(st.integers(2, 3)), 2, 6), parts)
    axis = draw(st.integers(0, len(plan.shapes["input"]) - 2))
    plan.attributes["axis"] = axis
    plan.values |= {"axis": np.array(axis), "dft_length": np.array(draw(st.integers(2, 8)))}


@makes("STFT")
def _stft(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes |= {"signal": (draw(SIZES), draw(st.integers(9, 20)), 1), "window": (6,)}
    plan.values |= {"frame_step": np.array(draw(SIZES)), "frame_length": np.array(6)}
    plan.present.add(draw(st.sampled_from(("window", "frame_length"))))


@makes("BlackmanWindow HammingWindow HannWindow MelWeightMatrix")
def _window_of(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    for name in ("size", "num_mel_bins", "dft_length", "sample_rate"):
        plan.values[name] = np.array(draw(st.integers(1, 16)))
    if schema.name == "MelWeightMatrix":
        plan.values |= {"num_mel_bins": np.array(draw(st.integers(1, 4)))}
        plan.values |= {"dft_length": np.array(256), "sample_rate": np.array(8000)}
        plan.values |= {"lower_edge_hertz": np.array(0.0), "upper_edge_hertz": np.array(4000.0)}


@makes("StringNormalizer")
def _normalizer(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["X"] = draw(st.sampled_from(((3,), (1, 3))))
    if draw(st.booleans()):
        plan.attributes["stopwords"] = ["a", "the"]


@makes("TfIdfVectorizer")
def _tf_idf(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["X"] = shape(draw, 1, 2)
    plan.attributes |= {
        "mode": "TF",
        "ngram_counts": [0, 4],
        "ngram_indexes": [0, 1, 5, 3],
        "pool_int64s": [2, 3, 5, 4],
        "min_gram_length": 1,
        "max_gram_length": 2,
        "max_skip_count": 0,
    }
    plan.absent |= {"weights", "pool_strings"}


@makes("Det EyeLike Trilu Multinomial")
def _matrices(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    size = draw(SIZES)
    whole: tuple[int, ...] = (size, size) if schema.name != "Multinomial" else (size, draw(SIZES))
    if schema.name in ("Det", "Trilu"):
        whole = (*shape(draw, 0, 2), *whole)
    plan.shapes |= {"X": whole, "input": whole}
    plan.values["k"] = np.array(draw(st.integers(-2, 2)))


@makes("Constant")
def _constant(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    made: dict[str, Any] = {
        "value_int": 3,
        "value_float": 0.5,
        "value_string": "a",
        "value_ints": [1, 2],
        "value_floats": [0.5],
        "value_strings": ["a", "b", "c"],
        "value": None,
    }
    chosen = draw(st.sampled_from([name for name in made if name in schema.attributes]))
    plan.absent |= set(made) - {chosen} | {"sparse_value"}
    if chosen != "value":
        plan.attributes[chosen] = made[chosen]


@makes("ImageDecoder")
def _image(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["encoded_stream"] = shape(draw, 1, 1)


@makes("BitCast")
def _bit_cast(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    kind, to = draw(st.sampled_from((("int32", 1), ("float", 6), ("int64", 11), ("uint8", 3))))
    plan.types["input"] = f"tensor({kind})"
    plan.attributes["to"] = to
