"""The analytical method of papers/001, section IV-A: figures from zero fractions alone.

Every word that is coded, with whatever coding, is taken as significance-map coded: one bit, and its
width where it is not zero; or as a platform expects it. MACs are those of the dense layer times the
shares that are not zero.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from py.layers import Zeros
from py.platforms.accelerator.nest.access import ARRAY, Access
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.dims import TENSORS
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.simulate.coding import SignificanceMap, Uncoded
from py.simulate.counted import Count, LayerCount, MacCount
from py.simulate.mac_count import in_image
from py.simulate.traffic import CodingOf
from py.simulate.widths import Widths

Padding = Literal["as_zero", "as_image"]
"""Padding is known to be zero, or taken to be like the image; papers/001 does not say which."""

BitsOf = Callable[[str, str, int, float], tuple[str, float]]
"""The coding of a tensor's words at a place and the bits that they take: so many words, of which so
many are expected not to be zero."""


def analytical(
    name: str,
    problem: Problem,
    machine: Machine,
    mapping: Mapping,
    zeros: Zeros,
    coding_of: CodingOf,
    widths: Widths,
    *,
    padding: Padding = "as_zero",
    bits_of: BitsOf | None = None,
) -> LayerCount:
    """Return a layer's expected bits and MACs; a tensor of unknown zeros is taken to have none.

    ``bits_of`` says what words of weight, ifmap and ofmap take, in place of ``coding_of``.

    Raises:
        ValueError: as ``accesses`` does.
    """
    reached = in_image(problem) if padding == "as_zero" else problem.macs
    shares = {tensor: 1.0 - (getattr(zeros, tensor) or 0.0) for tensor in TENSORS}
    macs = MacCount(
        total=problem.macs,
        in_image=in_image(problem),
        ifmap_nonzero=reached * shares["ifmap"],
        weight_nonzero=problem.macs * shares["weight"],
        both_nonzero=reached * shares["ifmap"] * shares["weight"],
    )
    dense = accesses(problem, machine, mapping)
    known = dense
    if padding == "as_zero":
        known = accesses(problem, replace(machine, padding="not_fetched"), mapping)
    of_macs = _ifmap_of_macs(machine, mapping)
    counts = []
    for access, words in dense.items():
        tensor, place, _ = access
        width = widths.of(tensor)
        coding = Uncoded() if tensor == "psum" or bits_of else coding_of(tensor, place)
        if tensor == "psum" or (isinstance(coding, Uncoded) and bits_of is None):
            counts.append(Count(access, coding.name, words, words * width))
            continue
        nonzero = (reached if access == of_macs else known.get(access, 0)) * shares[tensor]
        if bits_of is not None:
            coded_as, bits = bits_of(tensor, place, words, nonzero)
            counts.append(Count(access, coded_as, words, bits))
            continue
        counts.append(Count(access, SignificanceMap().name, words, words + nonzero * width))
    return LayerCount(name, macs, tuple(counts))


def _ifmap_of_macs(machine: Machine, mapping: Mapping) -> Access | None:
    """Return the access by which every MAC takes its ifmap word, if there is one."""
    place = TENSORS.index("ifmap")
    keeper = max([0, *(level for level, kept in enumerate(mapping.kept, 1) if kept[place])])
    if keeper < machine.array_at:
        return ("ifmap", ARRAY, "deliver")
    if machine.operands == "every_mac":
        return ("ifmap", machine.memories[keeper].id, "read")
    return None
