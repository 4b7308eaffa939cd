"""The order of energy-aware pruning, and what each step saves (Yang et al. 2017, section V-B).

Fig. 8 there: layers are sorted by their energy, and pruned one after the other beginning with the
one that takes most, for the layers pruned early tend to lose more weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from py.breakdown import LayerResult, Result
from py.columns import several
from py.errors import JoulegraphError
from py.layers import Layer
from py.platforms import Estimate, Platform
from py.quantities import total
from py.scenarios.cost import Cost
from py.scenarios.setting import Tell, part_of, refuse_training

KEEP = 0.5
SOURCE = (
    "Yang, Chen, Emer, Sze 2017, A Method to Estimate the Energy Consumption of Deep Neural "
    "Networks, section V-B and Fig. 8"
)
_Rows = tuple[int, ...]
_Energy = tuple[float | None, float | None]
"""Joules and MAC energies."""


@dataclass(frozen=True, slots=True)
class PruneStep:
    """One layer pruned, after all before it.

    ``index`` is its place among the layers of the result, ``share`` its part of the energy before
    anything is pruned (of the time, where energy is not known), ``after`` what the whole network
    then costs, ``saves_j`` and ``saves_macs`` what this step takes off, below 0 where it adds.
    ``also`` are layers that read the same stored weights and are pruned with it. Where zeros are
    not priced, ``after`` and the savings are unknown.
    """

    layer: str
    index: int
    share: float | None
    energy_j: float | None
    energy_macs: float | None
    saves_j: float | None
    saves_macs: float | None
    also: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "layer": self.layer,
            "index": self.index,
            "share": self.share,
            "energy_j": self.energy_j,
            "energy_macs": self.energy_macs,
            "saves_j": self.saves_j,
            "saves_macs": self.saves_macs,
            **({"also": list(self.also)} if self.also else {}),
        }


@dataclass(frozen=True, slots=True)
class Pruning:
    """The steps in their order, what the network costs before them, and how it was worked out.

    ``order`` is by what the layers are ordered: energy, or time where that is not known. ``priced``
    says whether zeros change anything on the platform, ``held`` whether some mappings are those
    last found.
    """

    keep: float
    before: Cost
    steps: tuple[PruneStep, ...]
    about: str
    order: str = "energy"
    priced: bool = True
    held: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "keep": self.keep,
            "before": self.before.as_json(),
            "steps": [step.as_json() for step in self.steps],
            "about": self.about,
            "source": SOURCE,
        }


def prune(result: Result, keep: float, tell: Tell) -> Pruning:
    """Return the steps of pruning every layer with weights to a share of ``keep`` of them.

    Only the pruned layer's estimate changes, so only that is made anew: with a share of zeros in
    its weights of 1 - keep x (1 - zeros so far), wherever in the tensor they lie.

    Raises:
        JoulegraphError: ``keep-invalid``, ``nothing-to-prune``; ``of-training`` of a training step.
    """
    refuse_training(result.options.get("train"), "Energy-aware pruning is of an inference")
    if not 0.0 <= keep <= 1.0:
        raise JoulegraphError(
            "keep-invalid",
            f"The share of weights kept is from 0 to 1, got {keep!r:.40}.",
            "Give a share such as 0.5.",
        )
    rows = result.rows
    groups = _groups(rows)
    if not groups:
        raise JoulegraphError(
            "nothing-to-prune",
            "No layer of this model multiplies with weights of its own.",
            "Choose a model with convolutions or dense layers.",
        )
    worth = {group: _worth(result, group) for group in groups}
    groups.sort(key=lambda group: (-worth[group], group[0]))
    priced = result.platform.kind == "accelerator"
    steps: list[PruneStep] = []
    energies = [_energy(row) for row in rows]
    before = now = _summed(energies)
    held = result.held
    for place, group in enumerate(groups):
        told = part_of(tell, rows[group[0]].layer.name, place, len(groups))
        told(0.0)
        for at in group if priced else ():
            estimate = _pruned(rows[at].layer, result.platform, keep)
            energies[at] = estimate.energy_j, estimate.energy_macs
            held = held or bool((estimate.mapping or {}).get("held"))
        after = _summed(energies) if priced else (None, None)
        saves = (_less(now[0], after[0]), _less(now[1], after[1]))
        share = worth[group] / result.worth if result.worth else None
        names = tuple(rows[at].layer.name for at in group)
        steps.append(PruneStep(names[0], group[0], share, *after, *saves, names[1:]))
        now = after
    about = _about(result, keep, steps)
    cost = Cost(*before, result.time_s)
    return Pruning(keep, cost, tuple(steps), about, result.basis.word, priced, held)


def _groups(rows: Sequence[LayerResult]) -> list[_Rows]:
    """Return the places of layers with weights; those that read the same stored ones together."""
    found: dict[Any, list[int]] = {}
    for place, row in enumerate(rows):
        layer = row.layer
        if layer.macs and layer.weight_elements:
            found.setdefault((layer.path, layer.weights) if layer.weights else place, []).append(
                place
            )
    return [tuple(places) for places in found.values()]


def _worth(result: Result, group: _Rows) -> float:
    values = [result.basis.of(result.rows[at].estimate) for at in group]
    return total(values) or 0.0


def _pruned(layer: Layer, platform: Platform, keep: float) -> Estimate:
    """Return what a layer costs with fewer weights."""
    share = 1.0 - keep * (1.0 - (layer.zeros.weight or 0.0))
    estimate = platform.estimate(layer.with_zeros(replace(layer.zeros, weight=share)))
    if estimate is None:
        raise TypeError(f"{layer.name}: priced before it was pruned, and not after")
    return estimate.repeated(layer.runs)


def _energy(row: LayerResult) -> _Energy:
    return row.estimate.energy_j, row.estimate.energy_macs


def _summed(energies: Sequence[_Energy]) -> _Energy:
    return total(joules for joules, _ in energies), total(macs for _, macs in energies)


def _less(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else before - after


def _about(result: Result, keep: float, steps: Sequence[PruneStep]) -> str:
    """Return what was and what was not modelled."""
    platform = result.platform
    order = result.basis.word
    said = f"Layers in the order of their {order}, the most first"
    if order == "time":
        said += " (the energy is not known)"
    if platform.kind != "accelerator":
        said += (
            f". {platform.name} computes on zeros as on other numbers: zero weights save nothing "
            "there, so only the order is given."
        )
    else:
        said += (
            f", each with {100 * keep:.4g} % of its weights kept; every step is the whole network "
            "with the layers so far pruned."
        )
        said += _surprises(platform, steps)
    return (
        f"{said} Energy-aware pruning also chooses the weights by their joint influence on the "
        "ofmaps, prunes layers unequally and restores the accuracy: that takes the weights and "
        "data, and is not modelled."
    )


def _surprises(platform: Platform, steps: Sequence[PruneStep]) -> str:
    """Return why steps save nothing, or less than nothing, where some do."""
    savings = [step.saves_macs for step in steps if step.saves_macs is not None]
    if savings and not any(savings):
        return f" {platform.name} neither codes nor skips zero weights: no step saves anything."
    more = len([saved for saved in savings if saved < 0])
    if more:
        return (
            f" {several(more, 'step')} cost more than before: with so few zeros the coding of "
            f"{platform.name} makes the weights longer."
        )
    return ""
