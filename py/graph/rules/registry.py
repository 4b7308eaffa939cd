"""The operators that have a rule, by domain and name."""

from collections.abc import Callable, Iterable
from importlib import import_module

from py.graph.fact import Fact
from py.graph.rules.site import Site

Rule = Callable[[Site], Iterable[Fact]]
_RULES: dict[tuple[str, str], Rule] = {}
# Operators outside of the standard: most models have none, and importing their rules takes longer
# than a small model.
_LATE = ["py.graph.rules.microsoft"]


def rule(operators: str, domain: str = "") -> Callable[[Rule], Rule]:
    """Register the decorated function as the rule of the operators, names with spaces between."""

    def register(function: Rule) -> Rule:
        for operator in operators.split():
            if (domain, operator) in _RULES:
                raise ValueError(f"rule: one rule per operator, got two of {operator}")
            _RULES[domain, operator] = function
        return function

    return register


def find_rule(domain: str, op: str) -> Rule | None:
    """Return the rule of an operator, None where there is none."""
    found = _RULES.get((domain, op))
    if found is None and _LATE:
        load_all()
        found = _RULES.get((domain, op))
    return found


def load_all() -> None:
    """Import the rules that wait until a model asks for an operator that the others lack."""
    while _LATE:
        import_module(_LATE.pop())


def known_operators() -> frozenset[tuple[str, str]]:
    """Return (domain, operator) of every operator that has a rule."""
    load_all()
    return frozenset(_RULES)
