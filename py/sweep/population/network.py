"""A network as a list of layers, with how often each stands in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from py.layers import Layer, Model
from py.quantities import total_count
from py.sweep.population.layers import alike

Cell = Callable[[int, int], Iterable[Layer]]
"""The layers of one cell for so many channels and maps with sides of so many."""


class Stage(NamedTuple):
    """A row of so many equal cells."""

    cells: int
    channels: int
    size: int


@dataclass(frozen=True, slots=True)
class Network:
    """Layers without names, each with how often it stands in the network.

    Raises:
        ValueError: a layer is there less than once.
    """

    layers: tuple[tuple[Layer, int], ...]

    def __post_init__(self) -> None:
        for layer, times in self.layers:
            if not isinstance(times, int) or isinstance(times, bool) or times < 1:
                raise ValueError(f"Network: each layer once or more, got {layer.kind} {times!r}")

    @classmethod
    def of(cls, layers: Iterable[Layer]) -> "Network":
        """Return the network of layers, such as those of a model, each as often as it is there."""
        return cls(tuple((alike(layer), 1) for layer in layers))

    @classmethod
    def of_cells(
        cls,
        cell: Cell,
        stages: Sequence[Stage],
        *,
        before: Iterable[Layer] = (),
        between: Callable[[Stage, Stage], Iterable[Layer]] = lambda _from, _to: (),
        after: Iterable[Layer] = (),
    ) -> "Network":
        """Return stages of equal cells, with layers before them, between two stages and after them.

        Whatever joins a cell with the next, as a ReLU that only one reads, is the cell's to say;
        ``drawing`` finds out by itself.
        """
        found = [(alike(layer), 1) for layer in before]
        last: Stage | None = None
        for stage in stages:
            if last is not None:
                found += [(alike(layer), 1) for layer in between(last, stage)]
            own = cell(stage.channels, stage.size)
            found += [(alike(layer), stage.cells) for layer in own]
            last = stage
        found += [(alike(layer), 1) for layer in after]
        return cls(tuple(found))

    def __len__(self) -> int:
        """Return the number of layers, each as often as it is there."""
        return total_count(times for _, times in self.layers) or 0

    @property
    def macs(self) -> int | None:
        """MACs of all layers; None where those of one are unknown."""
        each = ((layer.all_macs, times) for layer, times in self.layers)
        return total_count(None if macs is None else macs * times for macs, times in each)

    @property
    def parameters(self) -> int:
        """The parameters of all layers, which share none."""
        return total_count(layer.parameters * times for layer, times in self.layers) or 0

    def model(self, name: str = "network", batch: int = 1) -> Model:
        """Return the network as ``py.breakdown.price`` takes it, the layers named in order."""
        every = [layer for layer, times in self.layers for _ in range(times)]
        layers = tuple(
            replace(layer, name=f"{'+'.join(layer.op_types)}_{place}", nodes=(place,))
            for place, layer in enumerate(every)
        )
        return Model(name, "table", batch, layers, parameters=self.parameters)
