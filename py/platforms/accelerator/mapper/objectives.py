"""The best mapping by what is asked for: least energy, least delay, or least of their product.

All three rest on one search, that of the least energy with no more than so much delay
(``search.cheapest_within``). Less delay costs energy or nothing, so the least energies by delay
fall in steps; what is asked for lies on one of them.

- *Delay*: a bound that no mapping is below is tried first; where no mapping reaches it, the least
  delay is closed in between what is known to be out of reach and what was found.
- *Energy-delay product*, or energy where each cycle costs some (static power): from the mapping of
  least energy on towards less delay. With one of energy E as the cheapest of its delay, a better
  one needs a delay with which E is still better than the best known, so most steps are passed over.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from py.platforms.accelerator.mapper.ask.asked import Asked, Bits
from py.platforms.accelerator.mapper.cycles import least_cycles
from py.platforms.accelerator.mapper.found import Delay, Found
from py.platforms.accelerator.mapper.incumbent import SAME
from py.platforms.accelerator.mapper.plan.flows import Costs
from py.platforms.accelerator.mapper.search import best_mapping, cheapest_within
from py.platforms.accelerator.mapper.side import keepings
from py.platforms.accelerator.mapper.stage.effort import Effort
from py.platforms.accelerator.mapper.worth import PLAIN, Worth
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space

_NEAR = 1.001
"""From which ratio on between the bounds of the least delay every step is taken."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is mapped: a layer on a machine in a space, what words cost and how delay follows.

    ``rates``: for each memory that words wait for, the cycles that a word of each access takes it;
    no mapping takes less delay than any of these, or than its cycles of compute and ``ramp_up``.
    ``looks`` limits the effort of the search for the least energy, and that of all others together.
    ``worth`` is what is to be least.
    """

    problem: Problem
    machine: Machine
    space: Space
    bits: Bits
    costs: Costs
    delay_of: Delay | None = None
    rates: Sequence[Costs] = ()
    looks: int | None = None
    worth: Worth = PLAIN
    ramp_up: int = 0

    def cheapest(self, known: Found | None = None) -> Found:
        """Return the mapping of least energy.

        Raises:
            JoulegraphError: ``does-not-fit`` when no mapping of the space fits the machine.
        """
        return best_mapping(
            self.problem,
            self.machine,
            self.space,
            self.bits,
            self.costs,
            delay_of=self.delay_of,
            looks=self.looks,
            known=known,
        )

    def effort(self) -> Effort:
        """Return the effort that all searches but the first may take together."""
        return Effort(math.inf if self.looks is None else self.looks)

    def within(self, delay: float, energy: float, effort: Effort) -> tuple[Found | None, float]:
        """Return the mapping of least energy within limits, and a bound below all there are."""
        return cheapest_within(
            self.problem,
            self.machine,
            self.space,
            self.bits,
            self.costs,
            delay_of=self.delay_of,
            most_delay=delay,
            most_cycles=delay - self.ramp_up,
            most_energy=energy,
            effort=effort,
        )

    def least_delay(self, known: Found, effort: Effort) -> float:
        """Return a delay that no mapping is below.

        What a memory takes at least is looked for where it takes more with the mapping ``known``:
        elsewhere it cannot matter.
        """
        machine = self.machine
        least = self.ramp_up + min(
            least_cycles(Asked(self.problem, machine, self.space, self.bits, kept))
            for kept in keepings(machine)
        )
        words = accesses(self.problem, machine, known.mapping)
        for rate in self.rates:
            takes = math.fsum(rate.get(access, 0.0) * count for access, count in words.items())
            if takes > least and known.delay > least:
                seen = Found(known.mapping, takes, known.cycles, 0, takes, -math.inf, 0)
                least = max(least, self._least_of(rate, seen, effort))
        return least

    def _least_of(self, rate: Costs, seen: Found, effort: Effort) -> float:
        """Return what no mapping takes less of than that, ``seen`` being one that takes some."""
        _, bound = cheapest_within(
            self.problem,
            self.machine,
            self.space,
            self.bits,
            rate,
            delay_of=_at_once,
            effort=effort,
            known=seen,
        )
        return bound


def _at_once(_mapping: Mapping, _cycles: int) -> tuple[float, float]:
    """Take no time, so that of mappings that cost the same it does not matter which is found."""
    return 0.0, 0.0


def best_for(question: Question, known: Found | None = None) -> Found:
    """Return the best mapping; of several the one of less delay, or for delay of less energy.

    ``known``: a mapping of the space that was found before with the same objective.

    Raises:
        JoulegraphError: ``does-not-fit`` when no mapping of the space fits the machine.
    """
    worth, cheapest = question.worth, question.cheapest(known)
    if worth.objective == "energy" and not worth.per_cycle:
        value, bound = worth.of(cheapest.energy, 0), worth.of(cheapest.bound, 0)
        return replace(cheapest, value=value, bound=bound)
    effort = question.effort()
    least = question.least_delay(cheapest, effort)
    find = _fastest if worth.objective == "delay" else _least
    found = find(question, cheapest, least, effort)
    if known is None or found.value <= known.value:
        return found
    return replace(known, bound=min(found.bound, known.value), looked_at=found.looked_at)


def _fastest(question: Question, found: Found, least: float, effort: Effort) -> Found:
    """Return the mapping of least delay, given the one of least energy and a bound below all."""
    looked_at, trial = found.looked_at, least * (1 + SAME)
    while found.delay > least * (1 + SAME):
        faster, bound = question.within(trial, math.inf, effort)
        if faster is not None:
            found, looked_at = faster, looked_at + faster.looked_at
        elif bound < math.inf:
            break  # neither found nor ruled out
        elif trial >= math.nextafter(found.delay, 0):
            least = found.delay
        else:
            least = trial
        near = found.delay <= least * _NEAR
        trial = math.nextafter(found.delay, 0) if near else math.sqrt(least * found.delay)
    bound = found.delay if found.delay <= least * (1 + SAME) else least
    return replace(found, value=found.delay, bound=bound, looked_at=looked_at)


def _least(question: Question, found: Found, least: float, effort: Effort) -> Found:
    """Return the mapping of least worth, given the one of least energy and the ``least`` delay."""
    worth = question.worth
    best, value, looked_at = found, worth.of(found.energy, found.delay), found.looked_at
    energy, delay = found.bound, found.delay
    bound = math.inf if energy == found.energy else worth.of(energy, least)
    while delay > least:
        same = value + abs(value) * SAME
        most = min(math.nextafter(delay, 0), worth.most_delay(same, energy))
        if most < least:
            break
        faster, low = question.within(most, worth.most_energy(same, least), effort)
        if low < math.inf and (faster is None or low < faster.energy):
            bound = min(bound, worth.of(max(low, energy), least))
        if faster is None:
            break
        looked_at += faster.looked_at
        energy, delay = max(energy, low), faster.delay
        if worth.of(faster.energy, delay) <= same:
            best, value = faster, worth.of(faster.energy, delay)
    return replace(best, value=value, bound=min(bound, value), looked_at=looked_at)
