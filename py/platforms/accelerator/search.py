"""The memory-access optimisation: the mapping of least energy, found by bounding.

The energy of a mapping is a sum whose parts depend on few parameters each: DRAM traffic on (e, n)
and on how many tiles m leaves, psum traffic on (q, r), ifmap delivery on (p, t). Choices are
visited in the order of their least possible energy; when that reaches the best one found, none
after it can be better. So the result is the least energy of the space, not a sample of it.

The space: e, n, q, p of the form ceil(extent / k) (every e where padding is not fetched), r and t
likewise over what is left, m as many
whole passes as ceil(passes / k) allows, every order of the outer loops.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from py.errors import JoulegraphError
from py.platforms.accelerator.costs import Widths, WordCosts
from py.platforms.accelerator.counts import count, reloads
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.mapping import ORDERS, Order, RowStationaryMapping, pe_sets
from py.platforms.accelerator.problem import Problem, ceil_div, tile_sizes


@dataclass(frozen=True, slots=True)
class Found:
    """The best mapping, the energy of what it moves (in MAC energies), and how many were priced."""

    mapping: RowStationaryMapping
    energy: float
    evaluated: int


def movement_energy(
    problem: Problem, mapping: RowStationaryMapping, hardware: Hardware, costs: WordCosts
) -> float:
    """Return the energy of the words that a mapping moves, in MAC energies."""
    return math.fsum(
        entry.words * costs.energy[entry.tensor, entry.level]
        for entry in count(problem, mapping, hardware.conventions)
    )


def least_energy(problem: Problem, hardware: Hardware, widths: Widths, costs: WordCosts) -> Found:
    """Search the space of row-stationary mappings of a problem.

    Raises:
        JoulegraphError: ``does-not-fit`` when no mapping fits the array.
    """
    return _Search(problem, hardware, widths, costs).run()


@dataclass(frozen=True, slots=True)
class _Strip:
    """A choice of e and n with the least energy it can lead to.

    ``resident``: one tile holds all channels, so tiles may stay while outer loops turn.
    """

    bound: float
    e: int
    n: int
    resident: bool
    room: int
    ifmap_energy: float


class _Search:
    """One run over one problem; sums the same energies as ``movement_energy``, part by part."""

    def __init__(
        self, problem: Problem, hardware: Hardware, widths: Widths, costs: WordCosts
    ) -> None:
        conventions = hardware.conventions
        loops = problem.loops
        word = costs.energy
        fills = conventions.fills == "charged"
        prefetched = conventions.weights_in_global_buffer == "prefetched"
        each = not conventions.multicast
        self.problem, self.hardware, self.widths = problem, hardware, widths
        self.loops = loops
        self.maps = loops.n * loops.g * loops.c
        self.columns = problem.window_columns
        self.ifmap_fetch = word["ifmap", "dram"] + fills * word["ifmap", "global_buffer"]
        self.ifmap_read = (not each) * word["ifmap", "global_buffer"]
        self.ifmap_deliver = (
            word["ifmap", "array"]
            + fills * word["ifmap", "register_file"]
            + each * word["ifmap", "global_buffer"]
        )
        self.weight_fetch = (
            word["weight", "dram"] + prefetched * (2 - each) * word["weight", "global_buffer"]
        )
        self.weight_deliver = (
            word["weight", "array"]
            + fills * word["weight", "register_file"]
            + prefetched * each * word["weight", "global_buffer"]
        )
        transfers = conventions.psum_network == "hops_and_transfers"
        self.psum_access = word["psum", "global_buffer"] + transfers * word["psum", "array"]
        self.psum_hop = word["psum", "array"]
        self.write_only = conventions.first_psum_access == "write_only"
        self.fixed = problem.ofmap_words * word["ofmap", "dram"]
        self.fixed += fills * problem.ofmap_words * word["ofmap", "global_buffer"]
        self.doubled = 2 if conventions.buffering == "double" else 1
        self.best = math.inf
        self.mapping: RowStationaryMapping | None = None
        self.evaluated = 0
        self.outer: dict[tuple[int, int, bool, int, bool], tuple[float, Order]] = {}
        self.channels = self._channel_choices()
        self.filters = self._filter_choices()

    def run(self) -> Found:
        for strip in sorted(self._strips(), key=lambda strip: strip.bound):
            if strip.bound >= self.best:
                break
            self._visit(strip)
        if self.mapping is None:
            loops = self.loops
            raise JoulegraphError(
                "does-not-fit",
                f"No tile of a layer with {loops.r}x{loops.s} filters "
                f"on {loops.h}x{loops.w} ifmaps fits.",
                "Choose a platform with larger buffers, or narrower data.",
            )
        return Found(self.mapping, self.best, self.evaluated)

    def _channel_choices(self) -> list[tuple[float, int, int, int]]:
        """Return (psum energy, q, r, tiles of channels), cheapest first."""
        loops = self.loops
        most = max(1, self.hardware.ifmap_spad_bits // (loops.s * self.widths.activation))
        room = self.hardware.rows * self.hardware.columns
        choices = []
        for q in tile_sizes(loops.c, most):
            groups = ceil_div(loops.c, q)
            for r in tile_sizes(groups, room):
                tiles = ceil_div(groups, r)
                per_psum = (2 * tiles - self.write_only) * self.psum_access + (
                    loops.r * groups - tiles
                ) * self.psum_hop
                choices.append((loops.ofmap_elements * per_psum, q, r, tiles))
        return sorted(choices)

    def _filter_choices(self) -> list[tuple[int, int, int, int]]:
        """Return (p, t, passes over the filters, sets of filters)."""
        loops = self.loops
        most = max(
            1,
            min(
                self.hardware.psum_spad_bits // self.widths.psum,
                self.hardware.weight_spad_bits // (loops.s * self.widths.weight),
            ),
        )
        room = self.hardware.rows * self.hardware.columns
        choices = []
        for p in tile_sizes(loops.m, most):
            sets = ceil_div(loops.m, p)
            choices += [(p, t, ceil_div(sets, t), sets) for t in tile_sizes(sets, room)]
        return choices

    def _strips(self) -> list[_Strip]:
        loops, problem = self.loops, self.problem
        resident_possible = any(tiles == 1 for _, _, _, tiles in self.channels)
        words = self.hardware.buffer_bits // self.widths.activation
        strips = []
        for e in self._strip_sizes():
            room = pe_sets(self.hardware, loops.r, e)
            if room == 0:
                continue
            ifmap_energy = (
                self.maps * problem.ifmap_rows_from_dram(e) * self.columns * self.ifmap_fetch
            )
            for n in tile_sizes(loops.n, words):
                filters = self._most_filters(e, n, 1)
                if filters == 0:
                    continue
                bound = self.fixed + self._weight_energy(
                    e, ceil_div(loops.n, n), ceil_div(loops.p, e)
                )
                bound += ifmap_energy * ceil_div(loops.m, filters)
                strips.append(_Strip(bound, e, n, False, room, ifmap_energy))
                if resident_possible:
                    bound = self.fixed + self._weight_energy(e, 1, 1) + ifmap_energy
                    strips.append(_Strip(bound, e, n, True, room, ifmap_energy))
        return strips

    def _strip_sizes(self) -> Sequence[int]:
        """Return the strips to look at; without padding it matters where strips end."""
        most = self.hardware.columns * self.hardware.rows
        if self.problem.padding_fetched:
            return tile_sizes(self.loops.p, most)
        return range(1, min(self.loops.p, most) + 1)

    def _weight_energy(self, e: int, images: int, strips: int) -> float:
        loops = self.loops
        pe_columns = loops.p if strips > 1 else min(e, loops.p)
        return (
            loops.weight_elements
            * images
            * (strips * self.weight_fetch + pe_columns * self.weight_deliver)
        )

    def _most_filters(self, e: int, n: int, channels: int) -> int:
        """Return of how many ofmap channels the global buffer can keep psums."""
        loops, hardware = self.loops, self.hardware
        bank = hardware.bank_bits
        ifmap = (
            n
            * channels
            * self.problem.strip_rows(e)
            * self.columns
            * self.widths.activation
            * self.doubled
        )
        left = hardware.buffer_bits // bank - ceil_div(ifmap, bank)
        return max(0, left * bank // (n * e * loops.q * self.widths.psum * self.doubled))

    def _visit(self, strip: _Strip) -> None:
        loops = self.loops
        read = self.maps * self.problem.ifmap_rows(strip.e) * self.columns * self.ifmap_read
        deliver = self.maps * loops.r * loops.p * self.columns * self.ifmap_deliver
        filters = sorted(
            (read * passes + deliver * sets, p, t, passes)
            for p, t, passes, sets in self.filters
            if t <= strip.room
        )
        weight_spad = self.hardware.weight_spad_bits // (loops.s * self.widths.weight)
        cheapest = filters[0][0]
        for psum_energy, q, r, tiles in self.channels:
            if r > strip.room or (tiles == 1) != strip.resident:
                continue
            if strip.bound + psum_energy + cheapest >= self.best:
                break
            most = self._most_filters(strip.e, strip.n, min(q * r, loops.c))
            if most == 0:
                continue
            bound = strip.bound + psum_energy
            if not strip.resident:
                tightened = ceil_div(loops.m, most) - ceil_div(
                    loops.m, self._most_filters(strip.e, strip.n, 1)
                )
                bound += strip.ifmap_energy * tightened
            for filter_energy, p, t, passes in filters:
                if bound + filter_energy >= self.best:
                    break
                if r * t > strip.room or p * q > weight_spad:
                    continue
                fitting = passes if loops.m <= most else most // (p * t)
                if fitting == 0:
                    continue
                at_once = ceil_div(passes, ceil_div(passes, min(fitting, passes)))
                for per_tile in {at_once, 1} if strip.resident else {at_once}:
                    self._price(strip, psum_energy + filter_energy, (p, q, r, t), per_tile)

    def _price(
        self,
        strip: _Strip,
        inner_energy: float,
        inner: tuple[int, int, int, int],
        per_tile: int,
    ) -> None:
        p, q, r, t = inner
        m = min(self.loops.m, p * t * per_tile)
        self.evaluated += 1
        outer_energy, order = self._outer(strip, m, p * t, q * r)
        if outer_energy + inner_energy < self.best:
            self.best = outer_energy + inner_energy
            self.mapping = RowStationaryMapping(m, strip.n, strip.e, p, q, r, t, order)

    def _outer(self, strip: _Strip, m: int, per_pass: int, channels: int) -> tuple[float, Order]:
        """Return the least energy of what the loops outside a pass fetch, and their order.

        It depends on how often those loops turn, not on the sizes themselves: most are known.
        """
        key = (strip.e, strip.n, strip.resident, ceil_div(self.loops.m, m), m > per_pass)
        known = self.outer.get(key)
        if known is None:
            found = []
            for place, order in enumerate(ORDERS if strip.resident else ORDERS[:1]):
                mapping = RowStationaryMapping(m, strip.n, strip.e, per_pass, channels, 1, 1, order)
                again = reloads(self.problem, mapping)
                energy = self.fixed + self._weight_energy(
                    strip.e, again.weight_images, again.weight_strips
                )
                found.append((energy + strip.ifmap_energy * again.ifmap, place))
            energy, place = min(found)
            known = self.outer[key] = energy, ORDERS[place]
        return known
