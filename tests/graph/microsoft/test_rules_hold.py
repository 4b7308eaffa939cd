"""What holds for every rule of onnxruntime's own operators, whatever it is given.

Nonsense ends in facts or in one of our errors. And knowing less never says something else: a
dimension taken out of an input leaves every output as it was, or unknown.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.graph.fact import NOTHING, Fact, Shape, Values, fact, sequence_of
from py.graph.file.attribute import Attribute
from py.graph.file.node import Node
from py.graph.rules import find_rule, known_operators
from py.graph.rules.site import MismatchError, Site
from tests.graph.microsoft import (
    test_attention_operators,
    test_documented_operators,
    test_fused_operators,
    test_inferred_attention,
    test_inferred_operators,
    test_layouts,
    test_quantised_operators,
)
from tests.graph.microsoft.oracle import site_of
from tests.graph.single_operator import Case

state: Any = pytest.importorskip("onnxruntime.capi.onnxruntime_pybind11_state")

OURS = sorted(
    (domain, op)
    for domain, op in known_operators()
    if getattr(find_rule(domain, op), "__module__", "").startswith("py.graph.rules.microsoft")
)
KINDS: dict[str, dict[str, str]] = {}
for schema in state.get_all_operator_schema():
    KINDS.setdefault(f"{schema.domain}:{schema.name}", {}).update(
        {name: str(given.type).rsplit(".", 1)[-1] for name, given in schema.attributes.items()}
    )
TYPES = ["float32", "float16", "int32", "int64", "uint8", "bool", None, "object", "uint4"]
SIZES = [None, 0, 1, 2, 3, 4, 6, 8, 16, 1 << 62]
ELEMENTS = [None, 0, 1, 2, 3, -1, 5, (1 << 63) - 1, -7, 1.5, True]
NUMBERS = [0, 0, 1, 1, 2, 2, 3, 4, 8, -1, -2, 16, 1 << 40]
WORDS = ["", "NOTSET", "SAME_UPPER", "VALID", "csa", "qsa", "LATENT", "bidirectional"]


def some_fact(chance: random.Random) -> Fact | None:
    kind = chance.random()
    if kind < 0.15:
        return None
    if kind < 0.25:
        return chance.choice([NOTHING, sequence_of(None)])
    if kind < 0.4:
        values: Values = tuple(chance.choices(ELEMENTS, k=chance.randrange(6)))
        scalar = len(values) == 1 and chance.random() < 0.5
        return fact(chance.choice(TYPES), () if scalar else (len(values),), values)
    shape = None
    if kind > 0.45:
        shape = tuple(chance.choices(SIZES, k=chance.choice([0, 1, 2, 2, 3, 3, 4, 4, 5])))
    return fact(chance.choice(TYPES), shape)


def some_attribute(name: str, kind: str, chance: random.Random) -> Attribute:
    makers: dict[str, Callable[[], Any]] = {
        "INT": lambda: chance.choice(NUMBERS),
        "FLOAT": lambda: chance.choice([0.0, 0.5, 1.0]),
        "STRING": lambda: chance.choice(WORDS),
        "INTS": lambda: tuple(chance.choices(NUMBERS, k=chance.randrange(5))),
    }
    if kind not in makers or chance.random() < 0.03:
        return Attribute(name, "other", None)
    value = makers[kind]()
    return Attribute(name, kind.lower(), value, len(value) if kind == "INTS" else 1)


@pytest.mark.parametrize(("domain", "op"), OURS, ids=lambda given: given or "no domain")
def test_nonsense_ends_in_facts_or_in_our_errors(domain: str, op: str) -> None:
    rule, chance = find_rule(domain, op), random.Random(f"{domain}:{op}")
    assert rule is not None
    for _ in range(60):
        attributes = {
            name: some_attribute(name, kind, chance)
            for name, kind in KINDS.get(f"{domain}:{op}", {}).items()
            if chance.random() < 0.7
        }
        node = Node(0, "node", domain, op, ("in",), ("a", "b", "c"), attributes)
        facts = [some_fact(chance) for _ in range(chance.randrange(18))]
        try:
            found = list(rule(Site(node, facts, chance.choice([1, 11, 22]))))
        except (MismatchError, JoulegraphError):
            continue
        for result in found:
            assert all(size is None or size >= 0 for size in result.shape or ())


CASES: Sequence[Case] = [
    *test_quantised_operators.CASES,
    *test_attention_operators.ATTENTION,
    *test_attention_operators.MULTI_HEAD,
    *test_attention_operators.GROUPED,
    *test_attention_operators.LINEAR,
    *test_fused_operators.PRODUCTS,
    *test_fused_operators.NORMALISATIONS,
    *test_fused_operators.ELEMENTWISE,
    *test_fused_operators.MOVEMENTS,
    *test_inferred_operators.CASES,
    *test_inferred_attention.PROJECTING,
    *test_inferred_attention.PROJECTED,
    *test_inferred_attention.POSITIONS,
    *test_inferred_attention.STATES,
    *(case for case, _ in test_documented_operators.DOCUMENTED),
    *(case for case, _ in test_layouts.LAST),
    *test_layouts.BLOCKED,
]


def weaker(own: Shape | None, less: Shape | None) -> bool:
    """Say whether a shape worked out from less is the other one, or less of it."""
    if less is None or own is None:
        return less is None
    pairs = zip(own, less, strict=False)
    return len(own) == len(less) and all(b is None or a == b for a, b in pairs)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_knowing_less_says_nothing_else(case: Case) -> None:
    site, rule = site_of(case), find_rule(case.domain, case.op)
    assert rule is not None
    facts = site.facts
    whole = [found.shape for found in rule(site)]
    for index, given in enumerate(facts):
        if given is None:
            continue
        shape = given.shape or ()
        taken: list[Shape | None] = [None]
        taken += [(*shape[:axis], None, *shape[axis + 1 :]) for axis in range(len(shape))]
        for fewer in taken:
            bare = Fact(replace(given.type, shape=fewer))
            part = [*facts[:index], bare, *facts[index + 1 :]]
            found = [result.shape for result in rule(Site(site.node, part, case.opset))]
            assert all(map(weaker, whole, found)), (index, fewer, whole, found)
