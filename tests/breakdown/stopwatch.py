"""A made-up timed platform: a nanosecond a MAC, one a byte, and a microsecond to start a layer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from py.errors import JoulegraphError
from py.layers import Layer
from py.notes import Note
from py.platforms import Estimate, Interval, Level, TimedEstimate, TimeTerm
from py.platforms.counted import Fused
from py.platforms.platform import Standing
from py.platforms.timed import LEVELS

RULE = "all layers are taken to be off by the same."


@dataclass(frozen=True)
class Stopwatch:
    """``powers`` are watts by the kind of layer, None where unknown; ``estimated`` kinds were not
    measured, ``refused`` ones have no answer, and ``outside`` ones lie out of range.
    """

    powers: dict[str, float | None]
    estimated: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    host: Standing | None = None
    idle: Standing | None = None
    id: str = "stopwatch"
    name: str = "Stopwatch"
    kind: str = "measured"
    hash: str = "0123456789abcdef"
    levels: tuple[Level, ...] = LEVELS
    notes: tuple[Note, ...] = (Note("platform-made-up", "This platform is made up."),)
    native_bits: tuple[int, int] = (32, 32)

    def element_bits(self, dtype: str) -> int | None:
        return {"float32": 32, "float16": 16, "bfloat16": 16}.get(dtype)

    def fused(self, _first: Layer, _second: Layer, /) -> Fused | None:
        return None

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "kind": self.kind, "hash": self.hash}

    def combined(self, priced: Sequence[tuple[Layer, Estimate]], /) -> Interval | None:
        ends = [estimate.interval for _, estimate in priced if estimate.time_s]
        found = [one.of("time_s") for one in ends if one is not None]
        if len(found) != len(ends):
            return None
        low, high = (math.fsum(pair[at] for pair in found if pair) for at in (0, 1))
        return Interval({"time_s": (low, high)}, 0.8, RULE)

    def estimate(self, layer: Layer) -> TimedEstimate | None:
        if layer.kind in self.refused:
            raise JoulegraphError("no-answer", f"Nobody timed {layer.kind}.", "Choose another.")
        if layer.macs is None or layer.ofmap_elements is None:
            return None
        if layer.in_place:
            return TimedEstimate((), "measured")
        estimated, power = layer.kind in self.estimated, self.powers.get(layer.kind)
        terms = (
            TimeTerm("MACs", "computation", layer.macs * 1e-9, "a nanosecond each"),
            TimeTerm("ofmap", "ofmap", layer.ofmap_elements * 4e-9, "a nanosecond a byte"),
            TimeTerm("launch", "launch", 1e-6, "a microsecond"),
        )
        time = math.fsum(term.time_s for term in terms)
        interval = Interval({"time_s": (0.9 * time, 1.2 * time)})
        return TimedEstimate(
            terms,
            time_origin="datasheet" if estimated else "measured",
            power_w=power,
            power_origin=None if power is None else "datasheet" if estimated else "measured",
            interval=None if estimated else interval,
            in_range=None if estimated else layer.kind not in self.outside,
            bits={"weight": 32, "activation": 32},
            notes=(Note("odd", "It has an odd size."),) if layer.ofmap_elements % 2 else (),
        )
