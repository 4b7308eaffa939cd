"""Bits of every access of a mapping: each chunk coded, times how often it moves.

Follows ``py.platforms.accelerator.nest.count`` access by access, with the chunks' own values.
"""

from collections.abc import Callable
from itertools import pairwise
from math import prod

from py.platforms.accelerator.nest.access import ARRAY, Access, Kind
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.dims import DEPENDS, REUSED_BY, TENSORS, WINDOWS
from py.platforms.accelerator.nest.fills import Fills, Innermost, windows
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.stretch import Slide
from py.platforms.accelerator.nest.turns import turns
from py.simulate.chunks import Places, chunks, plain_places, window_places
from py.simulate.coding import Coding, Uncoded
from py.simulate.counted import Count, MacCount
from py.simulate.mac_count import Mask
from py.simulate.single import single_words
from py.simulate.widths import Widths

CodingOf = Callable[[str, str], Coding]
"""The coding of a tensor (weight, ifmap, ofmap) at a place: a memory's id, or ``array``."""

At = tuple[str, Kind]
"""Where an access is, and of which kind."""


class Traffic:
    """Counts the bits of one layer; the masks say what is not zero, the ifmap's with padding."""

    def __init__(
        self,
        problem: Problem,
        machine: Machine,
        mapping: Mapping,
        masks: dict[str, Mask],
        macs: MacCount,
        coding_of: CodingOf,
        widths: Widths,
    ) -> None:
        self._problem, self._machine, self._mapping = problem, machine, mapping
        self._masks, self._macs = masks, macs
        self._coding_of, self._widths = coding_of, widths
        self._fills = Fills(problem, machine, mapping)
        self._single = len(self._fills.chain.boundaries) - 1
        self._found: list[Count] = []

    def counts(self) -> tuple[Count, ...]:
        """Return every access that moves anything."""
        self._found = []
        for place, tensor in enumerate(TENSORS):
            inside = [level for level, kept in enumerate(self._mapping.kept, 1) if kept[place]]
            keepers = [0, *inside]
            for outer, inner in pairwise(keepers):
                if tensor == "ofmap":
                    self._ofmap(outer, inner)
                else:
                    self._operand(tensor, outer, inner)
            if tensor == "ofmap":
                self._ofmap_of_macs(keepers[-1])
            else:
                self._operand_of_macs(tensor, keepers[-1])
        self._psums()
        return tuple(self._found)

    def _operand(self, tensor: str, outer: int, inner: int) -> None:
        boundary = self._fills.chain.of_memory[inner]
        halo = tensor == "ifmap" and self._machine.memories[inner].halo == "kept"
        crosses = outer < self._machine.array_at <= inner
        delivered: list[At] = [(self._id(inner), "fill")]
        if crosses:
            delivered.append((ARRAY, "deliver"))
        if crosses and self._machine.multicast:
            self._fill(tensor, boundary, [(self._id(outer), "read")], halo=halo, together=True)
        else:
            delivered.append((self._id(outer), "read"))
        self._fill(tensor, boundary, delivered, halo=halo)

    def _operand_of_macs(self, tensor: str, keeper: int) -> None:
        own: At = (self._id(keeper), "read")
        if keeper < self._machine.array_at:
            self._macs_words(tensor, (ARRAY, "deliver"))
            together = self._machine.multicast
            self._fill(tensor, self._single, [own], together=together, every_turn=True)
        elif self._machine.operands == "every_mac":
            self._macs_words(tensor, own)
        else:
            self._fill(tensor, self._single, [own])

    def _ofmap(self, outer: int, inner: int) -> None:
        if outer >= self._machine.array_at:
            return  # words that pass inside a PE are psums
        boundary = self._fills.chain.of_memory[inner]
        crosses = self._machine.array_at <= inner
        self._complete(boundary, [(self._id(inner), "drain")], together=False)
        above: list[At] = [(self._id(outer), "update")]
        if crosses:
            above.append((ARRAY, "collect"))
        self._complete(boundary, above, together=crosses)

    def _ofmap_of_macs(self, keeper: int) -> None:
        if keeper < self._machine.array_at:
            above: list[At] = [(self._id(keeper), "update"), (ARRAY, "collect")]
            self._complete(self._single, above, together=True)

    def _psums(self) -> None:
        width = self._widths.psum
        for access, words in accesses(self._problem, self._machine, self._mapping).items():
            if access[0] == "psum":
                self._found.append(Count(access, Uncoded().name, words, words * width))

    def _macs_words(self, tensor: str, at: At) -> None:
        """Count the word that every MAC takes of an operand: a chunk of its own."""
        macs = self._macs
        nonzero = macs.ifmap_nonzero if tensor == "ifmap" else macs.weight_nonzero
        coding = self._coding_of(tensor, at[0])
        bits = single_words(coding, self._widths.of(tensor), macs.total, nonzero)
        self._found.append(Count((tensor, *at), coding.name, macs.total, bits))

    def _fill(
        self,
        tensor: str,
        boundary: int,
        places: list[At],
        *,
        halo: bool = False,
        together: bool = False,
        every_turn: bool = False,
    ) -> None:
        """Count what fills a tensor's tiles: each tile's chunk as often as it comes by."""
        inner = self._fills.innermost(tensor, boundary)
        reused = REUSED_BY[tensor]
        if every_turn:
            counted = dict.fromkeys(reused, boundary)
        elif inner is None:
            counted = dict.fromkeys(reused, 0)
        else:
            counted = {dim: inner.step + (dim in inner.outside) for dim in reused}
        chain = self._fills.chain
        times = prod(
            turns(
                chain.of_loop(dim),
                reached,
                array=chain.array,
                inside=boundary > chain.array,
                together=together,
            )
            for dim, reached in counted.items()
        )
        self._add(tensor, boundary, places, times, together, inner if halo else None)

    def _complete(self, boundary: int, places: list[At], *, together: bool) -> None:
        """Count the complete outputs on their way up, each once."""
        self._add("ofmap", boundary, places, 1, together, None)

    def _add(
        self,
        tensor: str,
        boundary: int,
        places: list[At],
        times: int,
        together: bool,
        slides: Innermost | None,
    ) -> None:
        width, words = self._widths.of(tensor), 0
        codings: list[tuple[Access, Coding]] = [
            ((tensor, *place), self._coding_of(tensor, place[0])) for place in places
        ]
        bits = dict.fromkeys([coding for _, coding in codings], 0)
        for group in chunks(self._masks[tensor], self._axes(tensor, boundary, together, slides)):
            words += group.size
            for coding in bits:
                bits[coding] += coding.bits(group, width)
        for access, coding in codings:
            if words:
                self._found.append(Count(access, coding.name, words * times, bits[coding] * times))

    def _axes(
        self, tensor: str, boundary: int, together: bool, slides: Innermost | None
    ) -> list[list[Places]]:
        chain = self._fills.chain
        array = chain.array if together and boundary > chain.array else None
        sizes = {dim: chain.of_loop(dim)[: boundary + 1] for dim in DEPENDS[tensor]}
        if tensor != "ifmap":
            return [plain_places(sizes[dim], array) for dim in DEPENDS[tensor]]
        axes = [plain_places(sizes[dim], array) for dim in "ngc"]
        for window, loops in zip(windows(self._problem, self._machine), WINDOWS, strict=True):
            slide = None
            if slides is not None and slides.dim in loops:
                slide = Slide(loops.index(slides.dim), slides.step + 1)
            axes.append(window_places(window, sizes[loops[0]], sizes[loops[1]], array, slide))
        return axes

    def _id(self, level: int) -> str:
        return self._machine.memories[level].id
