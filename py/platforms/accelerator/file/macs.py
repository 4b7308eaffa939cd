"""The multipliers of a file: what a MAC costs by width, and which zeros spare it."""

from typing import Any, cast

from py.platforms.accelerator.macs import Macs, Skipped, WidthCost
from py.platforms.fields import Fields, Sourced, choice, number, whole

_MOST_ROWS = 64


def macs_of(fields: Fields, weight: int, activation: int) -> Macs:
    """Return the costs of a MAC in units of one at the native widths."""
    mac = fields.inner("mac")
    native = mac.sourced("energy").number(1e-12)
    table = _table(mac.sourced("by_width"), native)
    mac.end()
    return Macs(native_weight=weight, native_activation=activation, table=table)


def native_energy(fields: Fields) -> Sourced:
    """Return the energy of one MAC at the native widths, in the file's unit."""
    return fields.inner("mac").sourced("energy")


def _table(entry: Sourced, native: float) -> tuple[WidthCost, ...]:
    if not isinstance(entry.value, list):
        choice(entry.path, entry.value, "product")
        return ()
    if not 1 <= len(entry.value) <= _MOST_ROWS:
        raise entry.wrong(f"'product', or a list of 1 to {_MOST_ROWS} widths with energies")
    rows = []
    for place, given in enumerate(entry.value):
        row = Fields(given, f"{entry.path}[{place}]")
        weight, activation = (
            whole(row.at(name), row.raw(name), 1, 64) for name in ("weight", "activation")
        )
        energy = number(row.at("energy"), row.raw("energy")) / native
        row.end()
        rows.append(WidthCost(weight, activation, energy))
    return tuple(rows)


def skipped_of(conventions: Fields, operands: str) -> Skipped:
    """Return which zero operand spares a MAC, and whose accesses go with it."""
    rule = conventions.sourced("skipped_mac").choice("none", "ifmap_zero", "either_zero")
    spared = conventions.sourced("spared")
    tensors = spared.subset("weight", "ifmap", "psum")
    if tensors and (rule == "none" or operands != "every_mac"):
        raise spared.wrong("empty where no MAC is skipped or operands are read on change")
    return Skipped(cast(Any, rule), tensors)
