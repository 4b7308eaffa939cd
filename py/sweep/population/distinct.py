"""What each distinct layer costs on a platform: the numbers that are then added up."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import nan

from py.breakdown import Options
from py.breakdown.prepared import prepare
from py.errors import JoulegraphError
from py.layers import Layer, Model
from py.platforms import Estimate, Platform
from py.platforms.accelerator.engine import Accelerator
from py.platforms.estimate import Quantity

# What layers have in common that are off by the same is the profile's to say: nobody else may.
from py.platforms.measured.engine import error_key
from py.sweep.population.searched import Kept, learnt, searched
from py.sweep.work.pool import Workers

Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Distinct:
    """A layer's quantities, all runs of it; NaN is what is not known.

    ``reason`` says why a layer has no estimate, which then adds nothing to the totals. ``alike`` is
    equal for layers whose estimates are off by the same; the ends are those of the interval.
    """

    macs: float
    parameters: float
    reason: str | None = None
    energy_j: float = 0.0
    energy_macs: float = 0.0
    time_s: float = 0.0
    alike: Hashable = None
    energy_ends: Ends = (nan, nan)
    time_ends: Ends = (nan, nan)


def priced(
    layers: Iterable[Layer],
    platform: Platform,
    options: Options,
    answers: Kept | None = None,
    workers: Workers | None = None,
) -> list[Distinct]:
    """Return what layers cost, each as ``py.breakdown.price`` has it in a model.

    Raises:
        JoulegraphError: ``search-failed``.
    """
    model = Model("population", "table", 1, tuple(layers))
    ready = prepare(model, platform, options).priced.layers
    refused: dict[Layer, str] = {}
    if isinstance(platform, Accelerator):
        questions = {layer: platform.question_of(layer) for layer in ready}
        asked = [question for question in questions.values() if question is not None]
        said = learnt(platform, searched(platform, asked, answers, workers))
        refused = {
            layer: said[question]
            for layer, question in questions.items()
            if question is not None and question in said
        }
    return [_distinct(layer, platform, refused.get(layer)) for layer in ready]


def _distinct(layer: Layer, platform: Platform, reason: str | None) -> Distinct:
    macs, parameters = _number(layer.all_macs), float(layer.parameters)
    estimate: Estimate | None = None
    if reason is None:
        try:
            estimate = platform.estimate(layer)
        except JoulegraphError as error:
            reason = error.message
    if estimate is None:
        return Distinct(macs, parameters, reason or "Its sizes could not be worked out.")
    estimate = estimate.repeated(layer.runs)
    return Distinct(
        macs,
        parameters,
        None,
        _number(estimate.energy_j),
        _number(estimate.energy_macs),
        _number(estimate.time_s),
        error_key(layer),
        _ends(estimate, "energy_j"),
        _ends(estimate, "time_s"),
    )


def _number(value: float | None) -> float:
    return nan if value is None else float(value)


def _ends(estimate: Estimate, name: Quantity) -> Ends:
    ends = None if estimate.interval is None else estimate.interval.of(name)
    return (nan, nan) if ends is None else ends
