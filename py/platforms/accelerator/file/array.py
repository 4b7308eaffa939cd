"""The array of PEs and its network, as a file has them."""

from py.platforms.accelerator.array import NO_RAMP_UP, Array, Network, RampUp
from py.platforms.accelerator.file.levels import choice_of_per, coding_of
from py.platforms.accelerator.level import MemoryLevel
from py.platforms.accelerator.nest.dims import DIMS, TENSORS
from py.platforms.fields import Fields, Sourced, choice, invalid, whole

MOST_AXES = 4
_MOST_PES = 1 << 16


def array_of(fields: Fields, levels: tuple[MemoryLevel, ...]) -> Array:
    """Return the array with its place among the levels."""
    array = fields.inner("array")
    axes = []
    for axis in array.items("axes", MOST_AXES):
        name = axis.text("name")
        pes, loops = axis.sourced("pes").whole(1, _MOST_PES), axis.sourced("loops").letters(DIMS)
        axes.append((name, pes, loops))
        axis.end()
    found = Array(
        names=tuple(name for name, _, _ in axes),
        pes=tuple(pes for _, pes, _ in axes),
        loops=tuple(loops for _, _, loops in axes),
        at=_place(array.sourced("first_level_inside"), levels),
        ramp_up=_ramp_up(array),
    )
    array.end()
    for place, level in enumerate(levels):
        if level.passes and place >= found.at:
            expected = "left out of a level inside the PEs"
            raise invalid(f"levels[{place}].passes", expected, level.passes)
    return found


def _place(entry: Sourced, levels: tuple[MemoryLevel, ...]) -> int:
    ids = [level.id for level in levels]
    if entry.value is None:
        return len(ids)
    return ids.index(entry.choice(*ids[1:]))


def _ramp_up(array: Fields) -> RampUp:
    if not array.has("ramp_up_cycles"):
        return NO_RAMP_UP
    inner = array.sourced("ramp_up_cycles").fields()
    layer, each = (whole(inner.at(name), inner.raw(name), 0, 1 << 30) for name in ("layer", "each"))
    tensor = choice(inner.at("of"), inner.raw("of"), *TENSORS)
    inner.end()
    return RampUp(layer, each, tensor)


def network_of(fields: Fields, word_bits: int, scale: float) -> Network:
    """Return what travelling through the array costs, in MAC energies of a bit."""
    network = fields.inner("network")
    energy = network.inner("energy")
    per_bit = scale / (word_bits if choice_of_per(energy) == "word" else 1)
    deliver, hop, collect = (energy.sourced(kind) for kind in ("deliver", "hop", "collect"))
    energy.end()
    found = Network(
        multicast=network.sourced("multicast").truth(),
        deliver=deliver.number() * per_bit,
        hop=hop.number() * per_bit,
        collect=collect.number() * per_bit,
        source=deliver.source,
        coding=coding_of(network, "coding"),
    )
    network.end()
    return found
