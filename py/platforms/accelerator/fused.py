"""Two layers fused, as a what-if: the feature map between them stays on chip.

What is counted. The map lies, whole and for the whole batch, in the level nearest to the outermost
one that may keep both an ifmap and an ofmap and that all PEs share; no level outside of it but the
outermost keeps either. It takes its elements at the width of activations, in whole banks, off the
level's shared room and off that of the ofmap (while the first layer runs) and of the ifmap (while
the second does); what is left is what each layer's mapping may use. Each layer is mapped anew in
that room. Every complete output that the first layer would write to the outermost level, and every
ifmap word that the second would read from there (as often as its mapping does), is written to, or
read from, the map's level instead, at that level's cost and width. Everything else is counted as it
is without fusion: psums that do not fit still go to the outermost level, and weights are fetched by
each layer. So nothing is spared but the way to the outermost level and back, and the two layers run
one after the other, not interleaved. A layer without MACs moves its words one by one, as without
fusion, and takes no room.
"""

from collections.abc import Mapping
from dataclasses import replace

from py.platforms.accelerator.costs import AccessCosts, Charge, Widths
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.level import MemoryLevel
from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.dims import TENSORS
from py.platforms.accelerator.nest.machine import Memory

_IFMAP, _OFMAP = TENSORS.index("ifmap"), TENSORS.index("ofmap")


def meeting_level(hardware: Hardware) -> MemoryLevel | None:
    """Return the level in which a map may stay between two layers; None where there is none."""
    for level in hardware.levels[1 : hardware.array.at]:
        may = [level.memory.keeps[place] != "bypassed" for place in (_IFMAP, _OFMAP)]
        if all(may):
            return level
        if any(may):
            return None
    return None


def beside_map(
    hardware: Hardware, level: MemoryLevel, bits: int, tensor: str, width: int
) -> Hardware | None:
    """Return the hardware with a map of so many bits in a level; None where it does not fit.

    ``tensor``: what the map is to the layer that runs, its "ifmap" or its "ofmap"; ``width``: the
    bits of a word of it.
    """
    if level.in_values:  # room for so many values, however wide they are
        native = hardware.psum_bits if tensor == "ofmap" else hardware.activation_bits
        bits = bits // width * native
    memory = _beside(level.memory, bits, TENSORS.index(tensor))
    if memory is None:
        return None
    levels = tuple(
        replace(own, memory=memory) if own.id == level.id else own for own in hardware.levels
    )
    machine = replace(hardware.machine, memories=tuple(own.memory for own in levels))
    return replace(hardware, levels=levels, machine=machine)


def costs_on_chip(
    costs: AccessCosts, hardware: Hardware, level: MemoryLevel, widths: Widths, tensor: str
) -> AccessCosts:
    """Return the costs where the map's words are moved in a level, not to the outermost or from it.

    ``tensor`` as of ``beside_map``.
    """
    outermost = hardware.levels[0].id
    written = tensor == "ofmap"
    bits = level.coding.bits(tensor, widths.activation, None)
    charge = Charge(level.id, bits, level.energy(tensor, written=written) * bits, written=written)
    kind: Access = (tensor, outermost, "update" if written else "read")
    charges: Mapping[Access, tuple[Charge, ...]] = {**costs.charges, kind: (charge,)}
    return AccessCosts(dict(charges), costs.mac, costs.kept_macs)


def _beside(memory: Memory, bits: int, place: int) -> Memory | None:
    taken = -(-bits // memory.bank_bits) * memory.bank_bits
    shared, own = memory.bits, memory.bits_of[place]
    if (shared is not None and taken >= shared) or (own is not None and bits >= own):
        return None
    weight, ifmap, ofmap = (
        room - bits if at == place and room is not None else room
        for at, room in enumerate(memory.bits_of)
    )
    left = None if shared is None else shared - taken
    return replace(memory, bits=left, bits_of=(weight, ifmap, ofmap))
