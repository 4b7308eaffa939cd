"""Changed capacities: a level with another room than its file says, and what a word then costs."""

import math
from collections.abc import Mapping
from dataclasses import replace

from py.errors import JoulegraphError
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.level import Change, MemoryLevel

MOST_BYTES = 1 << 40


def resized(hardware: Hardware, capacities: Mapping[str, int]) -> Hardware:
    """Return the hardware with levels of so many bytes each (of one PE, inside the PEs).

    Where tensors have rooms of their own, each takes the same share of the level as before. Reads
    and writes of the level cost what its rule says, and as before where its file has none.

    Raises:
        JoulegraphError: ``capacity-unknown`` for a level without one, ``capacity-size``.
    """
    sizable = [level.id for level in hardware.levels if level.room is not None]
    for identity, size in capacities.items():
        if identity not in sizable:
            raise JoulegraphError(
                "capacity-unknown",
                f"The platform has no level {str(identity)[:60]!r} with a capacity; "
                f"it has: {', '.join(sizable) or 'none'}.",
                "Choose one of these.",
            )
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MOST_BYTES:
            raise _size(identity, f"a whole number of bytes from 1 to {MOST_BYTES}", size)
    native = (hardware.weight_bits, hardware.activation_bits, hardware.psum_bits)
    levels = tuple(
        _level(level, capacities[level.id], native) if level.id in capacities else level
        for level in hardware.levels
    )
    machine = replace(hardware.machine, memories=tuple(level.memory for level in levels))
    return replace(hardware, levels=levels, machine=machine)


def _level(level: MemoryLevel, size: int, native: tuple[int, int, int]) -> MemoryLevel:
    room, bits = level.room, 8 * size
    assert room is not None, "only levels with a capacity get another"
    if bits == room:
        return level
    memory = level.memory
    shared = None if memory.bits is None else bits
    weight, ifmap, ofmap = (None if own is None else own * bits // room for own in memory.bits_of)
    if shared is not None and shared < memory.bank_bits:
        raise _size(level.id, f"at least a bank of {memory.bank_bits / 8:g} bytes", size)
    for own, width in zip((weight, ifmap, ofmap), native, strict=True):
        if own is not None and own < width:
            raise _size(level.id, "room for at least one value of each tensor", size)
    change = Change(room, bits, _times(level.exponent, room, bits))
    times = 1.0 if change.times is None else change.times
    return replace(
        level,
        memory=replace(memory, bits=shared, bits_of=(weight, ifmap, ofmap)),
        read=_scaled(level.read, times),
        write=_scaled(level.write, times),
        change=change,
    )


def _times(exponent: float | None, before: int, now: int) -> float | None:
    """Return what the cost of a word is multiplied by; None where no rule is known."""
    if exponent is None:
        return None
    ratio = now / before
    return math.sqrt(ratio) if exponent == 0.5 else ratio**exponent  # the root is exact everywhere


def _scaled(energies: tuple[float, float, float], times: float) -> tuple[float, float, float]:
    weight, ifmap, ofmap = energies
    return weight * times, ifmap * times, ofmap * times


def _size(identity: str, expected: str, got: object) -> JoulegraphError:
    return JoulegraphError(
        "capacity-size",
        f"The capacity of {identity} must be {expected}, got {str(got)[:40]!r}.",
        "Give another size.",
    )
