"""Matrix products, recurrent layers, attention."""

from hypothesis import strategies as st
from onnx import defs

from tests.graph.schemas.plan import SIZES, Plan, makes, numbers, shape


@makes("Gemm")
def _gemm(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    rows, inner, columns = numbers(draw, 3, 1, 5)
    plan.attributes |= {"transA": draw(st.integers(0, 1)), "transB": draw(st.integers(0, 1))}
    plan.shapes["A"] = (inner, rows) if plan.attributes["transA"] else (rows, inner)
    plan.shapes["B"] = (columns, inner) if plan.attributes["transB"] else (inner, columns)
    plan.shapes["C"] = (columns,)


@makes("MatMul MatMulInteger QLinearMatMul")
def _matmul(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    inner, batch = draw(SIZES), shape(draw, 0, 2)
    left = (*batch, draw(SIZES), inner) if draw(st.booleans()) else (inner,)
    right = (*batch[draw(st.integers(0, len(batch))) :], inner, draw(SIZES))
    right = right if draw(st.booleans()) else (inner,)
    plan.shapes |= {"A": left, "a": left, "B": right, "b": right}
    for name in ("a_scale", "b_scale", "y_scale", "a_zero_point", "b_zero_point", "y_zero_point"):
        plan.shapes[name] = ()


@makes("RNN GRU LSTM")
def _recurrent(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    gates = {"RNN": 1, "GRU": 3, "LSTM": 4}[schema.name]
    steps, batch, size, hidden = numbers(draw, 4, 1, 5)
    plan.attributes["direction"] = draw(st.sampled_from(("forward", "reverse", "bidirectional")))
    both = 2 if plan.attributes["direction"] == "bidirectional" else 1
    plan.attributes["hidden_size"] = hidden
    plan.shapes |= {
        "X": (steps, batch, size),
        "W": (both, gates * hidden, size),
        "R": (both, gates * hidden, hidden),
        "B": (both, 2 * gates * hidden),
        "sequence_lens": (batch,),
        "initial_h": (both, batch, hidden),
        "initial_c": (both, batch, hidden),
        "P": (both, 3 * hidden),
    }
    if draw(st.booleans()):
        plan.attributes["layout"] = 1
        plan.shapes["X"] = (batch, steps, size)
        if "layout" not in schema.attributes:
            plan.shapes["X"] = (steps, batch, size)
    else:
        plan.absent.add("layout")


@makes("Attention")
def _attention(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    batch, queries, keys, size, values, past = numbers(draw, 6, 1, 5)
    kv = draw(st.integers(1, 2))
    heads = kv * draw(st.integers(1, 2))
    if draw(st.booleans()):
        plan.shapes |= {
            "Q": (batch, heads, queries, size),
            "K": (batch, kv, keys, size),
            "V": (batch, kv, keys, values),
        }
        plan.absent |= {"q_num_heads", "kv_num_heads"}
    else:
        plan.shapes |= {
            "Q": (batch, queries, heads * size),
            "K": (batch, keys, kv * size),
            "V": (batch, keys, kv * values),
        }
        plan.attributes |= {"q_num_heads": heads, "kv_num_heads": kv}
    plan.shapes["past_key"] = (batch, kv, past, size)
    plan.shapes["past_value"] = (batch, kv, past, values)
    plan.absent |= {"attn_mask", "nonpad_kv_seqlen"}
    if draw(st.booleans()):
        plan.present |= {"past_key", "past_value"}
        plan.outputs = draw(st.sampled_from((1, 3, 4)))
    else:
        plan.absent |= {"past_key", "past_value"}
        plan.outputs = 1


@makes("RotaryEmbedding")
def _rotary(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes |= {"X": (2, 4, 3, 8), "cos_cache": (9, 4), "sin_cache": (9, 4)}
    plan.shapes["position_ids"] = (2, 3)
    plan.present.add("position_ids")


@makes("LinearAttention")
def _linear_attention(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    batch, steps, size, values = numbers(draw, 4, 1, 5)
    kv = draw(st.integers(1, 2))
    heads = kv * draw(st.integers(1, 2))
    plan.shapes |= {
        "query": (batch, steps, heads * size),
        "key": (batch, steps, kv * size),
        "value": (batch, steps, kv * values),
        "past_state": (batch, kv, size, values),
        "decay": (batch, steps, kv),
        "beta": (batch, steps, kv),
    }
    plan.present |= {"decay", "beta"}
    plan.attributes |= {"q_num_heads": heads, "kv_num_heads": kv}
    plan.outputs = 2


@makes("CausalConvWithState")
def _causal(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    batch, channels, length, kernel = numbers(draw, 4, 1, 5)
    plan.shapes |= {
        "input": (batch, channels, length),
        "weight": (channels, 1, kernel),
        "bias": (channels,),
        "past_state": (batch, channels, kernel - 1),
    }
    plan.outputs = 2


@makes("FlexAttention")
def _flex(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes |= {"Q": (1, 4, 3, 8), "K": (1, 2, 5, 8), "V": (1, 2, 5, draw(SIZES))}


@makes("TensorScatter")
def _tensor_scatter(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes |= {"past_cache": (2, 3, 8, 4), "update": (2, 3, 2, 4), "write_indices": (2,)}
    plan.attributes["axis"] = draw(st.sampled_from((-2, 2)))
    plan.absent.add("mode")


@makes("Einsum")
def _einsum(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    sizes = dict(zip("ijk", numbers(draw, 3, 1, 5), strict=True))
    free = shape(draw, 0, 2)
    count = draw(st.integers(1, 3))
    terms, letters = [], set()
    for index in range(count):
        term = "".join(draw(st.lists(st.sampled_from("ijk"), min_size=1, max_size=3)))
        dots = draw(st.booleans())
        letters |= set(term)
        name = "Inputs" if count == 1 else f"Inputs{index}"
        plan.shapes[name] = (*(free if dots else ()), *(sizes[letter] for letter in term))
        terms.append(("..." if dots else "") + term)
    equation = ",".join(terms)
    if draw(st.booleans()):
        kept = draw(st.lists(st.sampled_from(sorted(letters)), unique=True))
        equation += "->" + ("..." if "..." in equation else "") + "".join(kept)
    plan.count = count
    plan.attributes["equation"] = equation
