"""A sweep: every model on every platform at every point of a grid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from py.sweep.asked.grid import Grid, Point


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is swept; ``models`` and ``platforms`` as ``py.estimate`` takes them.

    ``top_errors`` are shares of wrong answers by a model's path or name. ``layers``: the layers of
    every row are kept as well; ``links``: every row has the address that shows it, under ``site``.

    Raises:
        ValueError: no model or no platform, or one twice.
    """

    models: tuple[str, ...]
    platforms: tuple[str, ...]
    grid: Grid = field(default_factory=Grid)
    top_errors: Mapping[str, float] = field(default_factory=dict)
    layers: bool = False
    links: bool = True
    site: str = ""

    def __post_init__(self) -> None:
        for name in ("models", "platforms"):
            given = getattr(self, name)
            if not given or len(set(given)) < len(given):
                raise ValueError(f"Sweep.{name}: at least one, each once, got {str(given)[:80]}")

    def points(self, kinds: Mapping[str, str]) -> Iterator[tuple[str, str, Point]]:
        """Yield model, platform and point of every combination, in the order of the rows.

        ``kinds`` has the kind of each platform: what only accelerators take is left out elsewhere.
        """
        grids = {name: self.grid.of_kind(kinds[name]) for name in self.platforms}
        for model in self.models:
            for platform in self.platforms:
                for point in grids[platform].points():
                    yield model, platform, point

    def count(self, kinds: Mapping[str, str]) -> int:
        """Return how many combinations there are."""
        points = sum(self.grid.of_kind(kinds[name]).size for name in self.platforms)
        return len(self.models) * points

    def as_json(self) -> dict[str, Any]:
        """Return the sweep as its provenance tells it; bytes of names that are no characters
        are escaped.
        """
        return {
            "models": list(map(_writable, self.models)),
            "platforms": list(map(_writable, self.platforms)),
            "grid": {name: list(map(_writable, texts)) for name, texts in self.grid.values.items()},
            "top_errors": {_writable(name): error for name, error in self.top_errors.items()},
            "layers": self.layers,
            "links": self.links,
            "site": _writable(self.site),
        }


def _writable(text: str) -> str:
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()
