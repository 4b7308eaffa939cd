"""Sums of coefficients times products of factors of features: equations (1) and (2) of papers/003.

A term is written as its factors, joined by `` * ``; one without factors is ``1``. A factor is a
feature's name, or a function of it, and may be raised to a whole power: ``cin``, ``cin^2``,
``sqrt(cout)``, ``ceil(cout,16)``. The functions are in ``FUNCTIONS``.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter

MOST_TERMS = 2000
MOST_FACTORS = 12
MOST_POWER = 6

_Value = Callable[[Mapping[str, float]], float]

FUNCTIONS: Mapping[str, tuple[int, Callable[..., float], str]] = {
    "sqrt": (0, math.sqrt, "the square root"),
    "per": (0, lambda x: 1.0 / x if x > 0 else 0.0, "one over it"),
    "log": (0, lambda x: math.log(max(x, 1e-30)), "the natural logarithm"),
    "ceil": (1, lambda x, t: math.ceil(x / t) * t, "rounded up to a multiple: whole tiles"),
    "floor": (1, lambda x, t: math.floor(x / t) * t, "rounded down to a multiple: full tiles"),
    "reach": (1, lambda x, t: x if x >= t else 0.0, "itself where it is at least so much, else 0"),
    "above": (1, lambda x, t: 1.0 if x > t else 0.0, "1 where it is more, else 0"),
    "beyond": (1, lambda x, t: max(0.0, 1.0 - t / x) if x > 0 else 0.0, "the share that exceeds"),
    "excess": (1, lambda x, t: max(0.0, x - t), "what exceeds"),
    "least": (1, min, "the lesser of the two"),
    "between": (2, lambda x, a, b: 1.0 if a <= x < b else 0.0, "1 from the first to the second"),
}
"""Functions of a feature: how many numbers they take besides, and what they are."""

_FACTOR = re.compile(
    r"([a-z_]{1,30})(?:\(([a-z_]{1,30})((?:,[0-9.e+-]{1,20}){0,2})\))?(?:\^([1-9]))?\Z"
)


@dataclass(frozen=True, slots=True)
class Factor:
    """A function of one feature, to a power."""

    text: str
    feature: str
    of: _Value

    def __call__(self, features: Mapping[str, float]) -> float:
        return self.of(features)


@lru_cache(8192)
def factor_of(text: str) -> Factor:
    """Return the factor that a text stands for.

    Raises:
        ValueError: what is wrong with the text.
    """
    found = _FACTOR.match(text)
    if found is None:
        raise ValueError(
            f"a factor such as sqrt(cin), ceil(cout,16) or kernel^2, got {text[:60]!r}"
        )
    head, inner, numbers, power = found.groups()
    name = head if inner is None else inner
    value = _plain(name) if inner is None else _function(head, name, numbers or "", text)
    exponent = int(power or 1)
    if exponent > MOST_POWER:
        raise ValueError(f"a power up to {MOST_POWER}, got {text[:60]!r}")
    return Factor(text, name, value if exponent == 1 else _to_the(value, exponent))


def _plain(name: str) -> _Value:
    return lambda features: features[name]


def _to_the(value: _Value, power: int) -> _Value:
    """Multiply rather than ask a library's pow, whose last digit is another in the page."""
    return lambda features: math.prod([value(features)] * power)


def _function(head: str, name: str, numbers: str, text: str) -> _Value:
    if head not in FUNCTIONS:
        raise ValueError(f"a function among {', '.join(FUNCTIONS)}, got {text[:60]!r}")
    takes, function, _ = FUNCTIONS[head]
    try:
        given = [float(number) for number in numbers.split(",")[1:]]
    except ValueError:
        raise ValueError(f"numbers in a factor, got {text[:60]!r}") from None
    if len(given) != takes or not all(0 <= number < math.inf for number in given):
        raise ValueError(f"{takes} finite numbers for {head}, got {text[:60]!r}")
    if head in ("ceil", "floor") and not given[0] > 0:
        raise ValueError(f"a multiple above 0, got {text[:60]!r}")
    return lambda features: float(function(features[name], *given))


@dataclass(frozen=True, slots=True)
class Term:
    """A coefficient times a product of factors."""

    text: str
    coefficient: float
    factors: tuple[Factor, ...]


def factors_of(text: str) -> tuple[Factor, ...]:
    """Return the factors of a term's text.

    Raises:
        ValueError: what is wrong with the text.
    """
    if text == "1":
        return ()
    parts = text.split(" * ")
    if len(parts) > MOST_FACTORS:
        raise ValueError(f"at most {MOST_FACTORS} factors, got {len(parts)}")
    return tuple(factor_of(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Polynomial:
    """Terms that add up to a time in seconds, an energy in joules or a power in watts.

    A factor that several terms have is worked out once for all of them.

    Raises:
        ValueError: too many terms, or a coefficient that is not finite.
    """

    terms: tuple[Term, ...]
    _factors: tuple[Factor, ...] = field(init=False, compare=False, repr=False)
    _products: tuple[tuple[float, Callable[[Sequence[float]], tuple[float, ...]]], ...] = field(
        init=False, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        if not 1 <= len(self.terms) <= MOST_TERMS:
            raise ValueError(f"Polynomial: from 1 to {MOST_TERMS} terms, got {len(self.terms)}")
        for term in self.terms:
            if not math.isfinite(term.coefficient):
                raise ValueError(f"Polynomial: finite coefficients, got {term.coefficient!r}")
        place: dict[str, int] = {}
        found: list[Factor] = []
        for term in self.terms:
            for factor in term.factors:
                if factor.text not in place:
                    place[factor.text] = len(found)
                    found.append(factor)
        # What is taken out is a tuple from two places on: the ones at the end fill up short terms.
        ones = len(found), len(found)
        products = [
            (term.coefficient, itemgetter(*(place[one.text] for one in term.factors), *ones))
            for term in self.terms
        ]
        object.__setattr__(self, "_factors", tuple(found))
        object.__setattr__(self, "_products", tuple(products))

    @property
    def features(self) -> frozenset[str]:
        """Return the names of the features that the terms ask for."""
        return frozenset(factor.feature for factor in self._factors)

    def contributions(self, features: Mapping[str, float]) -> list[float]:
        """Return what each term adds."""
        values = [*(factor.of(features) for factor in self._factors), 1.0]
        return [math.prod(of(values), start=first) for first, of in self._products]

    def value(self, features: Mapping[str, float]) -> float:
        return added(self.contributions(features))


def added(parts: Sequence[float]) -> float:
    """Return the sum, NaN where coefficients of a strange file make it none."""
    try:
        return math.fsum(parts)
    except (ValueError, OverflowError):
        return math.nan


def polynomial(terms: Mapping[str, float]) -> Polynomial:
    """Return the sum of coefficients by the texts of their terms.

    Raises:
        ValueError: what is wrong with a term.
    """
    return Polynomial(
        tuple(Term(text, coefficient, factors_of(text)) for text, coefficient in terms.items())
    )
