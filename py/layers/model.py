"""A network as layers, with what is needed to report on every node of its graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from py.graph import Question
from py.layers.counted_zeros import CountedZeros
from py.layers.layer import Layer
from py.layers.nodes import NodeSummary
from py.notes import Note
from py.quantities import total_count


@dataclass(frozen=True, slots=True)
class NotModelled:
    """Nodes that got no layer, and why."""

    name: str
    op: str
    nodes: tuple[int, ...]
    macs: int | None
    reason: str
    path: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "name": self.name,
            "op": self.op,
            "nodes": list(self.nodes),
            "macs": self.macs,
            "reason": self.reason,
        }


def shapes_json(
    shapes: Mapping[str, tuple[int | None, ...] | None],
) -> dict[str, list[int | None] | None]:
    """Return shapes by name as JSON; an unknown rank is null."""
    return {name: None if shape is None else list(shape) for name, shape in shapes.items()}


@dataclass(frozen=True, slots=True)
class Model:
    """A network ready for a platform.

    ``source`` is ``onnx`` or ``table`` (a CSV table of layers); ``from_link`` says that a link
    carried the layers, with the widths and zero fractions chosen when it was made. ``batch`` is the
    number of inferences that the layers' counts are for. ``parameters`` counts shared weights once;
    None where an unknown operator may have some. ``questions`` are what the file leaves open, which
    a link no longer knows. An input of unknown rank has no shape. ``counted``
    are the zeros in the weights, where they were asked for. ``input_types`` are the inputs' element
    types, ``parameter_bytes`` what the parameters take as the file stores them, and
    ``idle_parameters`` those of branches that do not run, and ``graph`` what the file calls its
    graph: what only a file tells.
    """

    name: str
    source: Literal["onnx", "table"]
    batch: int
    layers: tuple[Layer, ...]
    inputs: Mapping[str, tuple[int | None, ...] | None] = field(default_factory=dict)
    parameters: int | None = 0
    nodes: Sequence[NodeSummary] = ()
    not_modelled: tuple[NotModelled, ...] = ()
    notes: tuple[Note, ...] = ()
    file: str | None = None
    producer: str | None = None
    opset: int | None = None
    from_link: bool = False
    questions: tuple[Question, ...] = ()
    counted: CountedZeros | None = None
    input_types: Mapping[str, str | None] = field(default_factory=dict)
    parameter_bytes: int | None = None
    idle_parameters: int = 0
    graph: str = ""

    def about(self) -> dict[str, Any]:
        """Return what a result and a link say of their model."""
        return {
            "name": self.name,
            "source": self.source,
            "file": self.file,
            "inputs": shapes_json(self.inputs),
            "producer": self.producer,
            "opset": self.opset,
        }

    @property
    def macs(self) -> int | None:
        """MACs of the whole batch; None if any layer's, or an unknown operator's, are unknown."""
        layers = [layer.all_macs for layer in self.layers]
        return total_count([*layers, *(entry.macs for entry in self.not_modelled)])

    @property
    def ops(self) -> int | None:
        """Operations other than MACs; None beside an operator that is not known."""
        return None if self.not_modelled else total_count(layer.all_ops for layer in self.layers)
