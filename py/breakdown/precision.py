"""The energy-precision ratio: what a model costs against how often it is wrong.

``M = Error^alpha * EPI`` (equation 9 of papers/003, Cai et al. 2017): ``Error`` is the share of
items that the model classifies wrongly, ``EPI`` the energy of one item, and the larger ``alpha``,
the more precision counts. Of several models the one with the least M trades best. The paper has
EPI in millijoules; here it is in any unit of energy that all models share, and M is in the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from py.errors import JoulegraphError

ALPHAS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Contender:
    """A model that is compared: its share of errors, and its energy an item, None if unknown."""

    name: str
    error: float
    energy: float | None

    def __post_init__(self) -> None:
        if not self.name:
            raise JoulegraphError(
                "contender-invalid", "A model that is compared needs a name, got none.", "Name it."
            )
        if not (math.isfinite(self.error) and 0 <= self.error <= 1):
            raise JoulegraphError(
                "error-rate-invalid",
                f"The error rate of {self.name[:60]!r} should be from 0 to 1, got {self.error:g}.",
                "Write 0.073 for 7.3 %.",
            )
        if self.energy is not None and not (math.isfinite(self.energy) and self.energy >= 0):
            raise JoulegraphError(
                "contender-invalid",
                f"The energy of {self.name[:60]!r} should be finite and at least 0, "
                f"got {self.energy:g}.",
                "Leave it out where it is not known.",
            )


def energy_precision_ratio(contender: Contender, alpha: int) -> float | None:
    """Return M in the unit of the energy, to 12 digits; None where the energy is unknown.

    Raises:
        JoulegraphError: ``alpha-invalid`` for an alpha that is none of 1 to 4.
    """
    if alpha not in ALPHAS or isinstance(alpha, bool):
        raise JoulegraphError(
            "alpha-invalid",
            f"alpha should be a whole number from {ALPHAS[0]} to {ALPHAS[-1]}, got {alpha!r:.40}.",
            "1 weighs energy most, 4 precision.",
        )
    if contender.energy is None:
        return None
    # Powers come from the C library: to 12 digits they are the same everywhere.
    return float(f"{contender.error**alpha * contender.energy:.11e}")


@dataclass(frozen=True, slots=True)
class Precision:
    """Models with their ratios: ``ratios[i][k]`` is model i's at the k-th alpha."""

    contenders: tuple[Contender, ...]
    alphas: tuple[int, ...]
    ratios: tuple[tuple[float | None, ...], ...]

    def best(self, alpha: int) -> tuple[str, ...]:
        """Return the names of those with the least ratio: one, several that tie, or none known."""
        place = self.alphas.index(alpha)
        known = [row[place] for row in self.ratios if row[place] is not None]
        return tuple(
            contender.name
            for contender, row in zip(self.contenders, self.ratios, strict=True)
            if known and row[place] == min(value for value in known if value is not None)
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "alphas": list(self.alphas),
            "models": [
                {
                    "name": contender.name,
                    "error": contender.error,
                    "energy": contender.energy,
                    "ratios": list(row),
                }
                for contender, row in zip(self.contenders, self.ratios, strict=True)
            ],
            "best": [list(self.best(alpha)) for alpha in self.alphas],
        }


def compare_precision(contenders: Sequence[Contender], alphas: Sequence[int] = ALPHAS) -> Precision:
    """Return the energy-precision ratio of each model at each alpha.

    Raises:
        JoulegraphError: ``contender-invalid`` for no model or a name that is there twice;
            ``alpha-invalid`` as ``energy_precision_ratio`` has it.
    """
    names = [contender.name for contender in contenders]
    twice = [name for name in names if names.count(name) > 1]
    if not names or twice:
        raise JoulegraphError(
            "contender-invalid",
            f"Models that are compared should have names of their own, got "
            f"{f'{twice[0][:60]!r} twice' if twice else 'no model'}.",
            "Give each model once.",
        )
    return Precision(
        tuple(contenders),
        tuple(alphas),
        tuple(
            tuple(energy_precision_ratio(contender, alpha) for alpha in alphas)
            for contender in contenders
        ),
    )
