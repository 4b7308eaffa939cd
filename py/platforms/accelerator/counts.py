"""How many words a mapping moves: the counts of a walk over its loop nest, in closed form.

A tile is fetched each time it changes: as often as the loops outside it turn, down to the innermost
loop that it depends on. Loops of a single trip are no loops. Last tiles are counted at their true
size.
"""

from dataclasses import dataclass

from py.platforms.accelerator.conventions import Conventions
from py.platforms.accelerator.mapping import RowStationaryMapping
from py.platforms.accelerator.problem import Problem, ceil_div


@dataclass(frozen=True, slots=True)
class Count:
    """Words of one tensor accessed at one level for one reason.

    ``psum`` are partial sums, ``ofmap`` complete outputs: their widths differ.
    """

    tensor: str
    level: str
    words: int
    why: str


@dataclass(frozen=True, slots=True)
class Reloads:
    """How often ifmaps and weights come from DRAM beyond once.

    ``ifmap`` times for tiles of filters; ``weight_images`` and ``weight_strips`` times for tiles of
    images and of ofmap rows.
    """

    ifmap: int
    weight_images: int
    weight_strips: int


def reloads(problem: Problem, mapping: RowStationaryMapping, filters: int | None = None) -> Reloads:
    """Return how often the loops outside make a tile change.

    ``filters`` is the size of the tile of ofmap channels looked at, by default a full one.
    """
    loops = problem.loops
    trips = {
        "m": ceil_div(loops.m, mapping.m),
        "n": ceil_div(loops.n, mapping.n),
        "e": ceil_div(loops.p, mapping.e),
    }
    outside = {name: mapping.order[: mapping.order.index(name)] for name in "mne"}
    channel_tiles = ceil_div(loops.c, mapping.q * mapping.r)
    passes = ceil_div(filters or min(mapping.m, loops.m), mapping.p * mapping.t)
    if channel_tiles > 1:
        ifmap = trips["m"]
    else:
        innermost = [name for name in mapping.order if name != "m" and trips[name] > 1][-1:]
        ifmap = trips["m"] if innermost and "m" in outside[innermost[0]] else 1
    if channel_tiles > 1 or passes > 1:
        return Reloads(ifmap, trips["n"], trips["e"])
    if trips["m"] == 1:
        return Reloads(ifmap, 1, 1)
    return Reloads(
        ifmap,
        trips["n"] if "n" in outside["m"] else 1,
        trips["e"] if "e" in outside["m"] else 1,
    )


def count(
    problem: Problem, mapping: RowStationaryMapping, conventions: Conventions
) -> tuple[Count, ...]:
    """Return every access of DRAM, global buffer and array, and the register files' fills.

    Register-file accesses of the MACs themselves are per MAC and counted by the engine.
    """
    again = reloads(problem, mapping)
    return (
        *_ifmap(problem, mapping, conventions, again),
        *_weight(problem, mapping, conventions, again),
        *_ofmap(problem, mapping, conventions),
    )


def _ifmap(
    problem: Problem, mapping: RowStationaryMapping, conventions: Conventions, again: Reloads
) -> list[Count]:
    loops = problem.loops
    maps = loops.n * loops.g * loops.c
    columns = problem.window_columns
    rows = problem.ifmap_rows_from_dram(mapping.e)
    fetched = maps * rows * columns * again.ifmap
    why = f"{maps} ifmaps x {rows} rows x {columns} columns x {again.ifmap} (tiles of filters)"
    passes = ceil_div(loops.m, mapping.p * mapping.t)
    strip_rows = problem.ifmap_rows(mapping.e)
    read = maps * strip_rows * columns * passes
    sets = ceil_div(loops.m, mapping.p)
    delivered = maps * loops.r * loops.p * columns * sets
    delivered_why = (
        f"{maps} ifmaps x {loops.r}x{loops.p} PEs x {columns} columns x {sets} sets of filters"
    )
    counts = [Count("ifmap", "dram", fetched, f"read: {why}")]
    if conventions.fills == "charged":
        counts.append(Count("ifmap", "global_buffer", fetched, f"filled: {why}"))
    if conventions.multicast:
        read_why = f"read: {maps} ifmaps x {strip_rows} rows x {columns} columns x {passes} passes"
        counts.append(Count("ifmap", "global_buffer", read, read_why))
    else:
        counts.append(
            Count("ifmap", "global_buffer", delivered, f"read for each PE: {delivered_why}")
        )
    counts.append(Count("ifmap", "array", delivered, f"delivered: {delivered_why}"))
    if conventions.fills == "charged":
        counts.append(Count("ifmap", "register_file", delivered, f"filled: {delivered_why}"))
    return counts


