"""Nodes put into bodies of If, Loop, Scan and SequenceMap, and into functions of the model."""

from random import Random

from tests.graph.fuzzing.mutations import Change
from tests.graph.fuzzing.tree import Field, message


def wrap(change: Change) -> None:
    """Put a node, or several that follow each other, into a body in its place."""
    found = change.by_kind.get("Node")
    if not found:
        return
    rng = change.rng
    outer, first = rng.choice(found)
    nodes = [field for field in outer.fields if field.kind == "Node"]
    place = next((i for i, node in enumerate(nodes) if node is first), None)
    if place is None:  # taken away before
        return
    group = nodes[place : place + rng.choice((1, 1, 2, 5))]
    inside, outputs = _inside(group)
    reads = [f.value for node in group for f in node.all(1) if isinstance(f.value, bytes)]
    anything = [f.value for f in change.names() if isinstance(f.value, bytes)]
    if rng.random() < 0.3:
        made = _call(change, inside, reads, outputs)
    else:
        made = _control(rng, inside, reads, outputs, anything)
    made.number = first.number
    kept = {id(node) for node in group}
    position = next(i for i, field in enumerate(outer.fields) if field is first)
    outer.fields[position] = made
    outer.fields[:] = [field for field in outer.fields if id(field) not in kept]


def _inside(group: list[Field]) -> tuple[list[Field], list[bytes]]:
    """Return the nodes with names of their own for what they write, and the names before."""
    outputs = [f.value for node in group for f in node.all(2) if isinstance(f.value, bytes)]
    inside = [node.copy() for node in group]
    for node in inside:
        node.number = 1
        for field in node.all(1) + node.all(2):
            if isinstance(field.value, bytes) and field.value and field.value in outputs:
                field.value += b"'"
    return inside, outputs


def _graph(number: int, nodes: list[Field], inputs: list[bytes], outputs: list[bytes]) -> Field:
    return message(
        number,
        "Graph",
        *(node.copy() for node in nodes),
        *(message(11, "Info", Field(1, name)) for name in inputs),
        *(message(12, "Info", Field(1, name)) for name in outputs),
    )


def _body(name: str, graph: Field) -> Field:
    return message(5, "Attribute", Field(1, name.encode()), Field(20, 5), graph)


def _control(
    rng: Random, nodes: list[Field], reads: list[bytes], outputs: list[bytes], names: list[bytes]
) -> Field:
    kind = rng.choice(("If", "Loop", "Loop", "Scan", "SequenceMap"))
    inner = [name + b"'" for name in outputs if name]
    given = [rng.choice(names) for _ in range(rng.randint(0, 3))]
    node = message(1, "Node", Field(4, kind.encode()), Field(3, rng.choice((b"", b"wrapped"))))
    if kind == "If":
        node.fields.append(Field(1, rng.choice(names)))
        node.fields.append(_body("then_branch", _graph(6, nodes, [], inner)))
        node.fields.append(_body("else_branch", _graph(6, nodes[:1], [], inner[:1] or inner)))
    elif kind == "Loop":
        ends = rng.choice(
            ([rng.choice(names), b""], [b"", rng.choice(names)], [rng.choice(names)] * 2)
        )
        node.fields.extend(Field(1, name) for name in (*ends, *given))
        state = [b"s%d" % place for place in range(len(given))]
        goes = rng.choice((b"go", *inner)) if inner else b"go"
        graph = _graph(6, nodes, [b"turn", b"go", *state], [goes, *(inner or state)])
        node.fields.append(_body("body", graph))
        # What the body carries may change from turn to turn.
        for field in graph.fields:
            for name in field.all(1) if field.kind == "Node" else ():
                if state and name.value in reads and rng.random() < 0.5:
                    name.value = rng.choice(state)
    else:
        node.fields.extend(Field(1, name) for name in given)
        slices = [b"s%d" % place for place in range(len(given))]
        node.fields.append(_body("body", _graph(6, nodes, slices, inner)))
        scanned = rng.choice((0, 1, len(given), 2**63))
        count = message(5, "Attribute", Field(1, b"num_scan_inputs"), Field(20, 2))
        count.put(3, scanned)
        node.fields.append(count)
    node.fields.extend(Field(2, name) for name in outputs)
    return node


def _call(change: Change, nodes: list[Field], reads: list[bytes], outputs: list[bytes]) -> Field:
    name = b"Own%d" % change.rng.randrange(3)
    inputs = list(dict.fromkeys(value for value in reads if value))
    function = message(25, "Function", Field(1, name), Field(10, b"mine"))
    function.fields.extend(Field(4, value) for value in inputs)
    function.fields.extend(Field(5, value + b"'") for value in outputs)
    function.fields.append(message(9, "Opset", Field(1, b""), Field(2, 17)))
    function.fields.append(message(9, "Opset", Field(1, b"mine"), Field(2, 1)))
    for node in nodes:
        copied = node.copy()
        copied.number = 7
        function.fields.append(copied)
    change.root.fields.append(function)
    call = message(1, "Node", Field(4, name), Field(7, b"mine"))
    call.fields.extend(Field(1, value) for value in inputs)
    call.fields.extend(Field(2, value) for value in outputs)
    return call
