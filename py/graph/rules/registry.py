"""The operators that have a rule, by domain and name."""

from collections.abc import Callable, Iterable

from py.graph.fact import Fact
from py.graph.rules.site import Site
from py.registry import Registry

Rule = Callable[[Site], Iterable[Fact]]
_FAMILIES = (
    "elementwise reshaping matrix_product constants shape_arithmetic gathering joining movement "
    "reduction normalisation casting slicing choosing convolution pooling padding resampling "
    "quantisation ranking one_hot attention recurrent einsum scattering occurrence sampling "
    "microsoft sequences classical signal regions diagonals accumulation losses text training"
)
_RULES: Registry[Rule] = Registry(f"py.graph.rules.{name}" for name in _FAMILIES.split())


def rule(operators: str, domain: str = "") -> Callable[[Rule], Rule]:
    """Register the decorated function as the rule of the operators, names with spaces between."""

    def register(function: Rule) -> Rule:
        _RULES.add(operators, domain, function)
        return function

    return register


find_rule = _RULES.find
known_operators = _RULES.known
load_all = _RULES.load
