"""Expected cost: of a network some of whose layers run in a part of the inferences.

Conditional computation lets easy inputs leave early, or skips layers for them; spatially adaptive
networks do a part of a layer's work (papers: Panda et al., DATE 2016; Bolukbasi et al., ICML 2017;
Bengio et al., ICLR workshop 2016). A layer then counts with the share of inferences in which it
runs; for inferences that leave, that is what the layers up to their exit cost.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from py.breakdown.chosen_layers import named, reached
from py.breakdown.layer_choices import Exit
from py.breakdown.quantity import with_unit
from py.layers import Layer
from py.notes import Note
from py.platforms import Estimate
from py.quantities import total

_QUANTITIES = ("energy_j", "energy_macs", "time_s")
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Expected:
    """What all layers would cost in every inference, and which share of inferences gets how far.

    ``exits`` are those that the network has, in its order, ``reach`` the share of inferences that
    comes to each, and ``to_end`` the share that leaves at none. Quantities are of the whole batch.
    """

    exits: tuple[Exit, ...]
    reach: tuple[float, ...]
    to_end: float
    energy_j: float | None
    energy_macs: float | None
    time_s: float | None

    def as_json(self, now: Any) -> dict[str, Any]:
        """Return it as JSON, with what is saved; ``now`` has the quantities that are expected."""
        every = {name: getattr(self, name) for name in _QUANTITIES}
        return {
            "to_end": self.to_end,
            "exits": [
                {**own.as_json(), "reach": reach}
                for own, reach in zip(self.exits, self.reach, strict=True)
            ],
            "every": every,
            "saves": {name: _less(every[name], getattr(now, name)) for name in _QUANTITIES},
        }

    def note(self, now: Any, active: Sequence[str], batch: int) -> Note:
        """Return what is expected, in words; ``active`` are layers that run in a part alone."""
        told = [f"{_percent(own.leave)} leave after {own.after[:40]}" for own in self.exits]
        said = []
        if told:
            more = f" and more, at {len(told)} exits" if len(told) > _MOST_NAMED else ""
            left = ", ".join(told[:_MOST_NAMED])
            said.append(f"of all inferences {left}{more}; {_percent(self.to_end)} run to the end")
        if active:
            verb = "runs" if len(active) == 1 else "run"
            said.append(f"{named(active)} {verb} in a part of those that come so far")
        text = (
            f"Expected cost: {'; '.join(said)}. Each layer counts, in the network's order, with "
            f"the share of inferences in which it runs{self._saved(now)}."
        )
        if told:
            text += " What decides at an exit counts where the file has it, and not otherwise."
        if active or batch > 1:
            text += " Weights are taken to be fetched in the same share."
        return Note("expected", text)

    def _saved(self, now: Any) -> str:
        for name, unit, what in (
            ("energy_j", "J", "energy"),
            ("energy_macs", "MACe", "energy"),
            ("time_s", "s", "time"),
        ):
            every = getattr(self, name)
            less = _less(every, getattr(now, name))
            if less is not None and every:
                return (
                    f", which saves {_percent(less / every)} of the {what} of running all of them "
                    f"every time ({with_unit(less, unit)} of {with_unit(every, unit)})"
                )
        return ""


def expected_of(
    layers: Sequence[Layer], exits: Sequence[Exit], each: Iterable[tuple[Estimate, float]]
) -> Expected:
    """Return what is expected of layers; ``each`` is one's estimate with its runs in the model."""
    last = {layer.name: place for place, layer in enumerate(layers)}
    shares = reached(layers, exits)
    there = sorted((own for own in exits if own.after in last), key=lambda own: last[own.after])
    priced = list(each)
    energy_j, energy_macs, time_s = (
        total(
            None if (own := getattr(estimate, name)) is None else own * runs
            for estimate, runs in priced
        )
        for name in _QUANTITIES
    )
    to_end = max(0.0, 1.0 - math.fsum(own.leave for own in there))
    return Expected(
        tuple(there),
        tuple(shares[last[own.after]] for own in there),
        to_end,
        energy_j,
        energy_macs,
        time_s,
    )


def _less(every: float | None, now: float | None) -> float | None:
    return None if every is None or now is None else every - now


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
