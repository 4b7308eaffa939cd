"""From a seed to a case: some changes to its fields, sometimes some to its bytes."""

from collections.abc import Sequence
from random import Random

from tests.graph.fuzzing import mutations as m
from tests.graph.fuzzing.tree import Field, written
from tests.graph.fuzzing.wrappers import wrap

_MUTATIONS: tuple[m.Mutation, ...] = (
    *(m.delete, m.duplicate, m.swap, m.splice, m.splice, m.nest, m.edge_number, m.other_wire),
    *(m.change_bytes, m.rename, m.rename, m.attribute_type, m.shuffle, m.add, wrap, wrap),
    *(m.other_operator, m.other_operator, m.other_attribute, m.other_attribute),
    *(
        m.dimension,
        m.dimension,
        m.many_dimensions,
        m.tensor_dimension,
        m.elements,
        m.elements,
        m.element_type,
    ),
    m.opset,
)
_STEPS = 3
_MOST_FIELDS = 50_000  # what is larger is cut off anyway
_RARE: tuple[m.Mutation, ...] = (m.repeat, m.wrong_length)


def mutated(rng: Random, seed: Field, others: Sequence[Field]) -> bytes:
    """Return the bytes of a seed after one to a dozen changes."""
    root = seed.copy()
    change = m.Change(rng, root, others)
    for number in range(rng.choice((1, 1, 2, 2, 3, 4, 6, 12))):
        if number and not number % _STEPS:
            change = m.Change(rng, root, others)  # with what the last steps added
        if len(change.walked) > _MOST_FIELDS:
            break
        if change.walked:
            rng.choice(_RARE if rng.random() < 0.02 else _MUTATIONS)(change)
    data = written(root)[: m.MOST_BYTES]
    return flipped(rng, data) if rng.random() < 0.08 else data


def flipped(rng: Random, data: bytes) -> bytes:
    """Return bytes of which some are changed, added, taken away, or cut off."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5))):
        place = rng.randrange(len(changed) + 1)
        kind = rng.randrange(5)
        if kind == 0 and place < len(changed):
            changed[place] ^= 1 << rng.randrange(8)
        elif kind == 1:
            changed[place:place] = rng.randbytes(rng.randint(1, 8))
        elif kind == 2:
            del changed[place : place + rng.randint(1, 12)]
        elif kind == 3:
            changed[place : place + 1] = rng.choice((b"\xff" * 9 + b"\x01", b"\xff" * 8 + b"\x7f"))
        elif rng.random() < 0.3:
            del changed[place:]
    return bytes(changed)
