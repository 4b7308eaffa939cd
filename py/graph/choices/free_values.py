"""The elements of a small input that the user gives with --value."""

from py.errors import JoulegraphError
from py.graph.choices.choices import Value
from py.graph.fact import Values
from py.graph.file.payload import MAX_VALUES
from py.graph.rules.arithmetic import settle
from py.graph.tensor_type import TensorType


def bound_values(name: str, kind: TensorType, value: Value | None) -> Values | None:
    """Return the elements of input ``name``; one number fills the whole tensor."""
    if value is None:
        return None
    given = value if isinstance(value, tuple) else (value,)
    elements = kind.elements
    if elements is None or elements > MAX_VALUES or len(given) not in (1, elements):
        raise JoulegraphError(
            "bad-value",
            f"Input {name[:80]!r} has {'?' if elements is None else format(elements, ',')} "
            f"elements, got {len(given):,} values.",
            f"Give one value, or one per element (up to {MAX_VALUES:,}).",
        )
    settled = tuple(settle(number, kind.dtype) for number in given)
    return settled * elements if len(given) == 1 else settled
