"""Intervals of sums: how those of layers combine, by what is known of how alike their errors are.

Layers that are the same are off by the same, so their widths add up. Between different ones there
is one correlation per profile, fitted from whole networks; where it is not known, all widths are
added up: the bound, which holds whatever the correlation.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable

BOUND = "full correlation, a bound: too few whole networks were measured to fit one"


def rule_of(correlation: float | None) -> str:
    """Return in words how the intervals of layers are combined."""
    if correlation is None:
        return BOUND
    return f"a correlation of {correlation:.2g} between layers, fitted from whole networks"


def summed(
    layers: Iterable[tuple[Hashable, float, tuple[float, float]]], correlation: float | None
) -> tuple[float, float]:
    """Return the ends of a sum of layers, each a key (the same for the same), its value and ends.

    With the widths d of different layers below (or above) the value, the sum is off by the root of
    (1 - c) (d1^2 + d2^2 + ...) + c (d1 + d2 + ...)^2.
    """
    below: dict[Hashable, list[float]] = defaultdict(list)
    above: dict[Hashable, list[float]] = defaultdict(list)
    values = []
    for key, value, (low, high) in layers:
        values.append(value)
        below[key].append(value - low)
        above[key].append(high - value)
    total, shared = math.fsum(values), 1.0 if correlation is None else correlation
    return (
        max(0.0, total - _width(below.values(), shared)),
        total + _width(above.values(), shared),
    )


def _width(groups: Iterable[list[float]], correlation: float) -> float:
    """Return the width of a sum; one that is negative (a bias of the fit) stays so in the bound."""
    widths = [math.fsum(group) for group in groups]
    together = math.fsum(widths)
    if correlation == 1.0:
        return together
    apart = math.fsum(width * width for width in widths)
    return math.sqrt((1 - correlation) * apart + correlation * together * together)
