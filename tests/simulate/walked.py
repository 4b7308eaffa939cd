"""An oracle for the bits of a mapping: it walks the nest and codes what each stop takes."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from py.platforms.accelerator.nest.access import ARRAY, Access, Kind
from py.platforms.accelerator.nest.dims import DEPENDS, TENSORS
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from tests.platforms.accelerator.nest.turns import Nest, Now, Words, steps, whole, words
from tests.platforms.accelerator.nest.walk import nest_of, outside

Place = tuple[int, ...]
Values = Callable[[str, Place], int]
"""The value of a tensor at coordinates; of the ifmap, 0 outside the image."""

CodedSize = Callable[[str, str, Sequence[int]], int]
"""The bits of a chunk of a tensor at a place."""


def stops(
    problem: Problem, padding: str, tensor: str, nest: Nest, *, halo: bool, every: bool
) -> Iterator[list[Words]]:
    """Yield what each PE takes, at every stop of the walk."""
    in_time = [at for at, turn in enumerate(nest) if turn.over == "time"]
    relevant = [at for at in in_time if nest[at].dim in DEPENDS[tensor]]
    innermost = max(in_time if every else relevant, default=-1)
    slides = -1
    if halo and relevant and nest[max(relevant)].dim in "opqtrs":
        slides = max(relevant)
    for pes in steps([Now(whole(problem))], nest, 0, innermost, slides):
        taken = []
        for pe in pes:
            need = words(problem, padding, tensor, pe.tile)
            if pe.former is not None:
                need -= words(problem, padding, tensor, pe.former)
            taken.append(need)
        yield taken


class WalkedBits:
    """Adds up the bits of every access of operands and complete outputs."""

    def __init__(
        self, problem: Problem, machine: Machine, mapping: Mapping, values: Values, size: CodedSize
    ) -> None:
        self.problem, self.machine, self.mapping = problem, machine, mapping
        self.values, self.size = values, size
        self.levels, self.over_pes = nest_of(problem, machine, mapping)
        self.bits: Counter[Access] = Counter()

    def run(self) -> dict[Access, int]:
        last = len(self.machine.memories)
        for at, tensor in enumerate(TENSORS):
            keepers = [0, *(level + 1 for level, kept in enumerate(self.mapping.kept) if kept[at])]
            for outer, inner in pairwise(keepers):
                if tensor == "ofmap":
                    self.complete(outer, inner)
                else:
                    self.operand(tensor, outer, inner)
            if tensor == "ofmap":
                self.complete(keepers[-1], last)
            else:
                self.multiplier(tensor, keepers[-1])
        return {access: bits for access, bits in self.bits.items() if bits}

    def operand(self, tensor: str, outer: int, inner: int) -> None:
        halo = tensor == "ifmap" and self.machine.memories[inner].halo == "kept"
        crosses = outer < self.machine.array_at <= inner
        for taken in self.walked(tensor, inner, halo=halo):
            together = [frozenset().union(*taken)]
            self.add(tensor, inner, "fill", taken)
            if crosses:
                self.add(tensor, ARRAY, "deliver", taken)
            self.add(tensor, outer, "read", together if self.shared(crosses) else taken)

    def multiplier(self, tensor: str, keeper: int) -> None:
        last = len(self.machine.memories)
        above = keeper < self.machine.array_at
        if above or self.machine.operands == "every_mac":
            at = ARRAY if above else self.machine.memories[keeper].id
            kind: Kind = "deliver" if above else "read"
            nest = outside(self.levels, self.over_pes, last, self.machine.array_at)
            for taken in stops(self.problem, "fetched", tensor, nest, halo=False, every=True):
                self.add(tensor, at, kind, taken)
        if above:
            for taken in self.walked(tensor, last, every=True):
                together = [frozenset().union(*taken)]
                self.add(tensor, keeper, "read", together if self.shared(True) else taken)
        elif self.machine.operands == "on_change":
            for taken in self.walked(tensor, last):
                self.add(tensor, keeper, "read", taken)

    def complete(self, outer: int, inner: int) -> None:
        """Follow the outputs up; what a stop takes is complete when no later stop takes it."""
        last = inner == len(self.machine.memories)
        if outer >= self.machine.array_at:
            return
        walked = list(self.walked("ofmap", inner, every=last))
        seen: set[Place] = set()
        for taken in reversed(walked):
            done = [part - seen for part in dict.fromkeys(taken)]
            union = frozenset().union(*done)
            seen |= union
            if self.machine.array_at <= inner:
                self.add("ofmap", ARRAY, "collect", [union])
                self.add("ofmap", outer, "update", [union])
            else:
                self.add("ofmap", outer, "update", done)
            if not last:
                self.add("ofmap", inner, "drain", done)

    def walked(
        self, tensor: str, inner: int, *, halo: bool = False, every: bool = False
    ) -> Iterator[list[Words]]:
        nest = outside(self.levels, self.over_pes, inner, self.machine.array_at)
        padding = self.machine.padding
        return stops(self.problem, padding, tensor, nest, halo=halo, every=every)

    def shared(self, crosses: bool) -> bool:
        return crosses and self.machine.multicast

    def add(self, tensor: str, at: int | str, kind: Kind, chunks: Sequence[Words]) -> None:
        place = at if isinstance(at, str) else self.machine.memories[at].id
        for chunk in chunks:
            if chunk:
                coded = [self.values(tensor, place_) for place_ in sorted(chunk)]
                self.bits[tensor, place, kind] += self.size(tensor, place, coded)
