"""Counts accesses by walking the loop nest of a row-stationary mapping, step by step.

The second implementation that ``py/platforms/accelerator/counts.py`` is checked against, written
from the words of the dataflow and not from those formulae. Each level holds the coordinates of its
tile; a tile is fetched when those coordinates are not the ones held.

The nest, outermost first: groups; tiles of filters, images and ofmap rows in ``mapping.order``;
tiles of ``q * r`` channels; passes of ``p * t`` filters. Last tiles have their true size.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from py.platforms.accelerator.conventions import Conventions
from py.platforms.accelerator.mapping import RowStationaryMapping
from py.platforms.accelerator.problem import Problem

Words = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Pass:
    """What the array works on at once: a group, and the coordinates taken from each loop.

    ``round`` says in which filter tile we are: a pass over an image begins anew in each.
    """

    group: int
    round: range
    images: range
    strip: range
    channels: range
    filters: range


def walk(problem: Problem, mapping: RowStationaryMapping, conventions: Conventions) -> Words:
    """Return the words accessed by (tensor, level)."""
    walker = _Walker(problem, mapping, conventions)
    for step in passes(problem, mapping):
        walker.run(step)
    walker.drain()
    return Counter({key: words for key, words in walker.words.items() if words})


def passes(problem: Problem, mapping: RowStationaryMapping) -> Iterator[Pass]:
    """Walk the nest outside the array."""
    loops = problem.loops
    tiles = {
        "m": _tiles(range(loops.m), mapping.m),
        "n": _tiles(range(loops.n), mapping.n),
        "e": _tiles(range(loops.p), mapping.e),
    }
    outer, middle, inner = mapping.order
    for group in range(loops.g):
        for a in tiles[outer]:
            for b in tiles[middle]:
                for c in tiles[inner]:
                    at = {outer: a, middle: b, inner: c}
                    for channels in _tiles(range(loops.c), mapping.q * mapping.r):
                        for filters in _tiles(at["m"], mapping.p * mapping.t):
                            yield Pass(group, at["m"], at["n"], at["e"], channels, filters)


def _tiles(extent: range, size: int) -> list[range]:
    return [extent[at : at + size] for at in range(0, len(extent), size)]


def _footprint(
    outputs: range, taps: int, stride: int, dilation: int, before: int, size: int | None
) -> range:
    """Ifmap coordinates from the first that the outputs read to the last, cut at ``size``."""
    first = outputs[0] * stride - before
    last = outputs[-1] * stride - before + (taps - 1) * dilation
    return range(first, last + 1) if size is None else range(max(first, 0), min(last + 1, size))


@dataclass(slots=True)
class _Walker:
    problem: Problem
    mapping: RowStationaryMapping
    conventions: Conventions
    words: Words = field(default_factory=Counter)
    held_ifmap: tuple[object, ...] | None = None
    held_weights: tuple[object, ...] | None = None
    pes_with_weights: int = 0
    rows_fetched: dict[tuple[object, ...], set[int]] = field(default_factory=dict)

    def run(self, step: Pass) -> None:
        self.fetch_ifmap(step)
        self.fetch_weights(step)
        self.deliver_ifmap(step)
        self.add_psums(step)

    def rows(self, step: Pass) -> range:
        """Ifmap rows under the strip of a pass."""
        loops = self.problem.loops
        size = None if self.problem.padding_fetched else loops.h
        return _footprint(
            step.strip, loops.r, loops.stride[0], loops.dilation[0], loops.padding[0], size
        )

    def columns(self) -> range:
        """Ifmap columns under a row of outputs."""
        loops = self.problem.loops
        size = None if self.problem.padding_fetched else loops.w
        return _footprint(
            range(loops.q), loops.s, loops.stride[1], loops.dilation[1], loops.padding[1], size
        )

    def fetch_ifmap(self, step: Pass) -> None:
        """DRAM to global buffer, when the buffer's tile is another one."""
        tile = (step.group, step.images, step.strip, step.channels)
        if tile == self.held_ifmap:
            return
        self.held_ifmap = tile
        rows = set(self.rows(step))
        if self.problem.halo_kept:
            image = (step.group, step.round, step.images, step.channels)
            seen = self.rows_fetched.setdefault(image, set())
            rows -= seen
            seen |= rows
        words = len(step.images) * len(step.channels) * len(rows) * len(self.columns())
        self.words["ifmap", "dram"] += words
        if self.conventions.fills == "charged":
            self.words["ifmap", "global_buffer"] += words

    def fetch_weights(self, step: Pass) -> None:
        """DRAM to PEs, through the global buffer or past it, when the PEs' weights are others."""
        loops = self.problem.loops
        words = len(step.filters) * len(step.channels) * loops.r * loops.s
        tile = (step.group, step.filters, step.channels)
        prefetched = self.conventions.weights_in_global_buffer == "prefetched"
        if tile != self.held_weights:
            self.held_weights = tile
            self.pes_with_weights = 0
            self.words["weight", "dram"] += words
            if prefetched:
                reads = 1 if self.conventions.multicast else 0  # else one per delivery, below
                self.words["weight", "global_buffer"] += (1 + reads) * words
        for _ in range(self.pes_with_weights, len(step.strip)):
            self.words["weight", "array"] += words
            if prefetched and not self.conventions.multicast:
                self.words["weight", "global_buffer"] += words
            if self.conventions.fills == "charged":
                self.words["weight", "register_file"] += words
        self.pes_with_weights = max(self.pes_with_weights, len(step.strip))

    def deliver_ifmap(self, step: Pass) -> None:
        """Global buffer to PEs: the row of each PE, for each set of PEs with filters of its own."""
        loops = self.problem.loops
        columns = len(self.columns())
        delivered = 0
        for _filters in _tiles(step.filters, self.mapping.p):
            for _channel in step.channels:
                for _filter_row in range(loops.r):
                    for _ofmap_row in step.strip:
                        delivered += len(step.images) * columns
        self.words["ifmap", "array"] += delivered
        if self.conventions.fills == "charged":
            self.words["ifmap", "register_file"] += delivered
        if self.conventions.multicast:
            footprint = len(step.images) * len(step.channels) * len(self.rows(step)) * columns
            self.words["ifmap", "global_buffer"] += footprint
        else:
            self.words["ifmap", "global_buffer"] += delivered

    def add_psums(self, step: Pass) -> None:
        """Down the PEs of each set, from set to set along channels, and to the global buffer."""
        loops = self.problem.loops
        outputs = len(step.images) * len(step.filters) * len(step.strip) * loops.q
        links = loops.r * len(_tiles(step.channels, self.mapping.q)) - 1
        self.words["psum", "array"] += outputs * links
        first = step.channels[0] == 0
        spared = first and self.conventions.first_psum_access == "write_only"
        accesses = outputs if spared else 2 * outputs
        self.words["psum", "global_buffer"] += accesses
        if self.conventions.psum_network == "hops_and_transfers":
            self.words["psum", "array"] += accesses

    def drain(self) -> None:
        """Complete outputs, once each, from the global buffer to DRAM."""
        self.words["ofmap", "dram"] += self.problem.ofmap_words
        if self.conventions.fills == "charged":
            self.words["ofmap", "global_buffer"] += self.problem.ofmap_words
