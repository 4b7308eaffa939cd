"""A grid: the values of each axis, and the points that they span."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod

from py.errors import JoulegraphError
from py.sweep.asked.axes import AXES

MOST_POINTS = 1_000_000
_MOST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Point:
    """One value for each axis of a grid, in the axes' order; an axis that is not there has none."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def arguments(self) -> list[str]:
        """Return the arguments of ``py.estimate`` that ask for this point."""
        return [
            argument for name, text in self.texts.items() for argument in AXES[name].arguments(text)
        ]


@dataclass(frozen=True, slots=True)
class Grid:
    """The values of each axis, as texts; an axis that is left out is left as it is.

    Raises:
        JoulegraphError: ``bad-option`` for an axis that does not exist, one without values, a value
            twice, or more points than can be swept.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, texts in self.values.items():
            if name not in AXES:
                raise _bad(f"A grid has the axes {', '.join(AXES)}, got {name[:40]!r}")
            if not texts or any(not text or len(text) > _MOST_TEXT for text in texts):
                raise _bad(f"The axis {name} takes at least one value, got {str(texts)[:60]}")
            if len(set(texts)) < len(texts):
                twice = next(text for text in texts if texts.count(text) > 1)
                raise _bad(f"The axis {name} has {twice[:40]!r} twice")
        ordered = {name: tuple(self.values[name]) for name in AXES if name in self.values}
        object.__setattr__(self, "values", ordered)
        if self.size > MOST_POINTS:
            raise _bad(f"A grid has up to {MOST_POINTS:,} points, got {self.size:,}")

    @property
    def size(self) -> int:
        return prod(map(len, self.values.values()))

    def of_kind(self, kind: str) -> "Grid":
        """Return the grid for platforms of a kind: only accelerators have axes of hardware."""
        if kind == "accelerator":
            return self
        return Grid(
            {name: texts for name, texts in self.values.items() if not AXES[name].of_hardware}
        )

    def points(self) -> Iterator[Point]:
        """Yield the points, the last axis fastest."""
        for texts in product(*self.values.values()):
            yield Point(dict(zip(self.values, texts, strict=True)))


def _bad(what: str) -> JoulegraphError:
    return JoulegraphError("bad-option", f"{what}.", "Correct the grid.")
