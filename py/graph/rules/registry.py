"""The operators that have a rule, by domain and name."""

from collections.abc import Callable, Iterable

from py.graph.fact import Fact
from py.graph.rules.site import Site

Rule = Callable[[Site], Iterable[Fact]]
_RULES: dict[tuple[str, str], Rule] = {}


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
    return _RULES.get((domain, op))


def known_operators() -> frozenset[tuple[str, str]]:
    """Return (domain, operator) of every operator that has a rule."""
    return frozenset(_RULES)
