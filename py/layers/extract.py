"""From a graph to layers: which nodes compute, which only work out shapes, which are unknown."""

from collections.abc import Iterator

from py.graph import Graph, Node
from py.layers.fold import fold, layer_of
from py.layers.layer import Layer
from py.layers.model import NodeOutput, NodeSummary, NotModelled
from py.layers.works import RANDOM, SHAPE_QUERIES, VIEWS, Work, does_macs, works_of
from py.notes import Note
from py.quantities import repeated, total_count

_SAME_WEIGHT = VIEWS | {("", "Cast"), ("", "Transpose"), ("", "DequantizeLinear")}


class Extraction:
    """The layers of a graph, every node's summary, what got no layer and why."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        activations = activation_tensors(graph)
        works: dict[int, tuple[Work, ...]] = {}
        self.not_modelled: list[NotModelled] = []
        lost = {entry.index: entry.lost for entry in graph.unknown}
        shape_nodes = 0
        for node in graph.nodes:
            reads = tuple(dict.fromkeys(name for name in node.inputs if name in activations))
            if does_macs(node.domain, node.op) and not reads:
                reads = node.inputs[:1]  # a product of constants multiplies all the same
            elif not any(name in activations for name in node.outputs):
                shape_nodes += 1
                continue
            parts = works_of(graph, node, reads)
            if parts is None:
                self.not_modelled.append(_unknown(node, lost.get(node.index, ())))
            else:
                works[node.index] = parts
        self._unknown_nodes = {index for entry in self.not_modelled for index in entry.nodes}
        self._weights = {
            name: elements
            for parts in works.values()
            for work in parts
            for name, elements in self._stored_weights(work).items()
        }
        self.nodes = tuple(self._summary(node, works.get(node.index, ())) for node in graph.nodes)
        self.parameters = self._all_parameters()
        self.layers = tuple(self._layers([work for parts in works.values() for work in parts]))
        self.notes = list(graph.notes)
        if shape_nodes:
            text = f"{shape_nodes} nodes only hold constants or work out shapes; they cost nothing."
            self.notes.append(Note("shape-nodes", text))

    def _layers(self, works: list[Work]) -> list[Layer]:
        layers = []
        for group in fold(self._graph, works):
            found = [self._stored_weights(work) for work in group]
            parameters = sum(elements for weights in found for elements in weights.values())
            names = tuple(dict.fromkeys(name for weights in found for name in weights))
            layers.append(layer_of(group, names, parameters))
        return layers

    def _summary(self, node: Node, parts: tuple[Work, ...]) -> NodeSummary:
        outputs = []
        for name in node.outputs:
            if name:
                tensor = self._graph.type_of(name)
                outputs.append(NodeOutput(name, tensor.shape, tensor.dtype))
        unknown = node.index in self._unknown_nodes
        macs = None if unknown else total_count(repeated(w.macs, w.runs) for w in parts)
        parameters = sum(n for w in parts for n in self._stored_weights(w).values())
        return NodeSummary(node.index, node.name, node.operator, tuple(outputs), macs, parameters)

    def _stored_weights(self, work: Work) -> dict[str, int]:
        """Return the stored tensors behind a work's parameters, each with its elements."""
        weights = {self._stored(name): self._elements(self._stored(name)) for name in work.weights}
        if work.unpacked is not None and weights:
            weights[next(iter(weights))] = work.unpacked
        return weights

    def _all_parameters(self) -> int | None:
        """Return the distinct parameters, None where an unknown operator may hold some."""
        for entry in self.not_modelled:
            node = self._graph.nodes[entry.nodes[0]]
            if any(name and self._graph.is_weight(name) for name in node.inputs):
                return None
        return sum(self._weights.values())

    def _stored(self, name: str) -> str:
        """Return the initializer or constant behind a weight, so that a shared one counts once."""
        producer = self._graph.producer_of(name)
        while producer is not None and (producer.domain, producer.op) in _SAME_WEIGHT:
            name = producer.inputs[0]
            producer = self._graph.producer_of(name)
        return name

    def _elements(self, name: str) -> int:
        return self._graph.type_of(name).elements or 0


def activation_tensors(graph: Graph) -> set[str]:
    """Return the tensors whose elements depend on the network's inputs (their shapes aside)."""
    found = {entry.name for entry in graph.inputs}
    for node in graph.nodes:
        if (node.domain, node.op) in SHAPE_QUERIES:
            continue
        random = (node.domain, node.op) in RANDOM
        if random or any(name in found for name in _names_read(node)):
            found.update(name for name in node.outputs if name and name not in graph.constants)
    return found


def _names_read(node: Node) -> Iterator[str]:
    """Yield a node's inputs and those that its subgraphs take from outside."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield from current.inputs
        for attribute in current.attributes.values():
            bodies = attribute.value if attribute.kind == "graphs" else (attribute.value,)
            if attribute.kind in ("graph", "graphs"):
                waiting += [inner for body in bodies for inner in body.nodes]


def _unknown(node: Node, lost: tuple[str, ...]) -> NotModelled:
    reason = f"The operator {node.operator} is not known."
    if lost:
        shown = ", ".join(lost[:3]) + (" ..." if len(lost) > 3 else "")
        reason += f" Because of it {len(lost)} tensors could not be worked out: {shown}."
    return NotModelled(
        name=node.name or f"{node.op}_{node.index}",
        op=node.operator,
        nodes=(node.index,),
        macs=None,
        reason=reason,
    )
