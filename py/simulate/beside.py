"""A result beside what real values move and multiply in the same mappings."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum

from py.breakdown import LayerResult, Result
from py.errors import JoulegraphError
from py.layers import Layer
from py.notes import Note
from py.platforms.accelerator.engine import Accelerator
from py.simulate.analytical import Padding
from py.simulate.charged import Charged, coded_passes
from py.simulate.counted import LayerCount
from py.simulate.mapped import Mapped
from py.simulate.reasons import Reason, reasons
from py.simulate.run import Run
from py.simulate.simulation import Left, SimulatedLayer

NO_MACS = "it has no MACs: its zeros are counted, what it moves is not"


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity: of real values, as the result has it, and so with padding known to be zero."""

    simulated: float
    analytical: float
    padding_as_zero: float

    @classmethod
    def sum(cls, figures: "list[Figure]") -> "Figure":
        return cls(
            fsum(figure.simulated for figure in figures),
            fsum(figure.analytical for figure in figures),
            fsum(figure.padding_as_zero for figure in figures),
        )


@dataclass(frozen=True, slots=True)
class LayerBeside:
    """A layer; ``coded_bits`` are those of all accesses that are coded."""

    place: int
    name: str
    macs_done: Figure
    coded_bits: Figure
    energy_macs: Figure
    simulated: LayerCount
    analytical: LayerCount
    reason: Reason


def figure_of(layer: LayerBeside, quantity: str) -> Figure:
    """Return ``macs_done``, ``coded_bits`` or ``energy_macs`` of a layer."""
    figure: Figure = getattr(layer, quantity)
    return figure


@dataclass(frozen=True, slots=True)
class Beside:
    """All layers that were simulated, in the model's order; ``left`` are the others, and why."""

    result: Result
    source: str
    images: int
    layers: tuple[LayerBeside, ...]
    left: tuple[Left, ...]
    notes: tuple[Note, ...]

    def total(self, quantity: str) -> Figure:
        """Return the sum of ``macs_done``, ``coded_bits`` or ``energy_macs`` over all layers."""
        return Figure.sum([figure_of(layer, quantity) for layer in self.layers])

    @property
    def energy_share(self) -> float | None:
        """How much of the result's energy that of the simulated layers is."""
        everything = self.result.energy_macs
        return min(1.0, self.total("energy_macs").analytical / everything) if everything else None

    @property
    def sees_zeros(self) -> bool:
        """Whether the platform's figures depend on zeros at all."""
        platform = self.result.platform
        skips = isinstance(platform, Accelerator) and platform.hardware.skipped.rule != "none"
        return skips or bool(self.total("coded_bits").simulated)

    @property
    def places(self) -> tuple[int, ...]:
        """Return of each of the result's rows its layer's place among the model's."""
        return tuple(place for place, _ in rows_by_place(self.result))

    @property
    def mac_energy_j(self) -> float | None:
        """Return what turns MAC energies into joules, where the platform knows it."""
        for row in self.result.rows:
            return row.counted.mac_energy_j
        return None

    def reason_of(self, place: int) -> str | None:
        """Return why a layer of the model was not simulated; None for one that was."""
        return next((entry.reason for entry in self.left if entry.place == place), None)


def beside(result: Result, run: Run) -> Beside:
    """Put a result beside the values of a model that was run.

    Raises:
        JoulegraphError: ``simulate-nothing``, ``simulate-platform``.
    """
    platform = result.platform
    if not isinstance(platform, Accelerator):
        raise JoulegraphError(
            "simulate-platform",
            f"Values are simulated in mappings, and {platform.name} has none.",
            "Choose a platform of the kind accelerator.",
        )
    rows = dict(rows_by_place(result))
    charged = {
        place: Charged(platform, row.layer)
        for place, row in rows.items()
        if row.layer.loops is not None and row.layer.macs
    }
    places = {id(layer): place for place, layer in enumerate(result.model.layers)}

    def mapping_of(layer: Layer) -> Mapped | None:
        own = charged.get(places[id(layer)])
        return None if own is None else own.mapped

    simulation = run.simulate(mapping_of)
    passing: dict[str, dict[int, SimulatedLayer]] = {}
    for level in coded_passes(platform):
        again = run.simulate(
            lambda layer, level=level: (  # type: ignore[misc]
                None if (own := charged.get(places[id(layer)])) is None else own.passed(level)
            )
        )
        passing[level] = {layer.place: layer for layer in again.layers}
    layers = tuple(
        _layer(
            charged[layer.place],
            rows[layer.place],
            layer,
            {level: found[layer.place].count for level, found in passing.items()},
            reason,
        )
        for layer, reason in zip(simulation.layers, reasons(simulation.layers), strict=True)
    )
    left = {entry.place: entry for entry in simulation.left}
    for place, layer in enumerate(result.model.layers):
        if place not in charged:
            priced = place in rows
            why = NO_MACS if priced else f"it has no estimate on {platform.name}"
            left[place] = Left(layer.name, why, place)
    ordered = tuple(left[place] for place in sorted(left))
    return Beside(result, run.source, run.images, layers, ordered, simulation.notes)


def rows_by_place(result: Result) -> Iterator[tuple[int, LayerResult]]:
    """Yield a result's rows, each with its layer's place among the model's."""
    rows = iter(result.rows)
    row = next(rows, None)
    for place, layer in enumerate(result.model.layers):
        if row is None:
            return
        own = row.layer
        if (own.name, own.path, own.nodes, own.kind) == (
            *(layer.name, layer.path, layer.nodes, layer.kind),
        ):
            yield place, row
            row = next(rows, None)


def _layer(
    charged: Charged,
    row: LayerResult,
    layer: SimulatedLayer,
    passing: dict[str, LayerCount],
    reason: Reason,
) -> LayerBeside:
    counted = charged.settled(layer.count)
    paddings: tuple[Padding, Padding] = ("as_image", "as_zero")
    expected = [charged.expected(padding) for padding in paddings]
    passed = [
        {level: charged.expected(padding, level) for level in passing} for padding in paddings
    ]
    counts = (counted, *expected)
    ways = ({level: charged.settled(count, level) for level, count in passing.items()}, *passed)
    return LayerBeside(
        layer.place,
        layer.name,
        macs_done=Figure(*(charged.kept(count) for count in counts)),
        coded_bits=Figure(*(charged.coded_bits(count) for count in counts)),
        energy_macs=Figure(
            *(
                charged.energy(count, way, row.counted)
                for count, way in zip(counts, ways, strict=True)
            )
        ),
        simulated=counted,
        analytical=expected[0],
        reason=reason,
    )
