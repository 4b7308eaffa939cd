"""What is chosen for a layer on an accelerator, and all that the choice depends on: to be kept.

The mapper's answer to a layer takes up to seconds and is the same wherever it is asked for. With
these two it can be found by one process and learnt by another, or be kept on disk.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from py.layers.layer import Zeros
from py.layers.loops import LoopNest
from py.platforms.accelerator.best import Best
from py.platforms.accelerator.costs import Widths
from py.platforms.accelerator.mapper.found import Found
from py.platforms.accelerator.nest.dims import Sizes
from py.platforms.accelerator.nest.mapping import Mapping

_NUMBERS = ("energy", "delay", "value", "bound")
_COUNTS = ("cycles", "looked_at")


class LayerQuestion(NamedTuple):
    """What the choice of a layer's mapping depends on, beside the platform."""

    loops: LoopNest
    widths: Widths
    zeros: Zeros

    def as_json(self) -> dict[str, Any]:
        widths = self.widths
        return {
            "loops": self.loops.as_json(),
            "widths": [widths.weight, widths.activation, widths.psum],
            "zeros": self.zeros.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """The best mapping of a layer; ``flat`` where it is priced as one on flat inputs."""

    flat: bool
    best: Best

    def as_json(self) -> dict[str, Any]:
        found = self.best.found
        return {
            "flat": self.flat,
            "cut": [list(pair) for pair in self.best.cut],
            "tiles": [list(tile) for tile in found.mapping.tiles],
            "unrolled": [list(factors) for factors in found.mapping.unrolled],
            "orders": list(found.mapping.orders),
            "kept": [list(kept) for kept in found.mapping.kept],
            **{name: getattr(found, name) for name in (*_NUMBERS, *_COUNTS)},
        }

    @classmethod
    def from_json(cls, data: Any) -> "Choice":
        """Return the choice that ``as_json`` has told.

        Raises:
            ValueError: it is not such a one.
        """
        try:
            mapping = Mapping(
                tuple(_whole(tile) for tile in data["tiles"]),
                tuple(_whole(factors) for factors in data["unrolled"]),
                tuple(str(order) for order in data["orders"]),
                tuple((kept[0] is True, kept[1] is True, kept[2] is True) for kept in data["kept"]),
            )
            numbers = {name: float(data[name]) for name in _NUMBERS}
            counts = {name: int(data[name]) for name in _COUNTS}
            cut = tuple((str(level), str(dim)) for level, dim in data["cut"])
            return cls(data["flat"] is True, Best(Found(mapping, **numbers, **counts), cut))  # type: ignore[arg-type]
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise ValueError(f"Choice: not what as_json tells ({error!r})") from None


def _whole(sizes: Any) -> Sizes:
    if not all(isinstance(size, int) and not isinstance(size, bool) for size in sizes):
        raise ValueError(f"Choice: whole sizes, got {str(sizes)[:60]}")
    return cast(Sizes, tuple(sizes))  # how many there are, the mapping checks
