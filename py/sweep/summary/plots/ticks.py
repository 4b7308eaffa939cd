"""What the values of an axis are called."""

from collections.abc import Callable

from py.breakdown.quantity import with_unit


def in_unit(unit: str) -> Callable[[float], str]:
    """Return how values of a unit are written at an axis: as short as they go."""

    def name(value: float) -> str:
        number, _, prefixed = with_unit(value, unit).partition(" ")
        short = number.rstrip("0").rstrip(".") if "." in number else number
        return f"{short} {prefixed}".rstrip()

    return name


def in_percent(value: float) -> str:
    """Return a share of one in per cent."""
    return f"{100 * value:.4g} %"


def in_times(value: float) -> str:
    """Return a ratio."""
    return f"×{value:.3g}"
