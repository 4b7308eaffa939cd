"""Row stationary beside other dataflows: AlexNet's convolutions on 256 PEs and 256 KiB on chip.

Chen et al. (ISCA 2016, sections VI and VII) compare dataflows at equal PEs and equal *area* of all
storage, and find row stationary 1.4 to 2.5 times better. Here every array has the same number of
*bytes* (their area model is not at hand), the energies of their table IV at every size, dense data,
and each dataflow the mappings of least energy within its constraints. All are the file of the
study's array (isca16_16x16) with other register files, buffer, unrolling and constraints:

- row stationary: 512 B in a PE, 128 KiB in the buffer, as in the study.
- weight stationary: a PE holds one weight, while all ifmap values that it meets pass by; taps of a
  filter (and channels) lie side by side, so psums add up from PE to PE. The bytes go to the buffer.
- output stationary: a PE holds one psum until it is complete, and a window of the ifmap that its
  neighbours share (48 words, as the study's code has it); weights are broadcast. Three kinds: one
  channel at a time and many pixels (A), many of both (B), many channels and one pixel each (C).
- no local reuse: PEs hold nothing, all bytes are in the buffer, which holds weights too.

What comes out (``EXPLAINED``) has the study's range and order, and its reason: row stationary takes
each operand from the register file, the cheapest place, for every MAC (4.0 of its 6.0), and so
almost nothing from the array and the buffer; whoever keeps less in the PEs brings it to them again.
DRAM costs all nearly the same, for 256 KiB are enough for each. What differs from the study: at
equal area a buffer has more bytes than register files (its code gives no local reuse 346,458, 1.3
times as many), which is to the good of the others there, and a mapping here is the best of its
dataflow, not one of those that the study's code goes through.
"""

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from py.columns import columns
from py.layers.loops import LoopNest
from py.platforms.accelerator.engine import Accelerator
from py.platforms.load import platform_from_json, read_platform_file
from tests.papers.isca16 import LAYERS
from tests.papers.line import Line
from tests.platforms.accelerator.edited import edited
from tests.platforms.accelerator.test_laws import layer_of

PES = 256
WORD_BYTES = 2
PUBLISHED = (1.4, 2.5)
"""How many times the energy of row stationary the others take, from the least to the most."""
BYTES = PES * 512 + 128 * 1024
CONVOLUTIONS = {name: loops for name, loops in LAYERS.items() if name.startswith("conv")}
LEVELS = ("mac", "register_file", "array", "global_buffer", "dram")


EXPLAINED = {
    "row stationary": "Each operand of a MAC is in its PE: filter rows stay, ifmap rows slide.",
    "weight stationary": (
        "For each MAC an ifmap value crosses the array and a psum goes on to the next PE (4.0 in "
        "place of 0.2). Psums of PEs that hold too few channels go through the buffer; CONV1's 121 "
        "taps leave no room for a second filter, so each ifmap value comes for one MAC (6.0)."
    ),
    "output stationary A": (
        "For each MAC a weight and an ifmap value cross the array (4.0); one channel at a time has "
        "no other use for an ifmap value, so windows come again from the buffer for each."
    ),
    "output stationary B": "As A, but channels side by side share what comes from the buffer.",
    "output stationary C": "No PEs share a weight: each comes from the buffer for one MAC (6.0).",
    "no local reuse": (
        "Each weight comes from the buffer for one MAC (6.0), and all three operands cross the "
        "array (6.0)."
    ),
}


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes of a PE by tensor (0: it is not kept there), and those that are left for the buffer."""

    weight: int = 0
    ifmap: int = 0
    ofmap: int = 0

    @property
    def buffer(self) -> int:
        """Return what is left of the bytes on chip."""
        return BYTES - PES * (self.weight + self.ifmap + self.ofmap)


@dataclass(frozen=True, slots=True)
class Energies:
    """MAC energies a MAC by level, over all of AlexNet's convolutions, and PEs at work."""

    by_level: dict[str, float]
    utilisation: float

    @property
    def total(self) -> float:
        """Return the MAC energies of a MAC."""
        return math.fsum(self.by_level.values())


def _kept(kept: bool) -> str:
    return "kept" if kept else "bypassed"


