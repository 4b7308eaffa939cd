"""What is chosen for single layers, by name: widths, zero fractions, how much of one runs, exits.

``from_json`` of each is bounded: the page, a link and the terminal all come through here. A name
stands for every layer that is called so; an exit lies after the last of them.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from py.layers import Bits, Zeros

MOST_LAYERS = 20_000
MOST_NAME = 1_000
Value = TypeVar("Value")
_TENSORS = ("ifmap", "weight", "ofmap")
_WIDTHS = ("weight", "activation")
_ROUNDING = 1e-9
"""By how much shares that were rounded may come to more than 1 together."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of the network: a share of all inferences ends after a layer."""

    after: str
    leave: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "leave", share(self.leave))

    def as_json(self) -> dict[str, Any]:
        return {"after": self.after, "leave": self.leave}


def bits_by_layer(given: Any) -> dict[str, Bits]:
    """Return widths by layer from ``{name: {"weight": 4, "activation": 8}}``; null is unchanged.

    Raises:
        ValueError: saying what was expected.
    """
    return _by_layer(given, _bits)


def zeros_by_layer(given: Any) -> dict[str, Zeros]:
    """Return zero fractions by layer from ``{name: {"ifmap": 0.5, "weight": 0.2}}``.

    Raises:
        ValueError: saying what was expected.
    """
    return _by_layer(given, _zeros)


def active_by_layer(given: Any) -> dict[str, float]:
    """Return the share of inferences in which a layer runs, from ``{name: 0.5}``.

    Raises:
        ValueError: saying what was expected.
    """
    return _by_layer(given, share)


def exits_of(given: Any) -> tuple[Exit, ...]:
    """Return the exits of ``[{"after": name, "leave": share}]``.

    Raises:
        ValueError: saying what was expected.
    """
    if not isinstance(given, list) or len(given) > MOST_LAYERS:
        raise ValueError(f"a list of at most {MOST_LAYERS} exits, got {str(given)[:40]!r}")
    found = []
    for entry in given:
        if not isinstance(entry, dict) or entry.keys() != {"after", "leave"}:
            raise ValueError(f'an exit is {{"after", "leave"}}, got {str(entry)[:60]!r}')
        found.append(Exit(_name(entry["after"]), share(entry["leave"])))
    return checked_exits(tuple(found))


def checked_exits(exits: tuple[Exit, ...]) -> tuple[Exit, ...]:
    """Return exits whose shares come to 1 at most.

    Raises:
        ValueError: they come to more.
    """
    together = math.fsum(own.leave for own in exits)
    if together > 1.0 + _ROUNDING:
        raise ValueError(f"shares that leave come to 1 at most, got {together:.6g} together")
    return exits


def share(given: Any) -> float:
    """Return a share from 0 to 1.

    Raises:
        ValueError: it is none.
    """
    is_number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if not is_number or not 0 <= given <= 1:
        raise ValueError(f"a share from 0 to 1, got {str(given)[:40]!r}")
    return float(given)


def bits_as_json(chosen: Mapping[str, Bits]) -> dict[str, Any]:
    """Return widths as JSON."""
    return {
        name: {"weight": bits.weight, "activation": bits.activation}
        for name, bits in chosen.items()
    }


def zeros_as_json(chosen: Mapping[str, Zeros]) -> dict[str, Any]:
    """Return zero fractions as JSON, those that are not given left out."""
    return {
        name: {tensor: value for tensor, value in zeros.as_json().items() if value is not None}
        for name, zeros in chosen.items()
    }


def _by_layer(given: Any, read: Callable[[Any], Value]) -> dict[str, Value]:
    if not isinstance(given, dict) or len(given) > MOST_LAYERS:
        raise ValueError(f"at most {MOST_LAYERS} entries by layer, got {str(given)[:40]!r}")
    return {_name(name): read(entry) for name, entry in given.items()}


def _name(given: Any) -> str:
    if not isinstance(given, str) or not 1 <= len(given) <= MOST_NAME:
        raise ValueError(f"a layer's name of 1 to {MOST_NAME} characters, got {str(given)[:40]!r}")
    return given


def _bits(entry: Any) -> Bits:
    try:
        return Bits(**_only(entry, _WIDTHS))
    except ValueError:
        expected = "widths of weight and activation, 1 to 64 bits or null"
        raise ValueError(f"{expected}, got {str(entry)[:60]!r}") from None


def _zeros(entry: Any) -> Zeros:
    given = _only(entry, _TENSORS)
    return Zeros(**{name: None if own is None else share(own) for name, own in given.items()})


def _only(entry: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return an entry that has some of the names, and no others."""
    if not isinstance(entry, dict) or entry.keys() - set(names):
        raise ValueError(f"an entry of {', '.join(names)}, got {str(entry)[:60]!r}")
    return entry
