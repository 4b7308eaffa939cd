"""Many cases: those of a new kind become seeds too, those that end badly are kept."""

import gc
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.graph.fuzzing.limits import MOST_SECONDS, TooSlowError, limited_time, used_seconds
from tests.graph.fuzzing.minimise import minimised
from tests.graph.fuzzing.mutate import mutated
from tests.graph.fuzzing.operators import operators
from tests.graph.fuzzing.pipeline import Case, Outcome, choices_for, outcome_of
from tests.graph.fuzzing.seeds import by_hand, real, single_node, single_nodes, trees
from tests.graph.fuzzing.tree import Field, parsed, written

_MOST_LEARNT = 3000
_LARGEST_LEARNT = 2500
_SLOWEST = 10


@dataclass(slots=True)
class Found:
    """What many cases came to. ``broken`` has a case that ended badly
    for each place where one broke, as it is kept."""

    cases: int = 0
    models: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    broken: dict[str, str] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def add(self, case: Case, outcome: Outcome, seconds: float) -> None:
        """Count a case."""
        self.cases += 1
        self.models += outcome.kind.startswith("model ")
        self.kinds[outcome.kind] += 1
        if len(self.slowest) < _SLOWEST or seconds > self.slowest[-1][0]:
            self.slowest.append((seconds, case.as_text()))
            self.slowest.sort(key=lambda entry: -entry[0])
            del self.slowest[_SLOWEST:]


class Search:
    """Cases one after the other, the same ones for the same name and number of them."""

    def __init__(self, name: str, *, learns: bool = True) -> None:
        self.rng = Random(name)
        self.found = Found()
        self._learns = learns
        self._hand, self._real = trees(by_hand()), trees(real())
        self._single = trees(single_nodes())
        self._others = (*self._hand, *self._single)
        self._learnt: list[Field] = []

    def run(self, cases: int) -> Found:
        """Try so many more cases."""
        for _ in range(cases):
            self._try(self._case())
        return self.found

    def _case(self) -> Case:
        rng = self.rng
        share = rng.random()
        if share < 0.15:
            data = written(single_node(rng, *rng.choice(operators()), rng.choice((0.0, 0.1, 0.6))))
        else:
            data = mutated(rng, self._seed(share), self._others)
        return Case(data, choices_for(rng, data), rng.random() < 0.2)

    def _seed(self, share: float) -> Field:
        rng = self.rng
        if self._learnt and share < 0.5:
            return rng.choice(self._learnt)
        if share < 0.65:
            return rng.choice(self._single)
        if self._real and share > 0.97:
            return rng.choice(self._real)
        return rng.choice(self._hand)

    def _try(self, case: Case) -> None:
        began = used_seconds()
        outcome = bounded_outcome(case)
        seconds = used_seconds() - began
        if seconds > MOST_SECONDS and not outcome.broke:
            outcome = Outcome("broken", "slow")
        if outcome.broke:
            self._keep(case, outcome.broke)
        elif self._learns and not self.found.kinds[outcome.kind]:
            self._learn(case)
        self.found.add(case, outcome, seconds)

    def _keep(self, case: Case, broke: str) -> None:
        self.found.times[broke] += 1
        if broke not in self.found.broken:
            small = minimised(case, lambda c: bounded_outcome(c).broke == broke)
            self.found.broken[broke] = small.as_text()

    def _learn(self, case: Case) -> None:
        if len(case.data) > _LARGEST_LEARNT:
            return
        try:
            root = parsed(case.data)
        except ValueError:
            return
        if len(self._learnt) < _MOST_LEARNT:
            self._learnt.append(root)
        else:
            self._learnt[self.rng.randrange(_MOST_LEARNT)] = root


def bounded_outcome(case: Case) -> Outcome:
    """Return how a case ends, where it may take no more than so much time.

    Nothing is collected meanwhile, as in the programs and the page.
    """
    gc.disable()
    try:
        with limited_time():
            return outcome_of(case)
    except TooSlowError:
        return Outcome("broken", "slow")
    finally:
        gc.enable()
