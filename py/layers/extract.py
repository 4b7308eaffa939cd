"""From a graph to layers: which nodes compute, which only work out shapes, which are unknown."""

from collections.abc import Iterator

from py.graph import Graph, Node
from py.layers.fold import fold, layer_of
from py.layers.layer import Layer
from py.layers.model import NodeOutput, NodeSummary, NotModelled
from py.layers.operators import CONVOLUTIONS, NORMS, PRODUCTS, RANDOM, SHAPE_QUERIES, VIEWS
from py.layers.work import Work, work_of
from py.notes import Note

_WEIGHTED = CONVOLUTIONS | PRODUCTS | (NORMS.keys() - {"Softmax", "LogSoftmax", "LRN"})

_SAME_WEIGHT = VIEWS | {"Cast", "Transpose", "DequantizeLinear"}


class Extraction:
    """The layers of a graph, every node's summary, what got no layer and why."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._seen_parameters: set[str] = set()
        activations = activation_tensors(graph)
        works: dict[int, Work] = {}
        self.not_modelled: list[NotModelled] = []
        lost = {entry.index: entry.lost for entry in graph.unknown}
        shape_nodes = 0
        for node in graph.nodes:
            reads = tuple(dict.fromkeys(name for name in node.inputs if name in activations))
            if not node.domain and node.op in CONVOLUTIONS | PRODUCTS and not reads:
                reads = node.inputs[:1]  # a product of constants multiplies all the same
            elif not any(name in activations for name in node.outputs):
                shape_nodes += 1
                continue
            work = work_of(graph, node, reads)
            if work is None:
                self.not_modelled.append(_unknown(node, lost.get(node.index, ())))
            else:
                works[node.index] = work
        self._unknown_nodes = {index for entry in self.not_modelled for index in entry.nodes}
        self.nodes = tuple(self._summary(node, works.get(node.index)) for node in graph.nodes)
        self.parameters = self._all_parameters()
        self.layers = tuple(self._layers(list(works.values())))
        self.notes = list(graph.notes)
        if shape_nodes:
            text = f"{shape_nodes} nodes only hold constants or work out shapes; they cost nothing."
            self.notes.append(Note("shape-nodes", text))

    def _layers(self, works: list[Work]) -> list[Layer]:
        layers = []
        for group in fold(self._graph, works):
            parameters = sum(self.nodes[work.node.index].parameters for work in group)
            layers.append(layer_of(self._graph, group, parameters))
        return layers

    def _summary(self, node: Node, work: Work | None) -> NodeSummary:
        outputs = []
        for name in node.outputs:
            if name:
                tensor = self._graph.type_of(name)
                outputs.append(NodeOutput(name, tensor.shape, tensor.dtype))
        macs = None if node.index in self._unknown_nodes else 0 if work is None else work.macs
        return NodeSummary(
            node.index, node.name, node.operator, tuple(outputs), macs, self._parameters(node)
        )

    def _parameters(self, node: Node) -> int:
        """Return the elements of a node's weights, biases and normalisation constants."""
        if node.domain or node.op not in _WEIGHTED:
            return 0
        operands = node.inputs if node.op in PRODUCTS else node.inputs[1:]
        names = {self._stored(name) for name in operands if name and self._graph.is_weight(name)}
        self._seen_parameters |= names
        return sum(self._elements(name) for name in names)

    def _all_parameters(self) -> int | None:
        """Return the distinct parameters, None where an unknown operator may hold some."""
        for entry in self.not_modelled:
            node = self._graph.nodes[entry.nodes[0]]
            if any(name and self._graph.is_weight(name) for name in node.inputs):
                return None
        return sum(self._elements(name) for name in self._seen_parameters)

    def _stored(self, name: str) -> str:
        """Return the initializer or constant behind a weight, so that a shared one counts once."""
        while (
            producer := self._graph.producer_of(name)
        ) is not None and producer.op in _SAME_WEIGHT:
            name = producer.inputs[0]
        return name

    def _elements(self, name: str) -> int:
        return self._graph.type_of(name).elements or 0


def activation_tensors(graph: Graph) -> set[str]:
    """Return the tensors whose elements depend on the network's inputs (their shapes aside)."""
    found = {entry.name for entry in graph.inputs}
    for node in graph.nodes:
        if node.op in SHAPE_QUERIES and not node.domain:
            continue
        random = not node.domain and node.op in RANDOM
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
