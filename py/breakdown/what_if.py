"""What if: layers fused in pairs, so that the feature map between them stays on chip.

A pair are two layers, each run once, or both in the same share of inferences, of which the second
reads what the first leaves and nothing else but weights, and nobody else reads that. What fusing
counts and when a map fits, the platform says. Each pair is looked at alone; of pairs that share a
layer only one can be, so the best set without such is marked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any

from py.breakdown.layer_result import LayerResult
from py.errors import JoulegraphError
from py.layers import Layer
from py.platforms import Platform
from py.platforms.counted import Fused
from py.quantities import total

_CONSUMERS = ("conv", "dense", "pool", "norm", "elementwise", "reduce")
_PRODUCERS = (*_CONSUMERS, "matmul")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows, what they cost fused, and whether they are among the best set of pairs."""

    first: int
    second: int
    rows: tuple[LayerResult, LayerResult]
    fused: Fused
    best: bool = False

    @property
    def apart_macs(self) -> float:
        return self.rows[0].counted.energy_macs + self.rows[1].counted.energy_macs

    @property
    def fused_macs(self) -> float:
        first, second = self.fused.estimates
        return first.energy_macs + second.energy_macs

    @property
    def saving_macs(self) -> float:
        return self.apart_macs - self.fused_macs

    @property
    def saving_j(self) -> float | None:
        apart = total(row.estimate.energy_j for row in self.rows)
        fused = total(estimate.energy_j for estimate in self.fused.estimates)
        return None if apart is None or fused is None else apart - fused

    def as_json(self) -> dict[str, Any]:
        before = [row.estimate for row in self.rows]
        return {
            "layers": [self.first, self.second],
            "names": [row.layer.name for row in self.rows],
            "level": self.fused.level,
            "map_elements": self.rows[0].layer.ofmap_elements,
            "map_bytes": self.fused.map_bits / 8,
            "energy_macs": {"apart": self.apart_macs, "fused": self.fused_macs},
            "saving_macs": self.saving_macs,
            "saving_j": self.saving_j,
            "saving_share": self.saving_macs / self.apart_macs if self.apart_macs else 0.0,
            "time_s": {
                "apart": total(estimate.time_s for estimate in before),
                "fused": total(estimate.time_s for estimate in self.fused.estimates),
            },
            "best": self.best,
        }


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The pairs that cost less fused, in the layers' order; ``tried`` is how many there were.

    ``known``: whether the model says which layer reads what another leaves.
    """

    pairs: tuple[Pair, ...]
    tried: int
    known: bool

    @property
    def saving_macs(self) -> float:
        """What the best set of pairs saves."""
        return fsum(pair.saving_macs for pair in self.pairs if pair.best)

    def as_json(self) -> dict[str, Any]:
        best = [pair for pair in self.pairs if pair.best]
        return {
            "fused": [pair.as_json() for pair in self.pairs],
            "pairs_tried": self.tried,
            "connections_known": self.known,
            "best": {
                "pairs": len(best),
                "saving_macs": self.saving_macs,
                "saving_j": total(pair.saving_j for pair in best),
            },
        }


def fuse(rows: Sequence[LayerResult], platform: Platform) -> WhatIf:
    """Return what fusing pairs of layers would save."""
    tried, found = 0, []
    for first, second in pairs_of([row.layer for row in rows]):
        tried += 1
        both = rows[first], rows[second]
        try:
            fused = platform.fused(both[0].layer, both[1].layer)
        except JoulegraphError:  # no mapping fits beside the map
            continue
        if fused is not None:
            runs = both[0].layer.runs
            one, other = (estimate.repeated(runs) for estimate in fused.estimates)
            pair = Pair(first, second, both, replace(fused, estimates=(one, other)))
            if pair.saving_macs > 0:
                found.append(pair)
    known = any(row.layer.reader is not None for row in rows)
    return WhatIf(tuple(_with_best(found)), tried, known)


def pairs_of(layers: Sequence[Layer]) -> Iterator[tuple[int, int]]:
    """Yield the places of layers whose second alone reads what the first leaves."""
    at = {(layer.path, node): place for place, layer in enumerate(layers) for node in layer.nodes}
    for place, layer in enumerate(layers):
        reader = None if layer.reader is None else at.get((layer.path, layer.reader))
        if reader is not None and reader > place and _passes(layer, layers[reader]):
            yield place, reader


def _passes(first: Layer, second: Layer) -> bool:
    """Whether the first's ofmap is the second's ifmap, and all of it."""
    left, taken = first.ofmap_elements, second.ifmap_elements
    return (
        left is not None
        and left == taken
        and first.kind in _PRODUCERS
        and second.kind in _CONSUMERS
        and first.runs == second.runs <= 1
        and not (first.in_place or second.in_place)
        and first.bits.activation == second.bits.activation
        and (second.ifmaps == first.ofmaps)  # both empty in a link, which does not name them
        and (first.loops is None or first.loops.ofmap_elements == left)
        and (second.loops is None or second.loops.ifmap_elements == left)
    )


def _with_best(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Yield the pairs, with those marked that save most together and share no layer.

    A layer is the first of one pair at most, and the second of one: pairs make chains, and along a
    chain each is taken or left.
    """
    ends = {pair.second: place for place, pair in enumerate(pairs)}
    before = [ends.get(pair.first) for pair in pairs]
    most: list[float] = []  # what a chain saves at most up to a pair
    taken: list[bool] = []  # and whether with it
    for pair, last in zip(pairs, before, strict=True):
        earlier = None if last is None else before[last]
        without = 0.0 if last is None else most[last]
        with_it = pair.saving_macs + (0.0 if earlier is None else most[earlier])
        taken.append(with_it > without)
        most.append(max(with_it, without))
    best: set[int] = set()
    goes_on = {pair.first for pair in pairs}
    for place, pair in enumerate(pairs):
        at = None if pair.second in goes_on else place  # from the end of each chain back
        while at is not None:
            last = before[at]
            if taken[at]:
                best.add(at)
                last = None if last is None else before[last]
            at = last
    return (replace(pair, best=place in best) for place, pair in enumerate(pairs))
