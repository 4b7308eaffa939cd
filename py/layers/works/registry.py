"""The operators whose work is known, by domain and name."""

from collections.abc import Callable

from py.layers.works.place import Place
from py.layers.works.work import Work
from py.registry import Registry

Works = Callable[[Place], tuple[Work, ...]]
_FAMILIES = (
    "elementwise movements products reductions norms convolutions pools recurrent attention "
    "einsum other_products packed_products fused_attention sampling experts linear_attention "
    "sparse_attention attentive_recurrence machine_learning spectra text"
)
_WORKS: Registry[Works] = Registry(f"py.layers.works.{name}" for name in _FAMILIES.split())
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
        _WORKS.add(operators, domain, function)
        if multiplies:
            _MULTIPLIES.update((domain, operator) for operator in operators.split())
        return function

    return register


find_works = _WORKS.find
known_works = _WORKS.known
load_all = _WORKS.load


def does_macs(domain: str, op: str) -> bool:
    """Say whether an operator is one of those whose work is counted in MACs."""
    return find_works(domain, op) is not None and (domain, op) in _MULTIPLIES
