"""From fills to accesses: who reads, who is filled, what travels through the array."""

from collections import Counter
from itertools import pairwise

from py.platforms.accelerator.nest.access import ARRAY, Access
from py.platforms.accelerator.nest.dims import TENSORS
from py.platforms.accelerator.nest.fills import Fills
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem


def accesses(problem: Problem, machine: Machine, mapping: Mapping) -> dict[Access, int]:
    """Return the words of every access that a mapping causes; see the package's text.

    Raises:
        ValueError: a mapping for another machine, or tiles larger than what is around them.
    """
    return _Count(problem, machine, mapping).run()


class _Count:
    def __init__(self, problem: Problem, machine: Machine, mapping: Mapping) -> None:
        self.problem, self.machine, self.mapping = problem, machine, mapping
        self.fills = Fills(problem, machine, mapping)
        self.found: Counter[Access] = Counter()

    def run(self) -> dict[Access, int]:
        for place, tensor in enumerate(TENSORS):
            inside = [level for level, kept in enumerate(self.mapping.kept, 1) if kept[place]]
            keepers = [0, *inside]
            between = self._psums if tensor == "ofmap" else self._operand
            for outer, inner in pairwise(keepers):
                between(tensor, outer, inner)
            at_mac = self._psums_of_macs if tensor == "ofmap" else self._operand_of_macs
            at_mac(tensor, keepers[-1])
        return {access: words for access, words in self.found.items() if words}

    def _operand(self, tensor: str, outer: int, inner: int) -> None:
        level = self.machine.memories[inner]
        chain, kept = self.fills.chain, level.halo == "kept"
        filled = self.fills.words(tensor, chain.of_memory[inner], halo_kept=kept)
        read = filled
        if self._crosses(outer, inner):
            self.found[tensor, ARRAY, "deliver"] += filled
            if self.machine.multicast:
                read = self.fills.words(
                    tensor, chain.of_memory[inner], halo_kept=kept, together=True
                )
        self.found[tensor, self._id(outer), "read"] += read
        self.found[tensor, level.id, "fill"] += filled

    def _operand_of_macs(self, tensor: str, keeper: int) -> None:
        macs, chain = self.problem.macs, self.fills.chain
        if self._in_pe(keeper):
            on_change = self.machine.operands == "on_change"
            read = self.fills.words(tensor, len(chain.boundaries) - 1) if on_change else macs
        else:
            self.found[tensor, ARRAY, "deliver"] += macs
            read = self.fills.words_every_turn(tensor, together=self.machine.multicast)
        self.found[tensor, self._id(keeper), "read"] += read

    def _psums(self, tensor: str, outer: int, inner: int) -> None:
        chain, found = self.fills.chain, self.found
        crosses = self._crosses(outer, inner)
        visits = inside = self.fills.words(tensor, chain.of_memory[inner])
        if crosses:
            visits = self.fills.words(tensor, chain.of_memory[inner], together=True)
        complete = 0 if self._in_pe(outer) else self.problem.elements(tensor)
        self._down(outer, visits, crosses)
        found["psum", self._id(inner), "fill"] += self._brought(outer, visits)
        found["ofmap", self._id(inner), "drain"] += complete
        found["psum", self._id(inner), "drain"] += inside - complete
        self._up(outer, visits, complete, crosses, hops=inside - visits)

    def _psums_of_macs(self, tensor: str, keeper: int) -> None:
        macs, chain = self.problem.macs, self.fills.chain
        if not self._in_pe(keeper):
            visits = self.fills.words_every_turn(tensor, together=True)
            self._down(keeper, visits, crosses=True)
            complete = self.problem.elements(tensor)
            self._up(keeper, visits, complete, crosses=True, hops=macs - visits)
        elif self.machine.operands == "every_mac":
            self.found["psum", self._id(keeper), "read"] += macs
            self.found["psum", self._id(keeper), "update"] += macs
        else:
            visits = self.fills.words(tensor, len(chain.boundaries) - 1)
            self._down(keeper, visits, crosses=False)
            self._up(keeper, visits, 0, crosses=False, hops=0)

    def _down(self, outer: int, visits: int, crosses: bool) -> None:
        brought = self._brought(outer, visits)
        self.found["psum", self._id(outer), "read"] += brought
        if crosses:
            self.found["psum", ARRAY, "deliver"] += brought

    def _up(self, outer: int, visits: int, complete: int, crosses: bool, hops: int) -> None:
        found, above = self.found, self._id(outer)
        if crosses:
            found["psum", ARRAY, "hop"] += hops
            found["ofmap", ARRAY, "collect"] += complete
            found["psum", ARRAY, "collect"] += visits - complete
        found["ofmap", above, "update"] += complete
        found["psum", above, "update"] += visits - complete

    def _brought(self, outer: int, visits: int) -> int:
        if self.machine.memories[outer].first_psum_access == "read_and_write":
            return visits
        return visits - self.problem.elements("ofmap")

    def _in_pe(self, level: int) -> bool:
        return level >= self.machine.array_at

    def _crosses(self, outer: int, inner: int) -> bool:
        return outer < self.machine.array_at <= inner

    def _id(self, level: int) -> str:
        return self.machine.memories[level].id
