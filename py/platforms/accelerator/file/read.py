"""A whole file of schema joulegraph/accelerator/2."""

from typing import Any, cast

from py.platforms.accelerator.file.array import array_of, network_of
from py.platforms.accelerator.file.levels import levels_of
from py.platforms.accelerator.file.macs import macs_of, native_energy, skipped_of
from py.platforms.accelerator.file.spaces import dataflows_of
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.fields import MOST_TEXT, Fields, invalid, whole

SCHEMA = "joulegraph/accelerator/2"
_MOST_SOURCES = 200
_MOST_TYPES = 64
_MOST_REMARKS = 8


def hardware_from_json(data: dict[str, Any]) -> Hardware:
    """Read a file.

    Raises:
        JoulegraphError: ``platform-invalid`` naming the field, what was expected and got.
    """
    fields = Fields(data)
    for name in ("schema", "kind", "id", "name", "licence"):
        fields.text(name)
    whole("version", fields.raw("version"), 1, 1 << 30)
    if fields.has("about"):
        fields.text("about")
    sources = fields.inner("sources")
    if not 1 <= len(sources.data) <= _MOST_SOURCES:
        raise invalid("sources", f"1 to {_MOST_SOURCES} citations by id", sources.data)
    for identity in sources.data:
        sources.text(identity)
    word_bits = fields.sourced("word_bits").whole(1, 1024)
    widths = fields.sourced("bits").fields()
    weight, activation, psum = (
        whole(widths.at(name), widths.raw(name), 1, 64) for name in ("weight", "activation", "psum")
    )
    widths.end()
    mac_energy_j, scale = _unit(fields)
    levels = levels_of(fields, word_bits, scale, (weight, activation, psum))
    array, network = array_of(fields, levels), network_of(fields, word_bits, scale)
    conventions = fields.inner("conventions")
    padding = conventions.sourced("padding").choice("fetched", "not_fetched")
    operands = conventions.sourced("operands").choice("every_mac", "on_change")
    skipped = skipped_of(conventions, operands)
    conventions.end()
    hardware = Hardware(
        word_bits=word_bits,
        weight_bits=weight,
        activation_bits=activation,
        psum_bits=psum,
        element_bits=_element_bits(fields),
        mac_energy_j=mac_energy_j,
        clock_hz=fields.sourced("clock_hz").number_or_none(1e12),
        idle_power_w=fields.sourced("idle_power_w").number_or_none(1e6),
        macs=macs_of(fields, weight, activation),
        skipped=skipped,
        levels=levels,
        array=array,
        network=network,
        machine=Machine(
            tuple(level.memory for level in levels),
            array.at,
            array.pes,
            array.loops,
            network.multicast,
            cast(Any, padding),
            cast(Any, operands),
        ),
        dataflows=dataflows_of(fields, levels),
        remarks=_remarks(fields),
    )
    fields.end()
    return hardware


def _remarks(fields: Fields) -> tuple[str, ...]:
    """Return what the reader of a result must know, a sentence or two each."""
    if not fields.has("remarks"):
        return ()
    found, where = fields.raw("remarks"), fields.at("remarks")
    if not isinstance(found, list) or not 1 <= len(found) <= _MOST_REMARKS:
        raise invalid(where, f"a list of 1 to {_MOST_REMARKS} texts", found)
    for place, text in enumerate(found):
        if not isinstance(text, str) or not 1 <= len(text) <= MOST_TEXT:
            raise invalid(f"{where}[{place}]", f"a text of 1 to {MOST_TEXT} characters", text)
    return tuple(found)


def _unit(fields: Fields) -> tuple[float | None, float]:
    """Return the joules of a MAC, and what turns the file's energies into MAC energies."""
    unit, energy = fields.raw("unit"), native_energy(fields)
    if unit == "pj":
        picojoules = energy.number(1e-9)
        return picojoules * 1e-12, 1.0 / picojoules
    if unit != "mac":
        raise invalid("unit", "'mac' or 'pj'", unit)
    if energy.number() != 1.0:
        raise energy.wrong("1 where the unit is one MAC")
    return fields.sourced("mac_energy_j").number_or_none(1.0), 1.0


def _element_bits(fields: Fields) -> dict[str, int]:
    inner = fields.sourced("element_bits").fields()
    if len(inner.data) > _MOST_TYPES:
        raise invalid(inner.path, f"at most {_MOST_TYPES} types", len(inner.data))
    return {name: whole(inner.at(name), inner.raw(name), 1, 64) for name in inner.data}
