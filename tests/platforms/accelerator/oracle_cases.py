"""Small problems, mappings and conventions to compare two implementations on."""

from collections import Counter
from itertools import product
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st

from py.layers.loops import LoopNest
from py.platforms.accelerator.conventions import Conventions
from py.platforms.accelerator.counts import count
from py.platforms.accelerator.mapping import ORDERS, RowStationaryMapping
from py.platforms.accelerator.problem import Problem
from tests.platforms.accelerator.oracle import Words

COUNTED = (
    "halo",
    "padding",
    "first_psum_access",
    "fills",
    "weights_in_global_buffer",
    "multicast",
    "psum_network",
)
PRICED: dict[str, Any] = {
    "skipped_mac": "none",
    "spared_accesses": (),
    "coding": "none",
    "coded_levels": (),
    "coded_tensors": (),
    "buffering": "single",
}


def all_conventions() -> list[Conventions]:
    """Every combination of the conventions that change how many words are accessed."""
    hints = get_type_hints(Conventions)
    choices = [(True, False) if hints[name] is bool else get_args(hints[name]) for name in COUNTED]
    return [
        Conventions(**dict(zip(COUNTED, values, strict=True)), **PRICED)
        for values in product(*choices)
    ]


def counted(problem: Problem, mapping: RowStationaryMapping, conventions: Conventions) -> Words:
    """Return what the closed form counts, by (tensor, level)."""
    words: Words = Counter()
    for entry in count(problem, mapping, conventions):
        words[entry.tensor, entry.level] += entry.words
    return Counter({key: number for key, number in words.items() if number})


def problem_from(loops: LoopNest, conventions: Conventions, *, overhang: int = 0) -> Problem:
    """A problem as after cutting, with outputs that its last pieces have beyond the layer's."""
    return Problem(
        loops=loops,
        macs=loops.macs,
        ofmap_words=loops.ofmap_elements - overhang,
        halo_kept=conventions.halo == "kept",
        padding_fetched=conventions.padding == "fetched",
        pieces="",
    )


@st.composite
def loop_nests(draw: st.DrawFn, rows: int = 12, columns: int = 6) -> LoopNest:
    """Loop bounds whose ifmap is as large as its outputs need, as in a layer that exists."""

    def axis(most: int) -> tuple[int, int, int, int, int, int, int]:
        taps, stride, dilation = (draw(st.integers(1, top)) for top in (4, 3, 2))
        reach = (taps - 1) * dilation + 1
        before, after = draw(st.integers(0, reach - 1)), draw(st.integers(0, reach - 1))
        least = max(1, reach - before - after)
        size = draw(st.integers(least, max(least, most)))
        outputs = (size + before + after - reach) // stride + 1
        return outputs, taps, size, stride, dilation, before, after

    p, r, h, *by_row = axis(rows)
    q, s, w, *by_column = axis(columns)
    n, g, m, c = (draw(st.integers(1, most)) for most in (4, 2, 9, 9))
    return LoopNest(
        n=n,
        g=g,
        m=m,
        c=c,
        p=p,
        q=q,
        r=r,
        s=s,
        h=h,
        w=w,
        stride=(by_row[0], by_column[0]),
        dilation=(by_row[1], by_column[1]),
        padding=(by_row[2], by_column[2], by_row[3], by_column[3]),
    )


@st.composite
def mappings(draw: st.DrawFn, loops: LoopNest) -> RowStationaryMapping:
    """Any sizes, with ``m`` made of whole passes or all filters at once."""
    p, t = draw(st.integers(1, loops.m)), draw(st.integers(1, 3))
    whole = st.integers(1, -(-loops.m // (p * t))).map(lambda count: count * p * t)
    return RowStationaryMapping(
        m=draw(whole | st.just(loops.m) if p * t <= loops.m else st.just(loops.m) | whole),
        n=draw(st.integers(1, loops.n)),
        e=draw(st.integers(1, loops.p)),
        p=p,
        q=draw(st.integers(1, loops.c)),
        r=draw(st.integers(1, 3)),
        t=t,
        order=draw(st.sampled_from(ORDERS)),
    )
