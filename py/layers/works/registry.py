"""The operators whose work is known, by domain and name."""

from collections.abc import Callable

from py.layers.works.place import Place
from py.layers.works.work import Work

Works = Callable[[Place], tuple[Work, ...]]
_WORKS: dict[tuple[str, str], Works] = {}
_MULTIPLIES: set[tuple[str, str]] = set()

MICROSOFT = "com.microsoft"
BLOCKED = "com.microsoft.nchwc"  # channels in blocks of 8 or 16, as the CPU provider has them
CHANNELS_LAST = "com.ms.internal.nhwc"  # as other providers have them
MACHINE_LEARNING = "ai.onnx.ml"
PREVIEW = "ai.onnx.preview"


def works(
    operators: str, domain: str = "", *, multiplies: bool = False
) -> Callable[[Works], Works]:
    """Register the decorated function for the operators, names with spaces between.

    ``multiplies`` says that they do MACs.
    """

    def register(function: Works) -> Works:
        for operator in operators.split():
            if (domain, operator) in _WORKS:
                raise ValueError(f"works: one function per operator, got two of {operator}")
            _WORKS[domain, operator] = function
            if multiplies:
                _MULTIPLIES.add((domain, operator))
        return function

    return register


def find_works(domain: str, op: str) -> Works | None:
    """Return the function that counts an operator's work, None where there is none."""
    return _WORKS.get((domain, op))


def does_macs(domain: str, op: str) -> bool:
    """Say whether an operator is one of those whose work is counted in MACs."""
    return (domain, op) in _MULTIPLIES


def known_works() -> frozenset[tuple[str, str]]:
    """Return (domain, operator) of every operator whose work is known."""
    return frozenset(_WORKS)