def _weight(
    problem: Problem, mapping: RowStationaryMapping, conventions: Conventions, again: Reloads
) -> list[Count]:
    loops = problem.loops
    fetched = delivered = 0
    whys, delivered_whys = [], []
    for filters, times in _filter_tiles(problem, mapping, again):
        images, strips = times.weight_images, times.weight_strips
        weights = loops.g * filters * loops.c * loops.r * loops.s
        fetched += weights * images * strips
        whys.append(f"{weights} weights x {images} (tiles of images) x {strips} (strips of rows)")
        pe_columns = loops.p if strips > 1 else min(mapping.e, loops.p)
        delivered += weights * images * pe_columns
        delivered_whys.append(
            f"{weights} weights x {images} (tiles of images) x {pe_columns} PEs of a row"
        )
    why, delivered_why = " + ".join(whys), " + ".join(delivered_whys)
    counts = [Count("weight", "dram", fetched, f"read: {why}")]
    if conventions.weights_in_global_buffer == "prefetched":
        read = fetched if conventions.multicast else delivered
        counts.append(
            Count("weight", "global_buffer", fetched + read, f"prefetched, written and read: {why}")
        )
    counts.append(Count("weight", "array", delivered, f"delivered: {delivered_why}"))
    if conventions.fills == "charged":
        counts.append(Count("weight", "register_file", delivered, f"filled: {delivered_why}"))
    return counts


def _filter_tiles(
    problem: Problem, mapping: RowStationaryMapping, again: Reloads
) -> list[tuple[int, Reloads]]:
    """Return the filters in tiles of ``m`` with how often their weights are fetched.

    A last tile of a single pass stays where full tiles of several passes do not.
    """
    m = problem.loops.m
    last = m % mapping.m
    if not last or last == m:
        return [(m, again)]
    shorter = reloads(problem, mapping, filters=last)
    if shorter == again:
        return [(m, again)]
    return [(m - last, again), (last, shorter)]


def _ofmap(
    problem: Problem, mapping: RowStationaryMapping, conventions: Conventions
) -> list[Count]:
    loops = problem.loops
    psums = loops.ofmap_elements
    tiles = ceil_div(loops.c, mapping.q * mapping.r)
    turns = 2 * tiles - (conventions.first_psum_access == "write_only")
    why = f"{psums} psums x {turns} (read and written for {tiles} tiles of channels)"
    hops = loops.r * ceil_div(loops.c, mapping.q) - tiles
    counts = [
        Count("ofmap", "dram", problem.ofmap_words, f"written: {problem.ofmap_words} outputs"),
        Count("psum", "global_buffer", psums * turns, why),
    ]
    if conventions.fills == "charged":
        outputs = problem.ofmap_words
        counts.append(Count("ofmap", "global_buffer", outputs, f"read for DRAM: {outputs} outputs"))
    counts.append(
        Count(
            "psum",
            "array",
            psums * hops,
            f"{psums} psums x {hops} hops between PEs ({loops.r} filter rows)",
        )
    )
    if conventions.psum_network == "hops_and_transfers":
        counts.append(
            Count("psum", "array", psums * turns, f"to and from the global buffer: {why}")
        )
    return counts
