"""What a training step costs by phase, for an image, an epoch, and a run of epochs.

Phases are those of Li et al. (2016, section II): forward and backward propagation and the weight
update; here backward is the gradients of the ifmaps and those of the weights apart.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from py.breakdown.layer_result import LayerResult
from py.breakdown.quantity import share, with_unit
from py.columns import columns
from py.layers.layer import PHASES
from py.quantities import divided, total, total_count

if TYPE_CHECKING:  # a result's JSON has what is here
    from py.breakdown.result import Result

_QUANTITIES = ("energy_j", "energy_macs", "time_s")
_WORDS = {
    "forward": "forward",
    "input_gradient": "gradients of inputs",
    "weight_gradient": "gradients of weights",
    "update": "update",
}
MOST_IMAGES = 1 << 50
MOST_EPOCHS = 1_000_000


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A run of so many epochs over a data set of so many images.

    Raises:
        ValueError: less than one image, no epoch, or more than anybody trains.
    """

    images: int
    epochs: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.images <= MOST_IMAGES:
            raise ValueError(f"TrainingRun.images: from 1 to {MOST_IMAGES}, got {self.images!r}")
        if not 0 < self.epochs <= MOST_EPOCHS:
            raise ValueError(
                f"TrainingRun.epochs: above 0, at most {MOST_EPOCHS}, got {self.epochs!r}"
            )

    def as_json(self, result: "Result") -> dict[str, Any]:
        """Return steps and quantities of an epoch and of the run; unknown is null.

        A last step with fewer images counts for as many as it has.
        """
        each = per_image(result)
        steps = -(-self.images // result.model.batch)
        return {
            "images": self.images,
            "epochs": self.epochs,
            "steps_per_epoch": steps,
            "steps": math.ceil(steps * self.epochs),
            "per_epoch": _times(each, self.images),
            "total": _times(each, self.images * self.epochs),
        }


def per_image(result: "Result") -> dict[str, float | None]:
    """Return the quantities of a step for each image of its batch."""
    return {name: divided(getattr(result, name), result.model.batch) for name in _QUANTITIES}


def training_of(result: "Result") -> dict[str, Any] | None:
    """Return the totals of a training step by phase, and for an image; None for an inference."""
    if not result.options.get("train"):
        return None
    phases = {}
    for phase in PHASES:
        rows = [row for row in result.rows if row.layer.phase == phase]
        phases[phase] = {
            "layers": len(rows),
            "macs": total_count(row.layer.all_macs for row in rows),
            "ops": total_count(row.layer.all_ops for row in rows),
            **{name: _total(rows, name) for name in _QUANTITIES},
        }
    return {
        "optimizer": result.options["train"],
        "batch": result.model.batch,
        "phases": phases,
        "per_image": per_image(result),
    }


def training_lines(result: "Result", run: TrainingRun | None = None) -> list[str]:
    """Return a table of the phases, and what an image, an epoch and a run cost."""
    found = training_of(result)
    if found is None:
        return []
    name, unit = result.basis.name, result.basis.unit
    whole = result.worth
    rows = [
        [
            _WORDS[phase],
            str(own["layers"]),
            with_unit(own["macs"], ""),
            with_unit(own[name], unit),
            share(own[name], whole),
        ]
        for phase, own in found["phases"].items()
    ]
    lines = columns(["training step", "layers", "MACs", result.basis.word, "share"], rows)
    lines.append(f"for an image   {_known(found['per_image'])}")
    if run is not None:
        said = run.as_json(result)
        steps = f"{said['steps_per_epoch']:,} steps of {result.model.batch:,}"
        lines.append(f"for an epoch   {_known(said['per_epoch'])}   ({steps})")
        if run.epochs != 1:
            lines.append(f"for the run    {_known(said['total'])}   ({run.epochs:g} epochs)")
    return lines


def _known(values: dict[str, float | None]) -> str:
    """Return what is known of energy and time, energy in joules before MAC energies."""
    joules = values["energy_j"]
    energy = with_unit(values["energy_macs"], "MACe") if joules is None else with_unit(joules, "J")
    return energy if values["time_s"] is None else f"{energy}, {with_unit(values['time_s'], 's')}"


def _times(values: dict[str, float | None], by: float) -> dict[str, float | None]:
    return {name: None if value is None else value * by for name, value in values.items()}


def _total(rows: list[LayerResult], name: str) -> float | None:
    return total(getattr(row.estimate, name) for row in rows)
