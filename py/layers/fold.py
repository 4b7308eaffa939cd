"""Which nodes make one layer: views, batch normalisation and activations join what they follow.

As Qi and He count them (Energy Consumption Analysis of Convolutional Neural Networks, section
3.2): batch normalisation and activation belong to the convolution. A node joins the layer of its
input when nobody else reads that input, nor anything else that the layer leaves. A second input
may be a scale, a number or one a channel, as where integers become real again. Each part of a node
of several parts leads a layer; what follows the node joins the last one, unless that runs more
often.
"""

from collections.abc import Sequence

from py.graph import Region, names_read
from py.layers.layer import Layer
from py.layers.works import SHAPE_QUERIES, Work
from py.quantities import total_count

_CASTS = frozenset({"Cast", "CastLike"})
_TAKES_NORM = frozenset({"conv", "dense", "matmul"})
_TAKES_ACTIVATION = _TAKES_NORM | {
    "attention",
    "recurrent",
    "pool",
    "norm",
    "elementwise",
    "reduce",
}


_Group = list[Work]


Readers = dict[str, list[int]]
"""Who reads each tensor of a region, by the node's place; outside of it is -1."""


def fold(region: Region, works: list[Work], readers: Readers) -> list[list[Work]]:
    """Return the works in groups, one a layer, each led by the node that gives it its kind."""
    gates = _gates(works, readers)
    groups: list[_Group] = []
    owner: dict[str, _Group] = {}
    for work in works:
        group = _joined(region, work, owner, readers, gates)
        if group is None:
            group = []
            groups.append(group)
        group.append(work)
        for name in work.outputs:
            owner[name] = group
    return groups


def _joined(
    region: Region,
    work: Work,
    owner: dict[str, _Group],
    readers: Readers,
    gates: dict[int, str],
) -> _Group | None:
    """Return the group that a work joins, None if it leads its own."""
    index = work.node.index
    if index in gates:
        group = owner.get(gates[index])
        return group if group is not None and _takes_activation(group, work) else None
    name = _only(work.activations)
    if not name:
        name = _only([name for name in work.activations if not _is_scale(region, work, name)])
    if work.part or not name:
        return None
    group = owner.get(name)
    if group is None or len(readers.get(name, ())) != 1 or group[0].runs != work.runs:
        return None
    if any(other != name and other in readers for other in group[-1].outputs):
        return None
    kind = group[0].kind
    if work.is_view:
        return group
    if work.node.op == "BatchNormalization":
        return group if kind in _TAKES_NORM else None
    simple = work.kind == "elementwise" or work.node.op in _CASTS
    if not simple or work.weight_elements is None or not _takes_activation(group, work):
        return None
    return group if work.weight_elements <= _most_constants(region, work) else None


def _only(names: Sequence[str]) -> str:
    """Return the one name, empty where there are none or several."""
    return names[0] if len(names) == 1 else ""


def _is_scale(region: Region, work: Work, name: str) -> bool:
    """Say whether an operand is one number, or one a channel in a row."""
    tensor = region.type_of(name)
    if tensor.rank not in (0, 1) or tensor.elements is None:
        return False
    return tensor.elements <= _most_constants(region, work)


def _takes_activation(group: _Group, work: Work) -> bool:
    lead = group[0]
    return lead.kind in _TAKES_ACTIVATION and lead.runs == work.runs


def _most_constants(region: Region, work: Work) -> int:
    """Return the size of a constant that comes with a layer like a bias: one value a channel."""
    shape = _shape(region, work) or ()
    return max(1, *(size or 1 for size in (*shape[1:2], *shape[-1:])), 1)


def readers_of(region: Region) -> Readers:
    """Return who reads each tensor; an output of the region has a reader outside (-1)."""
    readers: Readers = {}
    for node in region.nodes:
        for name in names_read(node):
            if name:
                readers.setdefault(name, []).append(node.index)
    for name in region.outputs:
        readers.setdefault(name, []).append(-1)
    return readers


def _gates(works: list[Work], readers: Readers) -> dict[int, str]:
    """Return, for nodes that compute x * f(x), the x: such an activation joins as a whole."""
    by_index = {work.node.index: work for work in works if not work.part}
    gates: dict[int, str] = {}
    for work in works:
        for x in work.outputs:
            chain = _gate(x, readers, by_index)
            gates.update(dict.fromkeys(chain, x))
    return gates


def _gate(x: str, readers: Readers, by_index: dict[int, Work]) -> list[int]:
    branches = readers.get(x, [])
    if len(branches) != 2 or any(index not in by_index for index in branches):
        return []
    for first, last in (branches, branches[::-1]):
        product = by_index[last].node
        if product.op != "Mul":
            continue
        chain: list[int] = []
        work = by_index[first]
        while len(chain) < 6 and work.kind == "elementwise" and len(work.activations) == 1:
            chain.append(work.node.index)
            out = work.node.outputs[0]
            following = readers.get(out, [])
            if len(following) != 1 or following[0] not in by_index:
                break
            if following[0] == last:
                return [*chain, last] if set(product.inputs) == {x, out} else []
            work = by_index[following[0]]
    return []


def layer_of(
    region: Region,
    group: list[Work],
    readers: Readers,
    runs: float,
    weights: tuple[str, ...],
    parameters: int,
) -> Layer:
    """Return the layer that a group of works makes in a region that runs so often.

    ``weights`` are what its parameters are.
    """
    lead, last = group[0], group[-1]
    inside = {name for work in group for name in work.outputs}
    ifmaps = dict.fromkeys(
        [name for work in group for name in (*work.activations, *work.inner) if name not in inside]
    )
    taken = {name for work in group[1:] for name in work.activations if name not in inside}
    extra = [region.type_of(name).elements for name in taken.difference(lead.activations)]
    return Layer(
        name=_name(region, lead),
        kind=lead.kind,
        op_types=tuple([work.node.operator for work in group]),
        nodes=tuple([work.node.index for work in group]),
        macs=lead.macs,
        ops=total_count([work.ops for work in group]),
        parameters=parameters,
        ifmap_elements=total_count([lead.ifmap_elements, *extra]),
        weight_elements=lead.weight_elements,
        ofmap_elements=last.ofmap_elements,
        loops=lead.loops,
        activation_dtype=lead.activation_dtype,
        weight_dtype=None if lead.loops is None else lead.weight_dtype,
        in_place=all(work.in_place for work in group),
        runs=lead.runs * runs,
        path=region.path or None,
        reader=_reader(region, readers, last),
        ofmap_shape=_shape(region, last),
        ifmaps=tuple(ifmaps),
        ofmaps=last.outputs,
        weights=weights,
        window=lead.window,
    )


def _reader(region: Region, readers: Readers, last: Work) -> int | None:
    """Return the node that alone reads what a layer leaves; who asks for its size reads nothing."""
    found = [
        index
        for name in last.outputs
        for index in readers.get(name, ())
        if index < 0 or (region.nodes[index].domain, region.nodes[index].op) not in SHAPE_QUERIES
    ]
    return found[0] if len(found) == 1 and found[0] >= 0 else None


def _shape(region: Region, last: Work) -> tuple[int | None, ...] | None:
    name = next((name for name in last.node.outputs if name), None)
    return None if name is None else region.type_of(name).shape


def _name(region: Region, lead: Work) -> str:
    """Return a layer's name; where its node has none it tells the region."""
    return lead.name if lead.node.name or not region.path else f"{region.path[1:]}/{lead.name}"
