"""One node among tensors of known types, without a file: what its works are."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from onnx import helper

from py.graph import Node, TensorType
from py.graph.file.model import read_model
from py.layers.works import Work, works_of

Shape = tuple[int | None, ...] | None


@dataclass(frozen=True)
class Tensors:
    """Types by name, and which of them are stored."""

    types: Mapping[str, TensorType]
    stored: frozenset[str] = frozenset()
    producers: Mapping[str, Node] = field(default_factory=dict)

    def type_of(self, name: str) -> TensorType:
        return self.types[name]

    def is_weight(self, name: str) -> bool:
        return name in self.stored

    def producer_of(self, name: str) -> Node | None:
        return self.producers.get(name)

    def origin_of(self, name: str) -> "tuple[Tensors, str]":
        return self, name


def node_of(op: str, inputs: list[str], outputs: list[str], domain: str = "", **given: Any) -> Node:
    """A node as the wire reader gives it."""
    proto = helper.make_node(op, inputs, outputs, "n", domain=domain, **given)
    model = helper.make_model(helper.make_graph([proto], "g", [], []))
    return read_model(io.BytesIO(model.SerializeToString())).body.nodes[0]


def works(
    op: str,
    inputs: Mapping[str, Shape],
    outputs: Mapping[str, Shape],
    *,
    stored: tuple[str, ...] = (),
    dtypes: Mapping[str, str] | None = None,
    domain: str = "",
    **given: Any,
) -> tuple[Work, ...]:
    """The works of one node; an input called ``-…`` is left out."""
    dtypes = dtypes or {}
    types = {
        name: TensorType(dtypes.get(name, "float32"), shape)
        for name, shape in (*inputs.items(), *outputs.items())
    }
    names = ["" if name.startswith("-") else name for name in inputs]
    node = node_of(op, names, list(outputs), domain, **given)
    activations = tuple(name for name in names if name and name not in stored)
    found = works_of(Tensors(types, frozenset(stored)), node, activations)
    assert found is not None
    return found


def macs(parts: tuple[Work, ...]) -> int | None:
    """The MACs of all parts and runs."""
    total = 0
    for work in parts:
        if work.macs is None:
            return None
        assert work.loops is None or work.loops.macs == work.macs
        total += work.macs * work.runs
    return total
