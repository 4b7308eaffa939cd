"""What one node of the graph computes: its kind, loop bounds, MACs, operations, words."""

from dataclasses import dataclass
from math import prod

from py.graph import Graph, Node, TensorType
from py.layers.convolutions import convolution_loops
from py.layers.layer import Kind
from py.layers.loops import LoopNest
from py.layers.operators import (
    CONVOLUTIONS,
    ELEMENTWISE,
    IN_PLACE,
    NORMS,
    PRODUCTS,
    REDUCTIONS,
    VIEWS,
    kind_of,
)
from py.layers.products import gemm_loops, matmul_loops, turned


@dataclass(frozen=True, slots=True)
class Work:
    """One node's work; None where a shape that it needs is unknown.

    ``activations`` are the inputs that depend on the network's inputs.
    """

    node: Node
    kind: Kind
    activations: tuple[str, ...]
    loops: LoopNest | None
    macs: int | None
    ops: int | None
    ifmap_elements: int | None
    weight_elements: int | None
    ofmap_elements: int | None

    @property
    def is_view(self) -> bool:
        return self.node.op in VIEWS

    @property
    def in_place(self) -> bool:
        return self.is_view or self.node.op in IN_PLACE


def work_of(graph: Graph, node: Node, activations: tuple[str, ...]) -> Work | None:
    """Return what a node computes, or None for an operator that is not known."""
    kind = None if node.domain else kind_of(node.op)
    if kind is None:
        return None
    ofmap = _elements(graph, node.outputs)
    ifmap = _elements(graph, activations)
    weights = [name for name in node.inputs if name and name not in activations]
    loops: LoopNest | None = None
    macs: int | None = 0
    weight_elements: int | None = 0
    if node.op in CONVOLUTIONS:
        loops = convolution_loops(node, *_operands(graph, node), graph.type_of(node.outputs[0]))
    elif node.op in PRODUCTS:
        constant = [graph.is_weight(name) for name in node.inputs[:2]]
        kind = "dense" if any(constant) else "matmul"
        flattened = _flattened(graph, node.inputs[0]) if constant[1] else None
        if node.op == "Gemm":
            loops = gemm_loops(node, *_operands(graph, node), flattened)
        else:
            loops = matmul_loops(*_operands(graph, node), constant=constant[1], flattened=flattened)
        if constant[0] and not constant[1] and loops is not None:
            loops = turned(loops)
    if node.op in CONVOLUTIONS | PRODUCTS:
        macs = None if loops is None else loops.macs
        weight_elements = (
            None if loops is None else (0 if kind == "matmul" else loops.weight_elements)
        )
    elif node.op == "Gather" and graph.is_weight(node.inputs[0]):
        weight_elements = ofmap  # the rows looked up
    elif kind == "norm" or node.op in ELEMENTWISE:
        weight_elements = _elements(graph, weights)
    return Work(
        node,
        kind,
        activations,
        loops,
        macs,
        _ops(graph, node, ifmap),
        ifmap,
        weight_elements,
        ofmap,
    )


def _operands(graph: Graph, node: Node) -> tuple[TensorType, TensorType]:
    return graph.type_of(node.inputs[0]), graph.type_of(node.inputs[1])


def _elements(graph: Graph, names: tuple[str, ...] | list[str]) -> int | None:
    result = 0
    for name in names:
        if not name:
            continue
        elements = graph.type_of(name).elements
        if elements is None:
            return None
        result += elements
    return result


def _ops(graph: Graph, node: Node, ifmap: int | None) -> int | None:
    """Return the operations that are no MACs."""
    op = node.op
    first = graph.type_of(node.outputs[0]).elements if node.outputs and node.outputs[0] else None
    if op in CONVOLUTIONS | PRODUCTS:
        return first if len(node.inputs) > 2 and node.inputs[2] else 0
    if op in ("MaxPool", "AveragePool", "LpPool"):
        window = node.integers("kernel_shape", ())
        return None if first is None else first * prod(window or (1,))
    if op in REDUCTIONS or op.startswith("Global"):
        return ifmap
    if op == "LRN":
        return None if first is None else first * (NORMS[op] + 2 * node.integer("size", 1))
    if op in NORMS:
        return None if first is None else first * NORMS[op]
    if op in ELEMENTWISE:
        return None if first is None else first * ELEMENTWISE[op] * max(1, _arity(node) - 1)
    return 0


def _arity(node: Node) -> int:
    """Return the operands of a sum, maximum ... of many; one operation joins two."""
    return (
        len([name for name in node.inputs if name])
        if node.op in ("Sum", "Max", "Min", "Mean")
        else 2
    )


def _flattened(graph: Graph, name: str) -> tuple[int, int, int] | None:
    """Return (C, H, W) if a tensor is a batch of feature maps laid flat, seen through views."""
    for _ in range(8):
        producer = graph.producer_of(name)
        if producer is None or producer.op not in VIEWS:
            return None
        name = producer.inputs[0]
        shape = graph.type_of(name).shape
        if (
            shape is not None
            and len(shape) == 4
            and producer.op in ("Flatten", "Reshape", "Squeeze")
        ):
            channels, rows, columns = shape[1:]
            if channels is None or rows is None or columns is None:
                return None
            return channels, rows, columns
    return None
