"""Small language models, with a cache and without, and platforms that keep count."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from py.breakdown import Options, platform_for
from py.layers import Choices, Layer, Model, read_model
from py.platforms import Platform
from py.platforms.load import read_platform_file
from py.scenarios import Setting

HEADS, HEAD, WORDS = 2, 4, 11
HIDDEN = HEADS * HEAD


def language_model(
    sequence: str = "sequence_length",
    past: str | None = "past_sequence_length",
    mask: str | None = "past_sequence_length + sequence_length",
    *,
    batch: str = "batch_size",
) -> bytes:
    """One block of attention: token ids, a cache of keys and values if ``past``, logits."""
    weights = {
        "words": (WORDS, HIDDEN),
        "q_w": (HIDDEN, HIDDEN),
        "k_w": (HIDDEN, HIDDEN),
        "v_w": (HIDDEN, HIDDEN),
        "o_w": (HIDDEN, HIDDEN),
        "head": (HIDDEN, WORDS),
    }
    stored = [
        numpy_helper.from_array(np.full(shape, 0.5, np.float32), name)
        for name, shape in weights.items()
    ]
    stored += [
        numpy_helper.from_array(np.array([0, 0, HEADS, HEAD], np.int64), "split"),
        numpy_helper.from_array(np.array([0, 0, HIDDEN], np.int64), "merge"),
    ]
    nodes = [helper.make_node("Gather", ["words", "input_ids"], ["h"], "embed")]
    for part in "qkv":
        nodes += [
            helper.make_node("MatMul", ["h", f"{part}_w"], [f"{part}1"], part),
            helper.make_node("Reshape", [f"{part}1", "split"], [f"{part}2"]),
            helper.make_node("Transpose", [f"{part}2"], [f"{part}3"], perm=[0, 2, 1, 3]),
        ]
    keys, values = "k3", "v3"
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [batch, sequence])]
    if mask is not None:
        info = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, [batch, mask])
        inputs.append(info)
    if past is not None:
        for part in ("key", "value"):
            name = f"past_key_values.0.{part}"
            shape: list[str | int | None] = [batch, HEADS, past, HEAD]
            inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        nodes += [
            helper.make_node("Concat", ["past_key_values.0.key", "k3"], ["present.0.key"], axis=2),
            helper.make_node(
                "Concat", ["past_key_values.0.value", "v3"], ["present.0.value"], axis=2
            ),
        ]
        keys, values = "present.0.key", "present.0.value"
    nodes += [
        helper.make_node("Transpose", [keys], ["kt"], perm=[0, 1, 3, 2]),
        helper.make_node("MatMul", ["q3", "kt"], ["scores"], "scores"),
        helper.make_node("Softmax", ["scores"], ["shares"], "softmax", axis=-1),
        helper.make_node("MatMul", ["shares", values], ["mixed"], "mix"),
        helper.make_node("Transpose", ["mixed"], ["back"], perm=[0, 2, 1, 3]),
        helper.make_node("Reshape", ["back", "merge"], ["joined"]),
        helper.make_node("MatMul", ["joined", "o_w"], ["o"], "out"),
        helper.make_node("MatMul", ["o", "head"], ["logits"], "logits"),
    ]
    outputs = [onnx.ValueInfoProto(name="logits")]
    graph = helper.make_graph(nodes, "g", inputs, outputs, stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    return bytes(model.SerializeToString())


def chain(layers: int, *, side: int = 4) -> bytes:
    """A chain of 1x1 convolutions whose channels go 1, 2, 3 …, so that no two layers are alike."""
    nodes, stored = [], []
    for place in range(1, layers + 1):
        shape = (place % 40 + 1, (place - 1) % 40 + 1, 1, 1)
        stored.append(numpy_helper.from_array(np.full(shape, 0.5, np.float32), f"w{place}"))
        nodes.append(
            helper.make_node("Conv", [f"x{place - 1}", f"w{place}"], [f"x{place}"], f"conv{place}")
        )
    inputs = [helper.make_tensor_value_info("x0", TensorProto.FLOAT, ["n", 1, side, side])]
    outputs = [onnx.ValueInfoProto(name=f"x{layers}")]
    graph = helper.make_graph(nodes, "g", inputs, outputs, stored)
    return bytes(helper.make_model(graph).SerializeToString())


def frozen_batch() -> bytes:
    """A dense layer on a map that is reshaped to one row: it runs at a batch of 1 only."""
    stored = [
        numpy_helper.from_array(np.array([1, 16], np.int64), "row"),
        numpy_helper.from_array(np.full((16, 3), 0.5, np.float32), "w"),
    ]
    nodes = [
        helper.make_node("Reshape", ["x", "row"], ["r"], "view"),
        helper.make_node("MatMul", ["r", "w"], ["y"], "fc"),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4, 2, 2])]
    graph = helper.make_graph(nodes, "g", inputs, [onnx.ValueInfoProto(name="y")], stored)
    return bytes(helper.make_model(graph).SerializeToString())


class Watched:
    """A platform that counts the layers it is asked for, and may have no room for some."""

    def __init__(self, platform: Platform, refuse: Callable[[Layer], None] | None = None) -> None:
        self._platform, self._refuse = platform, refuse
        self.asked: list[Layer] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)

    def estimate(self, layer: Layer) -> Any:
        self.asked.append(layer)
        if self._refuse is not None:
            self._refuse(layer)
        return self._platform.estimate(layer)


def setting(
    path: Path,
    platform: Any = "eyeriss",
    options: Options | None = None,
    reads: list[Choices] | None = None,
) -> Setting:
    """Return a file's model on a platform, by its id or as it is; ``reads`` gets what is read."""
    options = options or Options()

    def read(choices: Choices) -> Model:
        if reads is not None:
            reads.append(choices)
        with path.open("rb") as file:
            return read_model(file, path.name, choices)

    if isinstance(platform, str):
        platform = platform_for(read_platform_file(platform), options)
    return Setting(read(options.choices), platform, options, read)


def silent(_label: str, share: float) -> None:
    """Check what progress is told, and say nothing."""
    assert 0.0 <= share <= 1.0
