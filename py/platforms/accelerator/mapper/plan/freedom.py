"""How free each stage is with each loop, as a plan and the space have it."""

from collections.abc import Sequence

from py.platforms.accelerator.mapper.ask.asked import Asked
from py.platforms.accelerator.mapper.ask.loops import TAIL
from py.platforms.accelerator.mapper.ask.picks import Picked
from py.platforms.accelerator.mapper.plan.offers import Around, Given, How
from py.platforms.accelerator.mapper.plan.plans import Plan
from py.platforms.accelerator.nest.dims import DIMS, PLACE

_ALL = Around((), still=True)
"""All of a loop in one tile."""


class Freedom:
    """What the stages may do.

    ``used`` are the stages and loops whose tiles or PEs cost anything: where they cost nothing, a
    stage leaves a loop to the next one.
    """

    def __init__(self, asked: Asked, plan: Plan) -> None:
        self._asked, self._plan = asked, plan
        self._still = {dim: self._stays(dim) for dim in DIMS}
        self._decided: dict[tuple[int, str], bool] = {}
        self.used: set[tuple[int, str]] = set()

    def merged(self, stage: int, dim: str) -> bool:
        """Whether the next stage decides a level's tile, as it must not turn the loop."""
        asked = self._asked
        return (
            dim in TAIL
            and stage not in (asked.places.array, asked.last)
            and asked.rule(stage, dim) != "one"
            and self._still[dim][stage + 1]
        )

    def given(self, number: int, group: str, settled: Sequence[Picked]) -> Given:
        """Return what a stage has to choose from for a group, those outside it settled."""
        found = []
        for dim in group:
            outside = tuple(picked[PLACE[dim]] for picked in settled)
            found.append((dim, self.how(number, dim), Around(outside, self._asks(dim, outside))))
        return tuple(found)

    def unrestricted(self, number: int, group: str) -> Given:
        """Return the same for a stage that nothing outside restricts."""
        return tuple((dim, self.how(number, dim), self._from_bound(number, dim)) for dim in group)

    def alone(self, number: int, group: str) -> Given:
        """Return the same for a stage whatever is around it."""
        return tuple((dim, self.how(number, dim), None) for dim in group)

    def how(self, stage: int, dim: str) -> How:
        """Return how free a stage is with a loop."""
        if dim not in self._asked.long:
            return "free"
        if self._left(stage, dim):
            return "left"
        return "single" if stage == self._asked.last and self._ends_still(dim) else "free"

    def _asks(self, dim: str, outside: Picked) -> bool:
        """Whether the tiles of the next stage that decides must be those outside."""
        decided = [stage for stage, pick in enumerate(outside, 1) if pick is not None]
        return self._still[dim][decided[-1] + 1 if decided else 1]

    def _from_bound(self, number: int, dim: str) -> Around | None:
        """Return what is around where nothing else can be: the loop's bound."""
        if not self._still[dim][1]:
            return None
        if any(not self._left(before, dim) for before in range(1, number)):
            return None
        return _ALL

    def _stays(self, dim: str) -> tuple[bool, ...]:
        """Whether each stage must not have a loop; the first entry stands for no stage."""
        asked, modes = self._asked, self._plan.modes
        return (
            False,
            *(
                asked.rule(stage, dim) == "whole"
                or (stage <= len(modes) and dim in modes[stage - 1].still)
                for stage in range(1, asked.places.levels + 1)
            ),
        )

    def _left(self, stage: int, dim: str) -> bool:
        """Whether a stage leaves a loop to the next: it must, or its tile costs nothing there."""
        found = self._decided.get((stage, dim))
        if found is None:
            found = self._decided[stage, dim] = self._leaves(stage, dim)
        return found

    def _leaves(self, stage: int, dim: str) -> bool:
        if self.merged(stage, dim):
            return True
        asked = self._asked
        if stage == asked.places.array or (stage, dim) in self.used:
            return False
        if asked.rule(stage, dim) == "one" or (stage == asked.last and self._ends_still(dim)):
            return False
        return not self._still[dim][stage]

    def _ends_still(self, dim: str) -> bool:
        asked = self._asked
        return asked.last < asked.places.levels and self._still[dim][asked.places.levels]
