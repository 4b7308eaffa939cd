"""The terms of the energy: at which boundary a tensor is filled, and what one word of it costs."""

import math
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from itertools import pairwise

from py.platforms.accelerator.mapper.ask.asked import Kept
from py.platforms.accelerator.nest.access import ARRAY, Access, Kind
from py.platforms.accelerator.nest.dims import TENSORS
from py.platforms.accelerator.nest.machine import Machine

Costs = MappingOf[Access, float]
"""Energy of one word of each access; what is left out costs nothing."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Words of a tensor at a boundary, ``price`` each.

    ``level`` is the memory whose tile is filled; the number of levels stands for the multiplier.
    ``together``: words that several PEs take in step count once. ``every_turn``: all turns of all
    loops take them anew. ``halo_kept``: what an ifmap tile shares with the turn before stays.
    """

    tensor: str
    level: int
    price: float
    together: bool = False
    every_turn: bool = False
    halo_kept: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """What each MAC and each output costs whatever the mapping."""

    per_mac: float
    per_output: float


def flows_of(machine: Machine, kept: Kept, costs: Costs) -> tuple[tuple[Flow, ...], Constant]:
    """Return the terms that a mapping can change, and those that it can't.

    The sum of both equals the costs of all ``accesses`` of a mapping.
    """
    return _Terms(machine, kept, costs).run()


class _Terms:
    def __init__(self, machine: Machine, kept: Kept, costs: Costs) -> None:
        self.machine, self.kept, self.costs = machine, kept, costs
        self.found: dict[tuple[str, int, bool, bool, bool], float] = {}
        self.per_mac = self.per_output = 0.0

    def run(self) -> tuple[tuple[Flow, ...], Constant]:
        for place, tensor in enumerate(TENSORS):
            keepers = [0, *(level for level, keeps in enumerate(self.kept, 1) if keeps[place])]
            between = self._psums if tensor == "ofmap" else self._operand
            for outer, inner in pairwise(keepers):
                between(tensor, outer, inner)
            at_mac = self._psums_of_macs if tensor == "ofmap" else self._operand_of_macs
            at_mac(tensor, keepers[-1])
        flows = tuple(
            Flow(tensor, level, price, together, every_turn, halo_kept)
            for (tensor, level, together, every_turn, halo_kept), price in self.found.items()
            if price
        )
        return flows, Constant(self.per_mac, self.per_output)

    def _operand(self, tensor: str, outer: int, inner: int) -> None:
        halo_kept = tensor == "ifmap" and self.machine.memories[inner].halo == "kept"
        read, fill = self._at(tensor, outer, "read"), self._at(tensor, inner, "fill")
        if not self._crosses(outer, inner):
            self._add(tensor, inner, read + fill, halo_kept=halo_kept)
            return
        shared = self.machine.multicast
        deliver = self._at(tensor, None, "deliver")
        self._add(tensor, inner, read, together=shared, halo_kept=halo_kept)
        self._add(tensor, inner, deliver + fill, halo_kept=halo_kept)

    def _operand_of_macs(self, tensor: str, keeper: int) -> None:
        read = self._at(tensor, keeper, "read")
        if not self._in_pe(keeper):
            self.per_mac += self._at(tensor, None, "deliver")
            self._add(tensor, self._mac, read, together=self.machine.multicast, every_turn=True)
        elif self.machine.operands == "on_change":
            self._add(tensor, self._mac, read)
        else:
            self.per_mac += read

    def _psums(self, tensor: str, outer: int, inner: int) -> None:
        crosses = self._crosses(outer, inner)
        brought = self._at("psum", outer, "read") + self._at("psum", inner, "fill")
        leaving: list[tuple[int | None, Kind]] = [(outer, "update")]
        if crosses:
            brought += self._at("psum", None, "deliver")
            leaving.append((None, "collect"))
        self._visits(tensor, outer, inner, brought, leaving, crosses)
        drain = self._at("psum", inner, "drain")
        self._add(tensor, inner, drain)
        if not self._in_pe(outer):
            self.per_output += self._at("ofmap", inner, "drain") - drain

    def _psums_of_macs(self, tensor: str, keeper: int) -> None:
        read, update = self._at("psum", keeper, "read"), self._at("psum", keeper, "update")
        if not self._in_pe(keeper):
            brought = read + self._at("psum", None, "deliver")
            above: list[tuple[int | None, Kind]] = [(keeper, "update"), (None, "collect")]
            self._visits(tensor, keeper, self._mac, brought, above, True, every_turn=True)
        elif self.machine.operands == "on_change":
            self._visits(tensor, keeper, self._mac, read, [(keeper, "update")], False)
        else:
            self.per_mac += read + update

    def _visits(
        self,
        tensor: str,
        outer: int,
        inner: int,
        brought: float,
        leaving: list[tuple[int | None, Kind]],
        crosses: bool,
        *,
        every_turn: bool = False,
    ) -> None:
        """Add the price of visits: at the outer level once for PEs in step, hops for the others."""
        up = math.fsum(self._at("psum", place, kind) for place, kind in leaving)
        hop = self._at("psum", None, "hop") if crosses else 0.0
        self._add(tensor, inner, brought + up - hop, together=crosses, every_turn=every_turn)
        if every_turn:
            self.per_mac += hop
        else:
            self._add(tensor, inner, hop)
        if self.machine.memories[outer].first_psum_access == "write_only":
            self.per_output -= brought
        if not self._in_pe(outer):
            complete = math.fsum(self._at("ofmap", place, kind) for place, kind in leaving)
            self.per_output += complete - up

    def _add(
        self,
        tensor: str,
        level: int,
        price: float,
        *,
        together: bool = False,
        every_turn: bool = False,
        halo_kept: bool = False,
    ) -> None:
        key = (tensor, level, together, every_turn, halo_kept)
        self.found[key] = self.found.get(key, 0.0) + price

    def _at(self, tensor: str, level: int | None, kind: Kind) -> float:
        place = ARRAY if level is None else self.machine.memories[level].id
        return self.costs.get((tensor, place, kind), 0.0)

    @property
    def _mac(self) -> int:
        return len(self.machine.memories)

    def _in_pe(self, level: int) -> bool:
        return level >= self.machine.array_at

    def _crosses(self, outer: int, inner: int) -> bool:
        return outer < self.machine.array_at <= inner
