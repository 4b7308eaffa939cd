"""How a model is priced: what the page, a link and the terminal can ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from py.breakdown.layer_choices import (
    Exit,
    active_by_layer,
    bits_as_json,
    bits_by_layer,
    checked_exits,
    exits_of,
    zeros_as_json,
    zeros_by_layer,
)
from py.layers import Bits, Choices, Density, Zeros
from py.platforms.measured.calibration import Calibration

OPTIMIZERS = ("sgd", "momentum", "adam")
MOST_AXES = 4
MOST_PES = 1 << 16
MOST_HERTZ = 1e12


class WhatIfError(ValueError):
    """An option of what-if is not what it should be; ``option`` is its name."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(f"{option}: {message}")
        self.option, self.expected = option, message


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is priced. ``bits`` overrides the widths of all layers.

    ``dataflow`` is the one that was asked for by name, and ``objective`` of what its mapping of a
    layer has the least (energy, delay, energy_delay); ``capacities`` are bytes by the id of a
    level, ``array`` the PEs along its axes and ``clock_hz`` the clock in place of the file's: the
    platform is made with them. ``fuse``: what fusing layers would save is looked into as well.
    ``calibration`` scales what was measured to one's own software.

    By the names of layers: ``layer_bits`` go before ``bits``, ``layer_zeros`` before the density,
    ``active`` is the share of inferences in which a layer runs, or of its work that is done, and at
    ``exits`` a share of all inferences ends. ``train`` makes the model a training step with an
    optimizer: sgd, momentum or adam.

    None is what nobody asks for; an empty value of those by name, of ``capacities``, ``array`` and
    ``train``, a clock of 0 and ``Bits()`` take back what a link says.
    """

    choices: Choices = field(default_factory=Choices)
    bits: Bits | None = None
    density: Density | None = None
    dataflow: str | None = None
    capacities: Mapping[str, int] | None = None
    fuse: bool | None = None
    objective: str | None = None
    calibration: Calibration | None = None
    layer_bits: Mapping[str, Bits] | None = None
    layer_zeros: Mapping[str, Zeros] | None = None
    active: Mapping[str, float] | None = None
    exits: tuple[Exit, ...] | None = None
    array: tuple[int, ...] | None = None
    clock_hz: float | None = None
    train: str | None = None

    def __post_init__(self) -> None:
        if self.train:
            train_of(self.train)
        if self.clock_hz:
            clock_of(self.clock_hz)
        if self.array:
            array_of(list(self.array))
        checked_exits(self.exits or ())

    def as_json(self, batch: int) -> dict[str, Any]:
        bits = self.bits
        return {
            "batch": batch,
            "bits": None
            if not bits or bits == Bits()
            else {"weight": bits.weight, "activation": bits.activation},
            "density": None if self.density is None else {"source": self.density.source},
            **({} if self.dataflow is None else {"dataflow": self.dataflow}),
            **({} if self.objective is None else {"objective": self.objective}),
            **({"capacities": dict(self.capacities)} if self.capacities else {}),
            **({"fuse": True} if self.fuse else {}),
            **({} if self.calibration is None else {"calibration": self.calibration.as_json()}),
            **({"layer_bits": bits_as_json(self.layer_bits)} if self.layer_bits else {}),
            **({"layer_zeros": zeros_as_json(self.layer_zeros)} if self.layer_zeros else {}),
            **({"active": dict(self.active)} if self.active else {}),
            **({"exits": [own.as_json() for own in self.exits]} if self.exits else {}),
            **({"array": list(self.array)} if self.array else {}),
            **({"clock_hz": self.clock_hz} if self.clock_hz else {}),
            **({"train": self.train} if self.train else {}),
            **self.choices.as_json(),
        }

    def with_what_if(self, given: Mapping[str, Any]) -> "Options":
        """Return the options with those of what-if that a JSON object has, from ``layer_bits`` on.

        ``false`` takes one back that a link states; null, or nothing, leaves it.

        Raises:
            WhatIfError: naming the option, what it should be and what was got.
        """
        found = {}
        for name, (read, nothing) in _WHAT_IF.items():
            value = given.get(name)
            if value is None:
                continue
            try:
                found[name] = nothing if value is False else read(value)
            except ValueError as error:
                raise WhatIfError(name, str(error)) from None
        return replace(self, **found)

    def over(self, linked: "Options") -> "Options":
        """Return what a link says, with what these options say going before it."""

        def first(asked: Any, said: Any) -> Any:
            return said if asked is None else asked

        own = {
            name: first(getattr(self, name), getattr(linked, name))
            for name in (
                *("capacities", "fuse", "layer_bits", "layer_zeros", "active", "exits"),
                *("bits", "array", "clock_hz", "train"),
            )
        }
        return replace(
            linked,
            **own,
            density=self.density or linked.density,
            dataflow=self.dataflow or linked.dataflow,
            objective=self.objective or linked.objective,
            calibration=self.calibration or linked.calibration,
        )


def array_of(given: Any) -> tuple[int, ...]:
    """Return the PEs along each axis of an array.

    Raises:
        ValueError: saying what was expected.
    """
    if (
        not isinstance(given, list)
        or len(given) > MOST_AXES
        or not all(isinstance(size, int) and not isinstance(size, bool) for size in given)
        or not all(1 <= size <= MOST_PES for size in given)
    ):
        expected = f"rows and columns of an array, each from 1 to {MOST_PES}"
        raise ValueError(f"{expected}, got {str(given)[:40]!r}")
    return tuple(given)


def clock_of(given: Any) -> float:
    """Return a clock in hertz.

    Raises:
        ValueError: saying what was expected.
    """
    is_number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if not is_number or not 1 <= given <= MOST_HERTZ:
        raise ValueError(f"a clock from 1 to {MOST_HERTZ:g} Hz, got {str(given)[:40]!r}")
    return float(given)


def train_of(given: Any) -> str:
    """Return the name of an optimizer.

    Raises:
        ValueError: saying which there are.
    """
    if given not in OPTIMIZERS:
        raise ValueError(f"one of {', '.join(OPTIMIZERS)}, got {str(given)[:40]!r}")
    return str(given)


_WHAT_IF: Mapping[str, tuple[Callable[[Any], Any], Any]] = {
    "layer_bits": (bits_by_layer, {}),
    "layer_zeros": (zeros_by_layer, {}),
    "active": (active_by_layer, {}),
    "exits": (exits_of, ()),
    "array": (array_of, ()),
    "clock_hz": (clock_of, 0.0),
    "train": (train_of, ""),
}
"""What reads each option of what-if, and what takes it back."""
