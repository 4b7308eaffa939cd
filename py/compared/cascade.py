"""A cascade: a small model first, a larger one only for the inputs that it passes on.

Papers/002, section 3.3 (conditional computation): the input is first evaluated by the simplest
network, and a policy decides whether that is the end or a more complex one looks at it too. Every
stage costs its own inference for the share of inputs that reach it, so the expected energy of one
input is the sum of energy times share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from py.compared.differences import ratio
from py.compared.run import Run
from py.errors import JoulegraphError
from py.quantities import total

EXPECTED = ("energy_j", "energy_macs", "time_s", "macs")


@dataclass(frozen=True, slots=True)
class Stage:
    """A run in a cascade, by its place, and the share of all inputs that reach it."""

    run: int
    reached: float


@dataclass(frozen=True, slots=True)
class Cascade:
    """Stages in order, with what one input is expected to cost, and what the last costs alone."""

    stages: tuple[Stage, ...]
    expected: Mapping[str, float | None]
    alone: Mapping[str, float | None]

    @property
    def ratios(self) -> Mapping[str, float | None]:
        """The expected cost in that of the last model for every input."""
        return {name: ratio(value, self.alone[name]) for name, value in self.expected.items()}

    def as_json(self, quantities: Sequence[str]) -> dict[str, Any]:
        kept = [name for name in quantities if name in self.expected]
        return {
            "stages": [{"run": stage.run, "reached": stage.reached} for stage in self.stages],
            "expected": {name: self.expected[name] for name in kept},
            "alone": {name: self.alone[name] for name in kept},
            "ratios": {name: self.ratios[name] for name in kept},
        }


def cascade_of(runs: Sequence[Run]) -> Cascade | None:
    """Return the cascade that runs make: from the first that passes on to the first that does not.

    None where no run passes anything on.

    Raises:
        JoulegraphError: ``cascade-open`` where the last passes on to nothing, ``cascade-twice``
            where a run behind its end passes on.
    """
    passing = [place for place, run in enumerate(runs) if run.pass_on is not None]
    if not passing:
        return None
    first, last = passing[0], passing[0]
    stages = []
    reached = 1.0
    for last in range(first, len(runs)):
        stages.append(Stage(last, reached))
        onwards = runs[last].pass_on
        if onwards is None:
            break
        # A share of a share: to 12 digits, as people would write it.
        reached = float(f"{reached * onwards:.11e}")
    if runs[last].pass_on is not None:
        raise JoulegraphError(
            "cascade-open",
            f"{runs[last].name!r} should pass on to a model behind it, got none.",
            "Put the model for the rest behind it, without a share to pass on.",
        )
    if passing[-1] > last:
        raise JoulegraphError(
            "cascade-twice",
            f"A cascade ends with the first model that passes nothing on, {runs[last].name!r}; "
            f"got {runs[passing[-1]].name!r} behind it, which passes on too.",
            "Put the models of the cascade one behind the other.",
        )
    return Cascade(
        tuple(stages),
        {
            name: total(_times(runs[stage.run].totals[name], stage.reached) for stage in stages)
            for name in EXPECTED
        },
        {name: runs[last].totals[name] for name in EXPECTED},
    )


def _times(value: float | None, share: float) -> float | None:
    """Return a cost at a share of the inputs; where none gets there, it need not be known."""
    if share == 0:
        return 0.0
    return None if value is None else value * share
