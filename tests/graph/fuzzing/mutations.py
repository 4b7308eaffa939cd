"""Changes to a model's fields, each small, some of which leave a valid model behind."""

from collections.abc import Callable, Sequence
from random import Random

from tests.graph.fuzzing.operators import EDGES, attribute, attributes_of, operators, tensor
from tests.graph.fuzzing.tree import SCHEMA, Field, Fields, walk

MOST_BYTES = 200_000
DIMENSIONS = (
    b"N", b"batch", b"", b"?", b"-1", b"N*M", b"N+1", b"N//0", b"9**9**9", b"2**63", b"-N", b"N-9",
    b"ceil(N/2)", b"max()", b"floor(N,M)", b"__import__('os')", b"(" * 60 + b"N" + b")" * 60, b"~N",
    b"\xff\xfe", b"N if M else 2", b"1e400", b"N[0]", b"lambda: 0", b"Mod(N,0)", b"N<<99", b"0x7f",
)  # fmt: skip
_NAMES = {"Node": (1, 2), "Info": (1,), "Tensor": (8,), "Function": (4, 5)}
_LISTED = {"Node": 1, "Attribute": 5, "Tensor": 5, "Info": 13, "Function": 25, "Opset": 8}

Walked = Sequence[tuple[Field, Field]]


class Change:
    """A model that is being changed: all its fields, and the models that parts may come from."""

    def __init__(self, rng: Random, root: Field, others: Sequence[Field]) -> None:
        self.rng, self.root, self.others = rng, root, others
        self.walked: Walked = list(walk(root))
        self.by_kind: dict[str, list[tuple[Field, Field]]] = {}
        for outer, field in self.walked:
            self.by_kind.setdefault(field.kind, []).append((outer, field))

    def any(self) -> tuple[Field, Field]:
        """Return a field and the message around it: of a kind at random, or any."""
        if self.rng.random() < 0.5:
            return self.rng.choice(self.walked)
        return self.rng.choice(self.by_kind[self.rng.choice(sorted(self.by_kind))])

    def of(self, kind: str) -> Field:
        """Return a message of this kind; an empty one, in no model, where there is none."""
        found = self.by_kind.get(kind)
        return self.rng.choice(found)[1] if found else Field(0, [], kind)

    def names(self) -> list[Field]:
        """Return the fields that name tensors."""
        return [
            field
            for outer, field in self.walked
            if field.number in _NAMES.get(outer.kind, ()) and isinstance(field.value, bytes)
        ]


Mutation = Callable[[Change], None]


def _place(outer: Field, field: Field) -> int:
    return next((i for i, other in enumerate(outer.fields) if other is field), 0)


def delete(change: Change) -> None:
    """Take a field away."""
    outer, field = change.any()
    outer.fields[:] = [other for other in outer.fields if other is not field]


def duplicate(change: Change) -> None:
    """Have a field twice."""
    outer, field = change.any()
    outer.fields.insert(change.rng.randint(0, len(outer.fields)), field.copy())


def repeat(change: Change) -> None:
    """Have a field many times, somewhat changed or not."""
    outer, field = change.any()
    most = 20_000 // (1 + sum(1 for _ in walk(field)))
    # Copies: of what is shared, a change inside would be made everywhere and multiply.
    outer.fields.extend(field.copy() for _ in range(min(most, change.rng.choice((10, 100, 1000)))))


def swap(change: Change) -> None:
    """Put two neighbours into each other's place."""
    outer, field = change.any()
    if not outer.fields:  # emptied before
        return
    other = change.rng.randrange(len(outer.fields))
    place = _place(outer, field)
    outer.fields[place], outer.fields[other] = outer.fields[other], outer.fields[place]


def splice(change: Change) -> None:
    """Replace a field by one of the same kind of another model, or add that beside it."""
    outer, field = change.any()
    other = change.rng.choice(change.others)
    found = [f for _, f in walk(other) if f.kind == field.kind and f.number == field.number]
    if not found:
        return
    place = _place(outer, field)
    chosen = change.rng.choice(found).copy()
    outer.fields[place : place + change.rng.randint(0, 1)] = [chosen]


def nest(change: Change) -> None:
    """Put a message into itself, or another of its kind into it."""
    _, field = change.any()
    inner = SCHEMA.get(field.kind, {})
    if inner:
        number = change.rng.choice(sorted(inner))
        found = change.of(inner[number])
        made = field if field.kind == inner[number] else found
        copied = made.copy()
        copied.number = number
        field.fields.append(copied)


def edge_number(change: Change) -> None:
    """Make a number extreme."""
    numbers = [field for _, field in change.walked if isinstance(field.value, int)]
    if numbers:
        change.rng.choice(numbers).value = change.rng.choice(EDGES)


def other_wire(change: Change) -> None:
    """Write a field with another type or number than its own."""
    _, field = change.any()
    if change.rng.random() < 0.5:
        field.number = change.rng.choice((0, 1, 2, 5, 7, 11, 25, 2**29 - 1, 2**29))
    elif not isinstance(field.value, int):
        field.wire = change.rng.choice((1, 2, 3, 4, 5, 6, 7))


