"""Regimes: where a library changes its algorithm, by channels and windows, time jumps by a factor.

A tree of questions "is this feature at most so much?" leads to a factor. It never asks for the
batch or the size of a map, so that time still grows with these.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

MOST_DEPTH = 24
ASKED = ("cin", "cout", "kernel", "stride", "groups")
"""The features that a regime may depend on."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A factor on the polynomial."""

    factor: float

    def __post_init__(self) -> None:
        if not 0 < self.factor < math.inf:
            raise ValueError(f"Leaf.factor: above 0, got {self.factor!r}")

    def at(self, _features: Mapping[str, float]) -> float:
        return self.factor


@dataclass(frozen=True, slots=True)
class Split:
    """A question: up to ``most`` of a feature it is ``low`` that holds, above it ``high``."""

    feature: str
    most: float
    low: "Leaf | Split"
    high: "Leaf | Split"

    def __post_init__(self) -> None:
        if self.feature not in ASKED:
            raise ValueError(f"Split.feature: one of {', '.join(ASKED)}, got {self.feature!r}")
        if not math.isfinite(self.most):
            raise ValueError(f"Split.most: finite, got {self.most!r}")

    def at(self, features: Mapping[str, float]) -> float:
        """Return the factor for a workload's features."""
        found: Leaf | Split = self
        while isinstance(found, Split):
            found = found.low if features[found.feature] <= found.most else found.high
        return found.factor


Regimes = Leaf | Split
EVERYWHERE = Leaf(1.0)
