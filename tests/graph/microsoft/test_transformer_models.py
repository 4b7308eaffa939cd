"""Transformers as onnxruntime's GenAI builder and its transformers' fusion write them.

A small decoder and a small encoder, node for node in the form of those tools, every tensor
against a run.
"""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from tests.graph.microsoft.whole_graph import differences, feeds

HIDDEN, HEADS, SHARED, HEAD, INNER, WORDS = 64, 4, 2, 16, 96, 50


class Builder:
    """Nodes and weights, each node named after its first output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, TensorProto] = {}

    def weight(self, name: str, elements: np.ndarray) -> str:
        self.weights[name] = numpy_helper.from_array(elements, name)
        return name

    def floats(self, name: str, *shape: int) -> str:
        return self.weight(name, np.full(shape, 0.01, np.float32))

    def add(
        self, op: str, inputs: list[str], outputs: list[str], domain: str = "", **more: Any
    ) -> str:
        self.nodes.append(helper.make_node(op, inputs, outputs, outputs[0], domain=domain, **more))
        return outputs[0]

    def own(self, op: str, inputs: list[str], outputs: list[str], **attributes: Any) -> str:
        return self.add(op, inputs, outputs, "com.microsoft", **attributes)

    def n_bits(self, given: str, name: str, inner: int, outer: int) -> str:
        """Multiply by a weight of 4 bits in blocks of 32."""
        blocks = -(-inner // 32)
        packed = self.weight(f"{name}.q", np.full((outer, blocks, 16), 0x88, np.uint8))
        scales = self.floats(f"{name}.s", outer, blocks)
        sizes = {"K": inner, "N": outer, "bits": 4, "block_size": 32}
        return self.own("MatMulNBits", [given, packed, scales], [name], **sizes)

    def model(self, inputs: list[onnx.ValueInfoProto], outputs: list[str]) -> ModelProto:
        infos = [onnx.ValueInfoProto(name=name) for name in outputs]
        graph = helper.make_graph(self.nodes, "main", inputs, infos, list(self.weights.values()))
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def info(name: str, dtype: int, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, dtype, shape)


def decoder(layers: int, *, packed: bool) -> ModelProto:
    """Return a decoder with a cache, its products of 4 bits; ``packed`` has Q, K and V in one."""
    b = Builder()
    one = b.weight("one", np.array([1], np.int64))
    index = b.weight("index", np.array(1, np.int64))
    tables = [b.floats(name, 32, HEAD // 2) for name in ("cos_cache", "sin_cache")]
    lengths = b.add("ReduceSum", ["attention_mask", one], ["mask.sum"], keepdims=1)
    b.add("Sub", [lengths, one], ["mask.last"])
    b.add("Cast", ["mask.last"], ["seqlens_k"], to=TensorProto.INT32)
    b.add("Shape", ["attention_mask"], ["mask.shape"])
    b.add("Gather", ["mask.shape", index], ["mask.total"], axis=0)
    b.add("Cast", ["mask.total"], ["total_length"], to=TensorProto.INT32)
    hidden = b.add("Gather", [b.floats("embedding", WORDS, HIDDEN), "input_ids"], ["embedded"])
    normal = b.add("SimplifiedLayerNormalization", [hidden, b.floats("n", HIDDEN)], ["n0"], axis=-1)
    inputs = [
        info("input_ids", TensorProto.INT64, "batch_size", "sequence_length"),
        info("attention_mask", TensorProto.INT64, "batch_size", "total_sequence_length"),
    ]
    outputs = []
    for layer in range(layers):
        caches = [f"past.{layer}.{part}" for part in ("key", "value")]
        present = [f"present.{layer}.{part}" for part in ("key", "value")]
        shape = ("batch_size", SHARED, "past_sequence_length", HEAD)
        inputs += [info(name, TensorProto.FLOAT, *shape) for name in caches]
        outputs += present
        kept = SHARED * HEAD
        if packed:
            operands = [b.n_bits(normal, f"qkv.{layer}", HIDDEN, HIDDEN + 2 * kept), "", ""]
        else:
            sizes = (("q", HIDDEN), ("k", kept), ("v", kept))
            operands = [b.n_bits(normal, f"{part}.{layer}", HIDDEN, size) for part, size in sizes]
        attended = b.own(
            "GroupQueryAttention",
            [*operands, *caches, "seqlens_k", "total_length", *tables],
            [f"attention.{layer}", *present],
            num_heads=HEADS,
            kv_num_heads=SHARED,
            do_rotary=1,
        )
        projected = b.n_bits(attended, f"o.{layer}", HIDDEN, HIDDEN)
        scale = b.floats(f"s.{layer}", HIDDEN)
        names = [f"n.{layer}", "", "", f"sum.{layer}"]
        b.own("SkipSimplifiedLayerNormalization", [hidden, projected, scale], names)
        gate = b.n_bits(names[0], f"gate.{layer}", HIDDEN, INNER)
        up = b.n_bits(names[0], f"up.{layer}", HIDDEN, INNER)
        active = b.own("QuickGelu", [gate], [f"silu.{layer}"], alpha=1.0)
        product = b.add("Mul", [active, up], [f"gated.{layer}"])
        down = b.n_bits(product, f"down.{layer}", INNER, HIDDEN)
        last = [f"m.{layer}", "", "", f"total.{layer}"]
        b.own("SkipSimplifiedLayerNormalization", [names[3], down, scale], last)
        normal, hidden = last[0], last[3]
    return b.model(inputs, [b.n_bits(normal, "logits", HIDDEN, WORDS), *outputs])


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("batch", "sequence", "past"), [(2, 5, 0), (1, 3, 6), (3, 1, 7)], ids=str)
def test_a_decoder_of_the_builder(batch: int, sequence: int, past: int, *, packed: bool) -> None:
    model = decoder(2, packed=packed)
    shapes = {"input_ids": [batch, sequence], "attention_mask": [batch, past + sequence]}
    for given in model.graph.input[2:]:
        shapes[given.name] = [batch, SHARED, past, HEAD]
    assert differences(model, feeds(model, shapes)) == []


def encoder(*, merged: bool) -> ModelProto:
    """Return an encoder as fused; ``merged`` projects Q, K and V inside of its attention."""
    b = Builder()
    tables = [b.floats(f"table{i}", rows, HIDDEN) for i, rows in enumerate((WORDS, 32, 2))]
    norm = [b.floats("gamma", HIDDEN), b.floats("beta", HIDDEN)]
    masked = ["input_mask"] if merged else []
    hidden = b.own(
        "EmbedLayerNormalization",
        ["input_ids", "segment_ids", *tables, *norm, *masked],
        ["embedded", "mask_index"],
        **({"mask_index_type": 1} if merged else {}),
    )
    bias = b.floats("bias", 3 * HIDDEN)
    for layer in range(2):
        if merged:
            operands = [hidden, b.floats("qkv", HIDDEN, 3 * HIDDEN), bias, "mask_index"]
            attended = b.own("Attention", operands, [f"attention.{layer}"], num_heads=HEADS)
        else:
            parts = [
                b.add("MatMul", [hidden, b.floats("w", HIDDEN, HIDDEN)], [f"{part}.{layer}"])
                for part in "qkv"
            ]
            attended = b.own(
                "MultiHeadAttention",
                [*parts, bias, "input_mask"],
                [f"attention.{layer}"],
                num_heads=HEADS,
            )
        projected = b.add("MatMul", [attended, b.floats("o", HIDDEN, HIDDEN)], [f"o.{layer}"])
        skip = [f"skip.{layer}", "", "", f"sum.{layer}"]
        b.own("SkipLayerNormalization", [projected, hidden, *norm, b.floats("ob", HIDDEN)], skip)
        up = b.add("MatMul", [skip[0], b.floats("up", HIDDEN, INNER)], [f"up.{layer}"])
        active = b.own("BiasGelu", [up, b.floats("ub", INNER)], [f"gelu.{layer}"])
        down = b.add("MatMul", [active, b.floats("down", INNER, HIDDEN)], [f"down.{layer}"])
        hidden = b.own("SkipLayerNormalization", [down, skip[0], *norm], [f"hidden.{layer}"])
    scores = b.own("FusedMatMul", [hidden, hidden], ["scores"], transB=1, alpha=0.125)
    names = ("input_ids", "segment_ids", "input_mask")
    inputs = [info(name, TensorProto.INT32, "batch", "sequence") for name in names]
    return b.model(inputs, [hidden, scores])


@pytest.mark.parametrize("merged", [False, True])
def test_an_encoder_of_the_fusion(*, merged: bool) -> None:
    model = encoder(merged=merged)
    shapes = {given.name: [2, 7] for given in model.graph.input}
    assert differences(model, feeds(model, shapes)) == []
