"""How well MACs, parameters and time rank the rows of a group by what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from py.breakdown.basis import TIME
from py.breakdown.correlation import Ranked, kendall, spearman
from py.breakdown.proxies import LEAST
from py.sweep.summary.collected import Collected, Floats, Places
from py.sweep.summary.groups import Group

MOST_PAIRED = 20_000
"""Of more rows than these a sample is ranked: Kendall's tau is about pairs. It is drawn by marks,
which are hashes: at random, but always the same."""
PROXIES: Mapping[str, str] = {"macs": "MACs", "parameters": "parameters", "time": "time"}


@dataclass(frozen=True, slots=True)
class Correlation:
    """Rank correlations of a proxy with the cost, over ``n`` rows of ``of`` that have both.

    They are None where one of the two is the same for all rows, or rows are fewer than 3.
    """

    proxy: str
    spearman: float | None
    kendall: float | None
    n: int
    of: int


def correlations_of(collected: Collected, group: Group) -> tuple[Correlation, ...]:
    """Return the correlation of each proxy; time is none where it is the cost itself."""
    found = {
        "macs": collected.macs,
        "parameters": collected.numbers["parameters"],
        "time": collected.numbers["per_inference_time_s"],
    }
    ranked: dict[bytes, Ranked] = {}
    return tuple(
        _correlation(collected, group, proxy, values, ranked)
        for proxy, values in found.items()
        if not (proxy == "time" and group.costs.basis is TIME)
    )


def _correlation(
    collected: Collected, group: Group, proxy: str, values: Floats, ranked: dict[bytes, Ranked]
) -> Correlation:
    known = group.whole[np.isfinite(values[group.whole])]
    drawn = _sample(collected, known)
    if len(drawn) < LEAST:
        return Correlation(proxy, None, None, len(drawn), len(known))
    same = drawn.tobytes()  # most proxies are known of the same rows: their costs are ranked once
    if same not in ranked:
        ranked[same] = Ranked.of(group.costs.values[drawn].tolist())
    own = Ranked.of(values[drawn].tolist())
    rho, tau = spearman(own, ranked[same]), kendall(own, ranked[same])
    return Correlation(proxy, rho, tau, len(drawn), len(known))


def _sample(collected: Collected, places: Places) -> Places:
    if len(places) <= MOST_PAIRED:
        return places
    return collected.scattered(places)[:MOST_PAIRED]