def _with(storage: Storage, rows: str, columns: str, dataflow: dict[str, Any]) -> dict[str, Any]:
    """Return the study's array with other storage, unrolling along its axes, and constraints."""
    rooms = {"weight": storage.weight, "ifmap": storage.ifmap, "ofmap": storage.ofmap}
    changes: dict[str, Any] = {
        "levels.1.capacity.value.shared": storage.buffer,
        "levels.2.capacity.value": {tensor: room for tensor, room in rooms.items() if room},
        "levels.2.keeps.value": {tensor: _kept(bool(room)) for tensor, room in rooms.items()},
        "levels.1.keeps.value.weight": _kept(not storage.weight),
        "array.axes.0.loops.value": rows,
        "array.axes.1.loops.value": columns,
        "dataflows": [{"source": "isca16 section IV", **dataflow}],
    }
    return edited(changes, read_platform_file("isca16_16x16"))


def _weight_stationary() -> dict[str, Any]:
    flow = {
        "id": "weight_stationary",
        "name": "Weight stationary",
        "tiles": {"register_file": {"one": "ngmcopqtrs"}},
        "stationary": {"global_buffer": "weight"},
        "spread": "rs",
    }
    return _with(Storage(weight=WORD_BYTES), "rcm", "scm", flow)


def _output_stationary(kind: str, rows: str, columns: str) -> dict[str, Any]:
    flow = {
        "id": "output_stationary",
        "name": f"Output stationary {kind}",
        "tiles": {
            "global_buffer": {"whole": "ctrs", "one": "g"},
            "register_file": {"one": "ngmcopqt"},
        },
        "stationary": {"global_buffer": "ofmap"},
        "spread": "",
    }
    return _with(Storage(ifmap=48 * WORD_BYTES, ofmap=WORD_BYTES), rows, columns, flow)


def _no_local_reuse() -> dict[str, Any]:
    changes = {
        "levels.1.capacity.value.shared": BYTES,
        "network.energy.collect.value": 0,
        "dataflows.0.spread": "",
    }
    return edited(changes, read_platform_file("no-local-reuse"))


FILES = {
    "row stationary": lambda: read_platform_file("isca16_16x16"),
    "weight stationary": _weight_stationary,
    "output stationary A": lambda: _output_stationary("A", "p", "q"),
    "output stationary B": lambda: _output_stationary("B", "pm", "qm"),
    "output stationary C": lambda: _output_stationary("C", "m", "m"),
    "no local reuse": _no_local_reuse,
}


def array(name: str) -> Accelerator:
    """Return the array of a dataflow."""
    platform = platform_from_json(FILES[name]())
    assert isinstance(platform, Accelerator)
    return platform


@cache
def energies(name: str, layer: str = "") -> Energies:
    """Return what a MAC costs on average, of one convolution or of all five."""
    platform = array(name)
    asked: list[LoopNest] = [CONVOLUTIONS[layer]] if layer else list(CONVOLUTIONS.values())
    cells: dict[str, list[float]] = {level: [] for level in LEVELS}
    macs, cycles = 0, 0
    for loops in asked:
        found = platform.estimate(layer_of(loops))
        assert found is not None
        assert found.mapping is not None
        macs += loops.macs
        cycles += found.mapping["cycles"]
        for term in found.terms:
            cells[term.level].append(term.energy)
    return Energies(
        {level: math.fsum(own) / macs for level, own in cells.items()}, macs / (cycles * PES)
    )


def lines() -> Iterator[Line]:
    """Yield how many times the energy of row stationary the other dataflows take.

    Expected is the nearest of what the study found.
    """
    least, most = PUBLISHED
    own = energies("row stationary").total
    for name in FILES:
        if name == "row stationary":
            continue
        got = energies(name).total / own
        expected = min(max(got, least), most)
        figure = f"energy of convolutions, {name} / row stationary"
        yield Line("ISCA 2016: 1.4 to 2.5", figure, expected, got, "", 0.05, EXPLAINED[name])


def table() -> str:
    """Return MAC energies of a MAC by level, the ratios, and what explains them."""
    header = ["dataflow", "layers", *LEVELS, "total", "ratio", "PEs at work"]
    rows = []
    for name in FILES:
        for layer in ("", *CONVOLUTIONS):
            found = energies(name, layer)
            beside = energies("row stationary", layer).total
            rows.append(
                [
                    name,
                    layer or "all",
                    *(f"{found.by_level[level]:.2f}" for level in LEVELS),
                    f"{found.total:.2f}",
                    f"{found.total / beside:.2f}",
                    f"{found.utilisation:.0%}",
                ]
            )
    told = [textwrap.fill(f"{name}: {text}", 100) for name, text in EXPLAINED.items()]
    return "\n".join([*columns(header, rows, left=2), "", *told])
