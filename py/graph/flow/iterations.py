"""The iterations of a body: equal ones counted as one region, and the state they hand on.

Two ways to go through them. *Settled*: with everything that changes from one iteration to the next
taken as unknown, until nothing more is lost; where every shape is still known, all iterations are
alike. *Stepwise*: one after the other with the values of each, for loops whose shapes change.
"""

from collections.abc import Callable, Sequence

from py.graph.fact import Fact, common, fact
from py.graph.flow.scope import Scope
from py.graph.region import Execution, Region

Step = Callable[[Fact, list[Fact]], Scope]
"""Works out one iteration: its number and the state that comes in."""

MOST_STEPS = 10_000
_MOST_ROUNDS = 16


def settled(step: Step, state: Sequence[Fact]) -> tuple[Scope, list[Fact], bool]:
    """Return an iteration that stands for all, the state that all share, and whether it does.

    The body's first outputs are the state that it hands on.
    """
    held = list(state)
    scope = step(fact("int64", ()), held)
    for _ in range(min(len(held) + 2, _MOST_ROUNDS)):
        out = scope.results()[: len(held)]
        merged = [_joined(a, b) for a, b in zip(held, out, strict=True)]
        if merged == held:
            return scope, held, True
        held = merged
        scope = step(fact("int64", ()), held)
    held = [found.made_at(None) for found in held]
    return step(fact("int64", ()), held), held, False


def same_weights(before: Sequence[Fact], after: Sequence[Fact]) -> list[Fact]:
    """Return the state ``after``, in which only a weight that was the same before is one."""
    return [
        found if found.origin == given.origin else found.made_at(None)
        for given, found in zip(before, after, strict=True)
    ]


def _joined(a: Fact, b: Fact) -> Fact:
    both = common([a, b])
    return a if both is None else both


class Repeated:
    """Executions of a body one after the other; equal neighbours are one with more runs."""

    def __init__(self) -> None:
        self._done: list[tuple[Region, int]] = []
        self._last: object = None
        self.count = 0
        self.incomplete = False

    def add(self, scope: Scope, runs: int = 1) -> None:
        """Count one more iteration, or several that are like it."""
        self.count += runs
        self.incomplete |= scope.incomplete
        signature = _signature(scope.region)
        if self._done and signature == self._last:
            region, before = self._done[-1]
            self._done[-1] = (region, before + runs)
        else:
            self._done.append((scope.region, runs))
            self._last = signature

    def executions(self) -> tuple[Execution, ...]:
        return tuple(Execution(runs, region) for region, runs in self._done)


def _signature(region: Region) -> object:
    """Return what two executions must share to be alike: every type, in every body."""
    inner = tuple(
        (node.index, execution.runs, _signature(execution.region))
        for node, execution in region.executions()
    )
    return tuple(region.tensors.items()), inner
