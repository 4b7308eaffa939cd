"""What a layer's bits and MACs cost on an accelerator: counted ones, and those it expects.

A bit costs what the accelerator's file says, whichever way it was counted. Where a level codes a
tensor only if that is shorter, so it is for all that one access moves.
"""

from collections.abc import Mapping as MappingOf
from dataclasses import replace
from functools import cached_property
from math import fsum

from py.layers import Layer, Zeros
from py.platforms.accelerator.codings import Coding as Declared
from py.platforms.accelerator.costs import Charge, access_costs
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.nest.access import ARRAY, Access
from py.platforms.counted import CountedEstimate
from py.platforms.estimate import STATIC
from py.simulate.analytical import Padding, analytical
from py.simulate.coding import Coding, SignificanceMap, Uncoded
from py.simulate.counted import Count, LayerCount
from py.simulate.mapped import Mapped
from py.simulate.run_length import RunLength
from py.simulate.widths import Widths

_SOME_ZEROS = Zeros(0.5, 0.5, 0.5)
"""With these, what skipped MACs spare can be told from what they don't."""


class Charged:
    """An accelerator's codings, widths and costs of one layer."""

    def __init__(self, accelerator: Accelerator, layer: Layer) -> None:
        self._hardware = accelerator.hardware
        self._layer = layer
        own = accelerator.widths(layer)
        self._costs = access_costs(self._hardware, own, _SOME_ZEROS)
        self.widths = Widths(own.weight, own.activation, own.activation, own.psum)
        found = accelerator.mapping_of(layer)
        if found is None:
            raise ValueError(f"Charged: a layer with MACs, got {layer.name}")
        self.mapped = Mapped(found[0], self._hardware.machine, found[1], self.widths, self.coding)

    @cached_property
    def _declared(self) -> MappingOf[str, Declared]:
        levels = {level.id: level.coding for level in self._hardware.levels}
        return {**levels, ARRAY: self._hardware.network.coding}

    def coding(self, tensor: str, place: str) -> Coding:
        """Return the coding of a tensor at a level, or in the array, for values."""
        declared = self._declared[place]
        if not declared.applies(tensor):
            return Uncoded()
        if declared.method == "significance_map":
            return SignificanceMap()
        level = max(declared.level_bits, self.widths.of(tensor))
        coding = RunLength(declared.run_bits, level, declared.pairs)
        # A word that is not whole bytes is none of a memory's: the file means a stream of pairs.
        return replace(coding, whole_words=coding.word_bits % 8 == 0)

    def passed(self, level: str) -> Mapped:
        """Return how the layer runs, with all words coded as at a level that they pass."""
        return self.mapped._replace(coding_of=lambda tensor, _: self.coding(tensor, level))

    def settled(self, count: LayerCount, level: str | None = None) -> LayerCount:
        """Return counted bits, with words as they are where they are coded only if shorter.

        ``level``: as all words are coded at that level.
        """
        counts = tuple(self._settled(entry, level or entry.access[1]) for entry in count.counts)
        return replace(count, counts=counts)

    def _settled(self, count: Count, place: str) -> Count:
        plain = count.words * self.widths.of(count.access[0])
        if not self._declared[place].where_shorter or count.bits <= plain:
            return count
        return replace(count, coding=Uncoded().name, bits=plain)

    def expected(self, padding: Padding, level: str | None = None) -> LayerCount:
        """Return what the accelerator expects from zero fractions, as in its estimate.

        ``level``: with all words coded as at that level.
        """
        zeros = self._layer.zeros

        def bits_of(tensor: str, place: str, words: int, nonzero: float) -> tuple[str, float]:
            width, declared = self.widths.of(tensor), self._declared[level or place]
            share = None if getattr(zeros, tensor) is None or not words else 1.0 - nonzero / words
            name = self.coding(tensor, level or place).name if share is not None else "uncoded"
            return name, words * declared.bits(tensor, width, share)

        problem, machine, mapping, widths, _ = self.mapped
        return analytical(
            *(self._layer.name, problem, machine, mapping, zeros, self.coding, widths),
            padding=padding,
            bits_of=bits_of,
        )

    def kept(self, count: LayerCount) -> float:
        """Return the MACs that are done."""
        return count.macs.kept(self._hardware.skipped.rule)

    def is_coded(self, access: Access) -> bool:
        """Whether a tensor is coded where it is accessed."""
        return self._declared[access[1]].applies(access[0])

    def coded_bits(self, count: LayerCount) -> float:
        """Return the bits of all accesses that are coded."""
        return fsum(bits for access, bits in count.bits.items() if self.is_coded(access))

    def energy(
        self, count: LayerCount, passing: MappingOf[str, LayerCount], estimate: CountedEstimate
    ) -> float:
        """Return what bits and MACs cost, in MAC energies.

        ``passing`` has the same words as they are coded at levels that they pass; what the estimate
        knows is drawn whatever is computed is added.
        """
        done = self.kept(count) / count.macs.total
        parts = [term.energy for term in estimate.terms if term.tensor == STATIC]
        parts.append(self._costs.mac * self.kept(count))
        for entry in count.counts:
            for charge in self._costs.charges.get(entry.access, ()):
                if charge.energy:
                    bits = self._bits(entry, charge, passing)
                    spared = done if charge.share != 1.0 else 1.0
                    parts.append(charge.energy / charge.bits * bits * spared)
        return fsum(parts)

    def _bits(self, entry: Count, charge: Charge, passing: MappingOf[str, LayerCount]) -> float:
        if not charge.passing:
            return entry.bits
        if charge.level in passing:
            return passing[charge.level].bits[entry.access]
        return entry.words * self.widths.of(entry.access[0])


def coded_passes(accelerator: Accelerator) -> tuple[str, ...]:
    """Return the levels that code a tensor which only passes them."""
    return tuple(
        level.id
        for level in accelerator.hardware.levels
        if any(level.coding.applies(tensor) for tensor in level.passes)
    )
