"""The summary of a sweep: what its rows tell, put together."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from py.sweep.summary.collected import Collected, collect
from py.sweep.summary.details import Detail, details_of
from py.sweep.summary.effects import AxisEffects, effects_of
from py.sweep.summary.fronts import Front, front_of
from py.sweep.summary.groups import Group, groups_of
from py.sweep.summary.outcomes import Outcomes, outcomes_of
from py.sweep.summary.outliers import Outliers, outliers_of
from py.sweep.summary.proxies import Correlation, correlations_of
from py.sweep.summary.ranking import Ranking, ranking_of
from py.sweep.summary.source import Source
from py.sweep.summary.spread import Spread, spread_of
from py.version import ENGINE

MOST_GROUPS = 12
"""Of so many groups everything is said; of further ones only that they are there."""
MOST_OUTLIERS = 10
MOST_ON_FRONT = 60


@dataclass(frozen=True, slots=True)
class About:
    """What made the rows: the engine, and the sweep as it describes itself, as JSON."""

    engine: str = ENGINE
    sweep: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What there is to say of a group."""

    group: Group
    ranking: Ranking
    front: Front | None
    correlations: tuple[Correlation, ...]
    spread: Spread | None
    outliers: Outliers | None


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """What the rows tell; ``groups`` is how many groups there are, of which some are ``told``.

    ``details`` has what is said of a row beside its numbers, of all rows that are named.
    """

    about: About
    collected: Collected
    outcomes: Outcomes
    groups: int
    told: tuple[Told, ...]
    effects: tuple[AxisEffects, ...]
    details: Mapping[int, Detail]


def summarise(source: Source, about: About | None = None) -> Summary:
    """Return what rows tell. They are read twice, and must be the same both times.

    A million rows take about 10 s and 700 MB.
    """
    collected = collect(source)
    every = [group for group in groups_of(collected) if len(group.ranked)]
    chosen = evenly([group.platform for group in every], MOST_GROUPS)
    told = tuple(_told(collected, every[place]) for place in chosen)
    outcomes = outcomes_of(collected)
    places = {place for reason in outcomes.reasons for place in reason.first.tolist()}
    places.update(place for one in told for place in _named(one))
    return Summary(
        about or About(),
        collected,
        outcomes,
        len(every),
        told,
        effects_of(collected),
        details_of(source, places),
    )


def evenly(platforms: Sequence[str], most: int) -> list[int]:
    """Return at most so many places, in their order, of each platform as many as of any other."""
    seen: Counter[str] = Counter()
    turns = []
    for place, platform in enumerate(platforms):
        turns.append((seen[platform], place))
        seen[platform] += 1
    return sorted(place for _, place in sorted(turns)[:most])


def _told(collected: Collected, group: Group) -> Told:
    return Told(
        group,
        ranking_of(collected, group),
        front_of(collected, group),
        correlations_of(collected, group),
        spread_of(collected, group),
        outliers_of(collected, group),
    )


def _named(told: Told) -> Iterator[int]:
    yield from told.ranking.least.tolist()
    yield from told.ranking.most.tolist()
    if told.front is not None:
        yield from told.front.places.tolist()
    if told.spread is not None:
        yield from (told.spread.low, told.spread.high)
    if told.outliers is not None:
        yield from told.outliers.places[:MOST_OUTLIERS].tolist()
