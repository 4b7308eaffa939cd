"""Every rule with inputs and attributes that make no sense: facts or one of our errors, never else.

What comes out must be a fact that can be: no negative dimension, as many elements as the shape has.
"""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import defs

from py.errors import JoulegraphError
from py.graph.fact import Fact, fact, limited, optional, sequence, sequence_of
from py.graph.file.attribute import Attribute
from py.graph.file.initializer import MAX_RANK
from py.graph.file.node import Node
from py.graph.rules import find_rule, known_operators
from py.graph.rules.site import MismatchError, Site
from py.graph.tensor_type import TensorType, elements_of
from tests.graph.schemas.cases import bounded

EXAMPLES = 12
NUMBERS = (-(2**63), -(2**31), -2, -1, 0, 1, 2, 3, 5, 4096, 2**31 - 1, 2**62, 2**63 - 1)
SIZES = (0, 1, 2, 3, 4, 2**31, 2**62, None)
DTYPES = ("float32", "int64", "int32", "uint8", "bool", "float16", "bfloat16", "object", None)


def _operators() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Return domain, name and the names of the attributes of every operator with a rule."""
    names: dict[tuple[str, str], dict[str, None]] = {}
    for schema in defs.get_all_schemas_with_history():
        names.setdefault((schema.domain, schema.name), {}).update(dict.fromkeys(schema.attributes))
    return {
        f"{domain}:{op}": (domain, op, tuple(sorted(names.get((domain, op), ()))))
        for domain, op in sorted(known_operators())
    }


OPERATORS = _operators()


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    kind = draw(st.integers(0, 9))
    dtype = draw(st.sampled_from(DTYPES))
    if kind == 0:
        return Fact(TensorType(form=draw(st.sampled_from(("map", "sequence", "optional")))))
    if kind == 1:
        inner = fact(dtype, draw(st.sampled_from(((), (2, 3), (None,), None))))
        made = (sequence([inner, inner]), sequence([]), sequence_of(inner), optional(inner))
        return draw(st.sampled_from(made))
    if kind < 5:
        values = tuple(draw(st.lists(st.sampled_from((*NUMBERS, None)), max_size=5)))
        if dtype in ("float32", "float16", None):
            return fact(
                dtype, (len(values),), tuple(None if v is None else float(v) for v in values)
            )
        shape = (len(values),) if len(values) != 1 or draw(st.booleans()) else ()
        return fact(dtype, shape, values)
    if kind == 5:
        text = draw(st.lists(st.sampled_from(("a b", "", "nan", "7")), max_size=3))
        return fact("object", (len(text),), tuple(text))
    if kind == 6:
        return fact(dtype, None)
    if kind == 7:
        return limited(dtype, (2, None), (2, 9))
    return fact(dtype, tuple(draw(st.lists(st.sampled_from(SIZES), max_size=5))))


@st.composite
def attributes(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Attribute]:
    found = {}
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=6)) if names else ():
        number: Any = draw(st.sampled_from(NUMBERS))
        numbers = tuple(draw(st.lists(st.sampled_from(NUMBERS), max_size=5)))
        text = draw(st.sampled_from(("", "SAME_UPPER", "ij,jk->ik", "...i", "bidirectional", "é")))
        found[name] = draw(
            st.sampled_from(
                (
                    Attribute(name, "int", number),
                    Attribute(name, "int", draw(st.integers(-3, 3))),
                    Attribute(name, "ints", numbers, len(numbers)),
                    Attribute(name, "ints", tuple(draw(st.lists(st.integers(-3, 3), max_size=4)))),
                    Attribute(name, "string", text),
                    Attribute(name, "float", float(number)),
                    Attribute(name, "floats", tuple(map(float, numbers)), len(numbers)),
                    Attribute(name, "ints", None, 10**6),
                    Attribute(name, "strings", ("a", "b"), 2),
                    Attribute(name, "other", None),
                )
            )
        )
    return found


@pytest.mark.parametrize("operator", OPERATORS)
def test_what_makes_no_sense_ends_in_facts_or_an_error(operator: str) -> None:
    domain, op, names = OPERATORS[operator]
    rule = find_rule(domain, op)
    assert rule is not None

    @bounded(EXAMPLES)
    @given(
        st.lists(st.one_of(st.none(), facts(), facts(), facts()), max_size=9),
        attributes(names),
        st.integers(1, 4),
        st.sampled_from((1, 5, 6, 7, 9, 11, 13, 18, 23, 28)),
    )
    def check(
        inputs: list[Fact | None], given_: dict[str, Attribute], outputs: int, opset: int
    ) -> None:
        written = tuple(f"y{index}" for index in range(outputs))
        node = Node(0, "", domain, op, tuple("x" for _ in inputs), written, given_)
        begin = time.perf_counter()
        try:
            results = list(rule(Site(node, inputs, opset)))
        except (MismatchError, JoulegraphError):
            return
        assert time.perf_counter() - begin < 2
        for found in results:
            check_possible(found)

    check()


def check_possible(found: Fact) -> None:
    assert isinstance(found, Fact)
    if found.items is not None:
        assert all(isinstance(item, Fact) for item in found.items)
    if found.shape is None:
        return
    assert all(size is None or (isinstance(size, int) and size >= 0) for size in found.shape)
    if found.values is not None and len(found.shape) <= MAX_RANK:
        assert len(found.values) == elements_of(found.shape)
    if found.most is not None:
        assert len(found.most) == len(found.shape)
        for size, bound in zip(found.shape, found.most, strict=True):
            assert size is None or bound is None or size <= bound
