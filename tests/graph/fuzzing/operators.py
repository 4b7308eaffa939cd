"""All operators that there are, and attributes that make them do something."""

import re
import struct
from functools import cache
from pathlib import Path
from random import Random

from onnx import defs

from py.graph.rules import known_operators
from tests.graph.fuzzing.tree import Field, message

ROOT = Path(__file__).resolve().parents[3]
_KINDS = {
    "integer": "int",
    "integers": "ints",
    "number": "float",
    "numbers": "floats",
    "text": "string",
    "tensor": "tensor",
}
_NUMBERS = {"float": 1, "int": 2, "string": 3, "tensor": 4, "floats": 6, "ints": 7, "strings": 8}
_ASKED = re.compile(r"\b(integers?|numbers?|text|tensor)\(\s*\"(\w+)\"")
EDGES = (0, 1, 2, 3, 5, 64, 255, 2**31 - 1, 2**31, 2**62, 2**63 - 1, 2**63, 2**64 - 1, -1, -2, -3)
SMALL = (0, 1, 1, 2, 2, 3, 4, -1)
FLOATS = (0.0, 1.0, 0.5, 2.0, -1.0, 1e-30, 3e38, float("inf"), float("nan"), -0.0)
TEXTS = tuple(
    """
    SAME_UPPER SAME_LOWER VALID NOTSET linear cubic nearest bidirectional reverse forward
    constant reflect edge wrap none sum mean DCR CRD BSNH NHWC ij,jk->ik ...i,i->
    bij,bjk->bik a,b->ab ii->i Relu Tanh Sigmoid HardSigmoid TREE SUM BRANCH_LEQ LEAF
    hamming tf_crop_and_resize not_larger not_smaller SQUARED_DISTANCE gelu OR
    """.split()  # noqa: SIM905
)


@cache
def operators() -> tuple[tuple[str, str], ...]:
    """Return the domain and the name of every operator that anybody knows."""
    standard = {(s.domain, s.name) for s in defs.get_all_schemas() if "preview" not in s.domain}
    return tuple(sorted(standard | known_operators()))


@cache
def asked_for() -> tuple[tuple[str, str], ...]:
    """Return the name and the kind of every attribute that our code asks for."""
    found = {
        (name, _KINDS[method])
        for folder in ("graph/rules", "layers/works")
        for path in (ROOT / "py" / folder).rglob("*.py")
        for method, name in _ASKED.findall(path.read_text())
    }
    return tuple(sorted(found))


@cache
def attributes_of(domain: str, op: str) -> tuple[tuple[str, str], ...]:
    """Return the attributes that an operator has; those asked for where there is no schema."""
    if not defs.has(op, domain):
        return asked_for()
    kinds = defs.get_schema(op, domain).attributes
    found = [(name, str(kind.type).rsplit(".", 1)[-1].lower()) for name, kind in kinds.items()]
    return tuple((name, kind) for name, kind in found if kind in _NUMBERS)


def attribute(rng: Random, name: str, kind: str, wild: float) -> Field:
    """Return an attribute of this kind; ``wild`` is how likely its numbers are extreme."""
    made = message(5, "Attribute", Field(1, name.encode()))
    whole = EDGES if rng.random() < wild else SMALL
    if kind == "int":
        made.put(3, rng.choice(whole))
    elif kind == "ints":
        made.fields.extend(Field(8, rng.choice(whole)) for _ in range(rng.choice((0, 1, 2, 2, 4))))
    elif kind == "float":
        made.fields.append(_float(2, rng.choice(FLOATS)))
    elif kind == "floats":
        made.fields.extend(_float(7, rng.choice(FLOATS)) for _ in range(rng.randrange(5)))
    elif kind == "string":
        made.put(4, rng.choice(TEXTS).encode())
    elif kind == "strings":
        made.fields.extend(Field(9, rng.choice(TEXTS).encode()) for _ in range(rng.randrange(4)))
    else:
        made.fields.append(tensor(rng, 5, "", wild))
    made.put(20, _NUMBERS[kind])
    return made


def tensor(rng: Random, number: int, name: str, wild: float) -> Field:
    """Return a small tensor of whole numbers or of floats; as a vector, a number, or empty."""
    count = rng.choice((1, 1, 2, 2, 3, 4, 0))
    dims = [Field(1, count)] if count != 1 or rng.random() < 0.5 else []
    made = message(number, "Tensor", *dims, Field(8, name.encode()))
    if rng.random() < 0.7:
        made.put(2, 7)
        whole = EDGES if rng.random() < wild else SMALL
        made.fields.extend(Field(7, rng.choice(whole)) for _ in range(count))
    else:
        made.put(2, 1)
        made.put(9, b"".join(struct.pack("<f", rng.choice(FLOATS)) for _ in range(count)))
    return made


def _float(number: int, value: float) -> Field:
    made = Field(number, struct.pack("<f", value))
    made.wire = 5
    return made
