"""Which nodes make one layer: views, batch normalisation and activations join what they follow.

As Qi and He count them (Energy Consumption Analysis of Convolutional Neural Networks, section
3.2): batch normalisation and activation belong to the convolution. A node joins the layer of its
input when nobody else reads that input.
"""

from dataclasses import dataclass, field

from py.graph import Graph, Node
from py.layers.layer import Layer
from py.layers.operators import ELEMENTWISE, VIEWS
from py.layers.work import Work
from py.quantities import total_count

_SAME_ELEMENTS = VIEWS | {"DequantizeLinear", "Transpose"}
_TAKES_NORM = frozenset({"conv", "dense", "matmul"})
_TAKES_ACTIVATION = _TAKES_NORM | {
    "attention",
    "recurrent",
    "pool",
    "norm",
    "elementwise",
    "reduce",
}


@dataclass(slots=True)
class _Group:
    """A layer in the making; ``open`` are the tensors inside it that later nodes may join on."""

    works: list[Work]
    open: set[str] = field(default_factory=set)


def fold(graph: Graph, works: list[Work]) -> list[list[Work]]:
    """Return the works in groups, one a layer, each led by the node that gives it its kind."""
    readers = _readers(graph)
    gates = _gates(works, readers)
    groups: list[_Group] = []
    owner: dict[str, _Group] = {}
    for work in works:
        group = _joined(graph, work, owner, readers, gates)
        if group is None:
            group = _Group([])
            groups.append(group)
        group.works.append(work)
        for name in work.node.outputs:
            owner[name] = group
    return [group.works for group in groups]


def _joined(
    graph: Graph,
    work: Work,
    owner: dict[str, _Group],
    readers: dict[str, list[int]],
    gates: dict[int, str],
) -> _Group | None:
    """Return the group that a work joins, None if it leads its own."""
    index = work.node.index
    if index in gates:
        group = owner.get(gates[index])
        return group if group is not None and group.works[0].kind in _TAKES_ACTIVATION else None
    if len(work.activations) != 1:
        return None
    name = work.activations[0]
    group = owner.get(name)
    if group is None or len(readers.get(name, ())) != 1:
        return None
    kind = group.works[0].kind
    if work.is_view:
        return group
    if work.node.op == "BatchNormalization":
        return group if kind in _TAKES_NORM else None
    small = work.weight_elements is not None and work.weight_elements <= _most_constants(
        graph, work
    )
    joins = work.kind == "elementwise" and kind in _TAKES_ACTIVATION and small
    return group if joins else None


def _most_constants(graph: Graph, work: Work) -> int:
    """Return the size of a constant that comes with a layer like a bias: one value a channel."""
    shape = graph.type_of(work.node.outputs[0]).shape or ()
    return max([1, *(size for size in (shape[1:2] + shape[-1:]) if size is not None)])


def _readers(graph: Graph) -> dict[str, list[int]]:
    """Return who reads each tensor; an output of the graph has a reader outside (-1)."""
    readers: dict[str, list[int]] = {}
    for node in graph.nodes:
        for name in node.inputs:
            if name:
                readers.setdefault(name, []).append(node.index)
    for name in graph.outputs:
        readers.setdefault(name, []).append(-1)
    return readers


def _gates(works: list[Work], readers: dict[str, list[int]]) -> dict[int, str]:
    """Return, for nodes that compute x * f(x), the x: such an activation joins as a whole."""
    by_index = {work.node.index: work for work in works}
    gates: dict[int, str] = {}
    for work in works:
        for x in work.node.outputs:
            chain = _gate(x, readers, by_index)
            gates.update(dict.fromkeys(chain, x))
    return gates


def _gate(x: str, readers: dict[str, list[int]], by_index: dict[int, Work]) -> list[int]:
    branches = readers.get(x, [])
    if len(branches) != 2 or any(index not in by_index for index in branches):
        return []
    for first, last in (branches, branches[::-1]):
        product = by_index[last].node
        if product.op != "Mul":
            continue
        chain: list[int] = []
        node: Node = by_index[first].node
        while (
            len(chain) < 6 and node.op in ELEMENTWISE and len(by_index[node.index].activations) == 1
        ):
            chain.append(node.index)
            out = node.outputs[0]
            following = readers.get(out, [])
            if len(following) != 1 or following[0] not in by_index:
                break
            if following[0] == last:
                return [*chain, last] if set(product.inputs) == {x, out} else []
            node = by_index[following[0]].node
    return []


def layer_of(graph: Graph, group: list[Work], parameters: int) -> Layer:
    """Return the layer that a group of works makes."""
    lead = group[0]
    inside = {name for work in group for name in work.node.outputs}
    ifmaps = tuple(
        dict.fromkeys(name for work in group for name in work.activations if name not in inside)
    )
    loops = lead.loops
    last = group[-1]
    extra = [
        work.ifmap_elements
        for work in group[1:]
        if any(name not in inside for name in work.activations)
    ]
    return Layer(
        name=lead.node.name or f"{lead.node.op}_{lead.node.index}",
        kind=lead.kind,
        op_types=tuple(work.node.operator for work in group),
        nodes=tuple(work.node.index for work in group),
        macs=lead.macs,
        ops=total_count(work.ops for work in group),
        parameters=parameters,
        ifmap_elements=total_count([lead.ifmap_elements, *extra]),
        weight_elements=lead.weight_elements,
        ofmap_elements=last.ofmap_elements,
        loops=loops,
        activation_dtype=_stored_dtype(graph, lead.activations[0]) if lead.activations else None,
        weight_dtype=_weight_dtype(graph, lead),
        in_place=all(work.in_place for work in group),
        ifmaps=ifmaps,
        ofmaps=tuple(name for name in last.node.outputs if name),
    )


def _weight_dtype(graph: Graph, lead: Work) -> str | None:
    """Return the element type of the weights, of the second operand where there are none."""
    if lead.loops is None:
        return None
    weights = [name for name in lead.node.inputs[:2] if graph.is_weight(name)]
    return _stored_dtype(graph, weights[0] if weights else lead.node.inputs[1])


def _stored_dtype(graph: Graph, name: str) -> str | None:
    """Return the type that a tensor has in memory: before DequantizeLinear and changes of shape."""
    for _ in range(8):
        producer = graph.producer_of(name)
        if producer is None or producer.op not in _SAME_ELEMENTS or producer.domain:
            break
        name = producer.inputs[0]
        if producer.op == "DequantizeLinear":
            break
    return graph.type_of(name).dtype