def wrong_length(change: Change) -> None:
    """Write a length that is not the field's, or a number that goes on."""
    _, field = change.any()
    if change.rng.random() < 0.3:
        field.padding = change.rng.choice((1, 5, 9, 10, 30))
    else:
        field.stretch = change.rng.choice((-1, 1, 7, -50, 200, 2**31, 2**62, 2**64 - 50))


def change_bytes(change: Change) -> None:
    """Change the bytes of a text or of elements."""
    found = [field for _, field in change.walked if isinstance(field.value, bytes)]
    if not found:
        return
    field = change.rng.choice(found)
    data = field.value
    assert isinstance(data, bytes)
    field.value = change.rng.choice(
        (b"", data[: len(data) // 2], data * 2, b"\xff" * len(data), data + b"\x00", b"\x1b[2J<b>")
    )


def rename(change: Change) -> None:
    """Give one tensor the name of another: cycles, nodes that read themselves, names twice."""
    names = change.names()
    if names:
        change.rng.choice(names).value = change.rng.choice(names).value


def other_operator(change: Change) -> None:
    """Make a node another operator, with attributes of that one."""
    node = change.of("Node")
    domain, op = change.rng.choice(operators())
    node.put(4, op.encode())
    node.put(7, domain.encode())
    found = attributes_of(domain, op)
    for entry in change.rng.sample(found, min(len(found), change.rng.randrange(6))):
        node.fields.append(attribute(change.rng, *entry, 0.3))


def other_attribute(change: Change) -> None:
    """Give a node an attribute that its operator has, or that another has."""
    node = change.of("Node")
    op, domain = str(node.text(4), "utf-8", "replace"), str(node.text(7), "utf-8", "replace")
    if change.rng.random() < 0.2:
        domain, op = "com.microsoft", ""
    found = attributes_of(domain, op)
    if found:
        node.fields.append(attribute(change.rng, *change.rng.choice(found), 0.6))


def attribute_type(change: Change) -> None:
    """Say that an attribute is of another type."""
    change.of("Attribute").put(
        20, change.rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 99))
    )


def dimension(change: Change) -> None:
    """Make a declared dimension a name, an expression, a number, or nothing."""
    field = change.of("Dim")
    if change.rng.random() < 0.4:
        field.value = [Field(2, change.rng.choice(DIMENSIONS))]
    else:
        field.value = [Field(1, change.rng.choice(EDGES))] if change.rng.random() < 0.9 else []


def many_dimensions(change: Change) -> None:
    """Declare a shape of many dimensions, so large that their product is no float."""
    made = Field(1, [Field(1, change.rng.choice((1, 2**31, 2**63 - 1)))], "Dim")
    change.of("Shape").value = [made.copy() for _ in range(change.rng.choice((5, 16, 64, 65)))]


def tensor_dimension(change: Change) -> None:
    """Change how many dimensions a stored tensor has, and of what size."""
    field = change.of("Tensor")
    dims = field.all(1)
    if dims and change.rng.random() < 0.6:
        change.rng.choice(dims).value = change.rng.choice(EDGES)
    else:
        field.fields.insert(0, Field(1, change.rng.choice((0, 1, 2, 2**31, 2**63 - 1))))


def elements(change: Change) -> None:
    """Give a stored tensor other elements: what shapes, axes and counts are made of."""
    field = change.of("Tensor")
    name = str(field.text(8), "utf-8", "replace")
    made = tensor(change.rng, field.number, name, 0.5)
    if change.rng.random() < 0.5:
        kept = [f for f in field.fields if f.number in (1, 2, 8)]
        made.value = [*kept, *(f for f in made.fields if f.number not in (1, 2, 8))]
    field.value = made.value


def element_type(change: Change) -> None:
    """Change an element type."""
    kind, number = change.rng.choice((("Tensor", 2), ("TensorType", 1)))
    change.of(kind).put(number, change.rng.choice((*range(27), 99, 2**31, 2**63)))


def opset(change: Change) -> None:
    """Change the version of an operator set, or the set."""
    field = change.of("Opset")
    field.put(2, change.rng.choice((0, 1, 5, 7, 9, 10, 11, 12, 13, 18, 20, 26, 999, 2**31, -1)))
    if change.rng.random() < 0.2:
        field.put(1, change.rng.choice((b"", b"ai.onnx", b"mine", b"com.microsoft")))


def add(change: Change) -> None:
    """Add a whole message of another model: a node, a tensor, a function."""
    kind = change.rng.choice(sorted(_LISTED))
    found = [f for _, f in walk(change.rng.choice(change.others)) if f.kind == kind]
    outers = [outer for outer, field in change.walked if field.kind == kind] or [change.root]
    if found:
        outer, chosen = change.rng.choice(outers), change.rng.choice(found).copy()
        outer.fields.insert(change.rng.randint(0, len(outer.fields)), chosen)


def shuffled(fields: Fields, rng: Random) -> None:
    """Bring fields into another order."""
    rng.shuffle(fields)


def shuffle(change: Change) -> None:
    """Bring a message's fields into another order."""
    shuffled(change.any()[0].fields, change.rng)
