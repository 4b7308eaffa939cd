"""The operators that have a rule, by domain and name."""

from collections.abc import Callable, Iterable

from py.graph.fact import Fact
from py.graph.rules.site import Site
from py.registry import Registry

Rule = Callable[[Site], Iterable[Fact]]
_LATE = (
    "accumulation attention classical diagonals einsum losses microsoft occurrence one_hot "
    "quantisation ranking recurrent regions sampling scattering sequences signal text training"
)
_RULES: Registry[Rule] = Registry(f"py.graph.rules.{name}" for name in _LATE.split())


def rule(operators: str, domain: str = "") -> Callable[[Rule], Rule]:
    """Register the decorated function as the rule of the operators, names with spaces between."""

    def register(function: Rule) -> Rule:
        _RULES.add(operators, domain, function)
        return function

    return register


find_rule = _RULES.find
known_operators = _RULES.known
load_all = _RULES.load
