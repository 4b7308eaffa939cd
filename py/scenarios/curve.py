"""Energy, time and power over the batch (Li et al. 2016, section V-B and Fig. 6).

There the energy per image falls as the batch grows, until the hardware is used to the full.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from py.columns import several
from py.errors import JoulegraphError
from py.layers import NotModelled
from py.scenarios.cost import Cost
from py.scenarios.setting import Setting, Tell, part_of

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
MOST_BATCHES = 64
LARGEST_BATCH = 1 << 20
_FIXED = ("batch-fixed", "no-batch")


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What a batch costs, or why there is no answer.

    ``left`` is how many layers got no estimate at any batch: the cost is without them.
    """

    batch: int
    cost: Cost | None = None
    error: JoulegraphError | None = None
    left: int = 0

    def __post_init__(self) -> None:
        if (self.cost is None) == (self.error is None):
            raise ValueError(f"CurvePoint: a cost or an error, got {self.cost!r}, {self.error!r}")

    def as_json(self) -> dict[str, Any]:
        if self.cost is None:
            return {"batch": self.batch, "error": self.error and self.error.as_json()}
        left = {"not_modelled": self.left} if self.left else {}
        each = self.cost.divided(self.batch).of_each()
        return {"batch": self.batch, **self.cost.as_json(), "per_inference": each, **left}


@dataclass(frozen=True, slots=True)
class Curve:
    """The points in the order of their batches. ``held``: some mappings are those last found."""

    points: tuple[CurvePoint, ...]
    held: bool = False

    def as_json(self) -> list[dict[str, Any]]:
        return [point.as_json() for point in self.points]


def curve(setting: Setting, batches: Iterable[int], tell: Tell) -> Curve:
    """Return what each batch costs, the smallest first; one that fails carries its error.

    A batch at which a layer finds no room, though at another it does, fails too: its total would be
    one of fewer layers.

    Raises:
        JoulegraphError: ``batches-invalid``; where no batch but the model's own can be, why.
    """
    wanted = _checked(batches)
    costs: dict[int, Cost] = {}
    errors: dict[int, JoulegraphError] = {}
    left: dict[int, dict[str, NotModelled]] = {}
    held = False
    for place, batch in enumerate(wanted):
        told = part_of(tell, f"batch {batch}", place, len(wanted))
        told(0.0)
        try:
            result = setting.price(setting.at_batch(batch), told)
        except JoulegraphError as error:
            errors[batch] = error
            continue
        costs[batch] = Cost.of(result)
        if result.held:
            held = True
            costs[batch] = _at_most_repeated(batch, costs)
        left[batch] = {entry.name: entry for entry in result.not_modelled}
    _refuse_fixed(wanted, setting.model.batch, errors)
    always = set.intersection(*(set(entries) for entries in left.values())) if left else set()
    for batch, entries in left.items():
        lost = [entry for name, entry in entries.items() if name not in always]
        if lost:
            errors[batch] = _no_room(batch, lost)
    points = (
        CurvePoint(batch, error=errors[batch])
        if batch in errors
        else CurvePoint(batch, costs[batch], left=len(always))
        for batch in wanted
    )
    return Curve(tuple(points), held)


def _at_most_repeated(batch: int, costs: dict[int, Cost]) -> Cost:
    """Return what a batch costs with mappings held from before, or several smaller ones if less.

    A mapping held for a smaller batch may reuse little of a larger one's weights; running the
    smaller batch again and again is a mapping too.
    """
    ways = [
        Cost.summed([(batch // other, cost)])
        for other, cost in costs.items()
        if batch % other == 0 and cost.energy_macs is not None
    ]
    return min(ways, key=lambda cost: cost.energy_macs or 0.0, default=costs[batch])


def _checked(batches: Iterable[int]) -> tuple[int, ...]:
    wanted = tuple(sorted(set(batches)))
    if not 1 <= len(wanted) <= MOST_BATCHES or not 1 <= wanted[0] <= wanted[-1] <= LARGEST_BATCH:
        raise JoulegraphError(
            "batches-invalid",
            f"A curve has 1 to {MOST_BATCHES} batches of 1 to {LARGEST_BATCH}, "
            f"got {str(wanted)[:60]}.",
            "Give batches such as 1,2,4,8.",
        )
    return wanted


def _refuse_fixed(wanted: tuple[int, ...], own: int, errors: dict[int, JoulegraphError]) -> None:
    """Raise why the batch can't change, where it can't: one error in place of as many."""
    others = [batch for batch in wanted if batch != own]
    if others and all(b in errors and errors[b].code in _FIXED for b in others):
        raise errors[others[0]]
    if len(errors) == len(wanted):
        raise errors[wanted[0]]


def _no_room(batch: int, lost: list[NotModelled]) -> JoulegraphError:
    return JoulegraphError(
        "batch-not-priced",
        f"At a batch of {batch}, {several(len(lost), 'layer')} got no estimate: "
        f"{lost[0].name[:80]}: {lost[0].reason[:200]}",
        "Choose a smaller batch, or a platform with more room.",
    )
