"""Another array, or another clock, than the file's, and what is not known to follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from py.errors import JoulegraphError
from py.notes import Note
from py.platforms.accelerator.hardware import Hardware

MOST_PES = 1 << 16
_NAMES = ("rows", "columns")


@dataclass(frozen=True, slots=True)
class Altered:
    """What the file has: its PEs by axis, and its clock, None where it states none."""

    pes: tuple[int, ...]
    clock_hz: float | None


def with_array(hardware: Hardware, array: Sequence[int]) -> Hardware:
    """Return the hardware with other numbers of PEs: rows and columns, or one for each axis.

    What an access costs, what levels hold and how fast they are stays as the file has it: no file
    has a rule for that.

    Raises:
        JoulegraphError: ``array-unknown`` for an array with other axes, ``array-size``.
    """
    own = hardware.array
    if len(array) == len(_NAMES) and set(_NAMES) <= set(own.names):
        wanted = dict(zip(_NAMES, array, strict=True))
        pes = tuple(wanted.get(name, size) for name, size in zip(own.names, own.pes, strict=True))
    elif len(array) == len(own.pes):
        pes = tuple(array)
    else:
        axes = " x ".join(f"{size} {name}" for name, size in zip(own.names, own.pes, strict=True))
        raise JoulegraphError(
            "array-unknown",
            f"The platform's array has {len(own.pes)} axes ({axes}), got {len(array)} sizes.",
            "Give a size for each axis, in this order.",
        )
    for size in pes:
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MOST_PES:
            raise JoulegraphError(
                "array-size",
                f"PEs along an axis are a whole number from 1 to {MOST_PES}, got {str(size)[:40]}.",
                "Give another size.",
            )
    machine = replace(hardware.machine, axes=pes)
    return replace(hardware, array=replace(own, pes=pes), machine=machine)


def with_clock(hardware: Hardware, clock_hz: float) -> Hardware:
    """Return the hardware at another clock; each cycle does what it did before.

    Raises:
        JoulegraphError: ``clock-size``.
    """
    if not 1 <= clock_hz <= 1e12:
        raise JoulegraphError(
            "clock-size",
            f"A clock is from 1 Hz to 1 THz, got {clock_hz!r:.40}.",
            "Give another clock.",
        )
    return replace(hardware, clock_hz=clock_hz)


def altered_notes(name: str, hardware: Hardware, file: Altered | None) -> tuple[Note, ...]:
    """Return what a reader must know of another array and another clock than the file's."""
    if file is None:
        return ()
    notes = []
    if hardware.array.pes != file.pes:
        sizes = f"{_sizes(hardware.array.pes)} PEs in place of {_sizes(file.pes)}"
        kept = "what travels between PEs and an access of a level cost"
        text = f"{name}'s array has {sizes}, unscaled: {kept} what the file says, "
        text += "which has no rule for other arrays"
        fixed = [
            *(["static power"] if hardware.idle_power_w is not None else []),
            *(["the time to fill the array"] if hardware.array.ramp_up.least else []),
            "what levels outside the PEs hold and move in a cycle",
        ]
        notes.append(Note("unscaled", f"{text}; {_listed(fixed)} stay as well."))
    if hardware.clock_hz != file.clock_hz and hardware.clock_hz is not None:
        own = "none in its file" if file.clock_hz is None else _megahertz(file.clock_hz)
        text = f"{name} at {_megahertz(hardware.clock_hz)} in place of {own}: the voltage is taken "
        text += "as unchanged, so an access costs what it did; every level moves as much in a cycle"
        if hardware.static_energy is not None:
            text += ", and static power is drawn for the time that it takes"
        notes.append(Note("clock", f"{text}."))
    return tuple(notes)


def _sizes(pes: Sequence[int]) -> str:
    return " x ".join(map(str, pes))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _megahertz(clock_hz: float) -> str:
    return f"{clock_hz / 1e6:.6g} MHz"
