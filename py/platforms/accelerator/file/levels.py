"""The memory levels of a file, outermost first."""

from typing import Any, cast

from py.platforms.accelerator.codings import AS_THEY_ARE, Coding, Method
from py.platforms.accelerator.level import Bandwidth, Limits, MemoryLevel
from py.platforms.accelerator.nest.dims import TENSORS
from py.platforms.accelerator.nest.machine import Memory
from py.platforms.fields import Fields, Sourced, choice, invalid, number, whole

MOST_LEVELS = 8
Rooms = tuple[int | None, int | None, int | None, int | None]
_LEAST_LIMIT = 1e-6
_TAKEN = ("array", "mac", "static")


def levels_of(
    fields: Fields, word_bits: int, scale: float, native: tuple[int, int, int]
) -> tuple[MemoryLevel, ...]:
    """Return the levels; energies times ``scale`` are MAC energies of a word of ``word_bits``.

    ``native`` are the widths of weight, activation and psum.
    """
    found: list[MemoryLevel] = []
    for entry in fields.items("levels", MOST_LEVELS):
        level = _level(entry, word_bits, scale, native, outermost=not found)
        if level.id in _TAKEN or level.id in [other.id for other in found]:
            raise invalid(entry.at("id"), f"another than {', '.join(_TAKEN)} and others", level.id)
        found.append(level)
    return tuple(found)


def _level(
    fields: Fields, word_bits: int, scale: float, native: tuple[int, int, int], *, outermost: bool
) -> MemoryLevel:
    identity, name = fields.identity("id"), fields.text("name")
    in_values, (shared, of_weight, of_ifmap, of_ofmap) = _rooms(fields, native)
    memory = Memory(
        identity,
        keeps=_keeps(fields.sourced("keeps")),
        bits=shared,
        bits_of=(of_weight, of_ifmap, of_ofmap),
        bank_bits=_bank_bits(fields),
        halo=cast(Any, _choice(fields, "halo", "refetched", "refetched", "kept")),
        first_psum_access=cast(
            Any, _choice(fields, "first_psum_access", "write_only", "write_only", "read_and_write")
        ),
        double=_choice(fields, "buffering", "single", "single", "double") == "double",
    )
    if outermost and (set(memory.keeps) != {"kept"} or any(memory.rooms)):
        expected = "a level that keeps everything, without limit, as the outermost"
        raise invalid(fields.path, expected, identity)
    energy = fields.inner("energy")
    per_bit = scale / (word_bits if choice_of_per(energy) == "word" else 1)
    read, write = (_energies(energy.sourced(kind), per_bit) for kind in ("read", "write"))
    source = energy.sourced("read").source
    energy.end()
    exponent, rule_source = _rule(fields)
    level = MemoryLevel(
        memory=memory,
        name=name,
        read=read,
        write=write,
        source=source,
        fills_charged=_choice(fields, "fills", "charged", "charged", "not_charged") == "charged",
        passes=_passes(fields, memory),
        coding=coding_of(fields, "coding"),
        bandwidth=_bandwidth(fields),
        exponent=exponent,
        rule_source=rule_source,
        in_values=in_values,
    )
    fields.end()
    return level


def choice_of_per(energy: Fields) -> str:
    """Return what energies are of: a word of the file's ``word_bits``, or a bit."""
    return choice(energy.at("per"), energy.raw("per"), "word", "bit")


def _choice(fields: Fields, name: str, default: str, *choices: str) -> str:
    return fields.sourced(name).choice(*choices) if fields.has(name) else default


def _keeps(entry: Sourced) -> tuple[Any, Any, Any]:
    inner = entry.fields()
    weight, ifmap, ofmap = (
        choice(inner.at(tensor), inner.raw(tensor), "kept", "bypassed", "either")
        for tensor in TENSORS
    )
    inner.end()
    if {weight, ifmap, ofmap} == {"bypassed"}:
        raise entry.wrong("at least one tensor kept")
    return weight, ifmap, ofmap


def _rooms(fields: Fields, native: tuple[int, int, int]) -> tuple[bool, Rooms]:
    """Return whether room is in values, and it in bits: shared, then of each tensor alone."""
    names = ("shared", *TENSORS)
    if not fields.has("capacity"):
        return False, (None, None, None, None)
    entry = Sourced(fields.inner("capacity"), "unit")
    inner = entry.fields()
    in_values = entry.also["unit"] == "values"
    if in_values and inner.raw("shared") is not None:
        raise invalid(inner.at("shared"), "left out where room is in values", inner.data)
    units = (1, *native) if in_values else (_unit(entry),) * len(names)
    found = [inner.raw(name) for name in names]
    inner.end()
    shared, weight, ifmap, ofmap = (
        None if room is None else unit * whole(inner.at(name), room)
        for name, room, unit in zip(names, found, units, strict=True)
    )
    return in_values, (shared, weight, ifmap, ofmap)


def _bank_bits(fields: Fields) -> int:
    if not fields.has("bank"):
        return 1
    entry = Sourced(fields.inner("bank"), "unit")
    return _unit(entry) * entry.whole()


def _unit(entry: Sourced) -> int:
    return 8 if choice(f"{entry.path}.unit", entry.also["unit"], "bits", "bytes") == "bytes" else 1


def _energies(entry: Sourced, per_bit: float) -> tuple[float, float, float]:
    """Return MAC energies of a bit of weight, ifmap and ofmap; one number stands for all."""
    if not isinstance(entry.value, dict):
        energy = entry.number() * per_bit
        return energy, energy, energy
    inner = entry.fields()
    weight, ifmap, ofmap = (
        number(inner.at(tensor), inner.raw(tensor)) * per_bit for tensor in TENSORS
    )
    inner.end()
    return weight, ifmap, ofmap


def _passes(fields: Fields, memory: Memory) -> tuple[str, ...]:
    if not fields.has("passes"):
        return ()
    entry = fields.sourced("passes")
    found = entry.subset("weight", "ifmap")
    if any(memory.keeps[TENSORS.index(tensor)] != "bypassed" for tensor in found):
        raise entry.wrong("tensors that the level does not keep")
    return found


def coding_of(fields: Fields, name: str) -> Coding:
    """Return how words are coded; as they are where the file says nothing."""
    if not fields.has(name):
        return AS_THEY_ARE
    inner = fields.sourced(name).fields()
    method = choice(
        inner.at("method"), inner.raw("method"), "none", "significance_map", "run_length"
    )
    tensors = inner.raw("tensors")
    if not isinstance(tensors, list) or not all(tensor in TENSORS for tensor in tensors):
        raise invalid(inner.at("tensors"), f"a list of {', '.join(TENSORS)}", tensors)
    sizes = {}
    if method == "run_length":
        sizes = {
            size: whole(inner.at(size), inner.raw(size), 1, 64)
            for size in ("run_bits", "level_bits", "pairs")
        }
        if sizes["run_bits"] > 16:
            raise invalid(inner.at("run_bits"), "a whole number from 1 to 16", sizes["run_bits"])
    where_shorter = inner.raw("where_shorter") or False
    if not isinstance(where_shorter, bool):
        raise invalid(inner.at("where_shorter"), "true or false", where_shorter)
    inner.end()
    return Coding(cast(Method, method), tuple(tensors), **sizes, where_shorter=where_shorter)


def _bandwidth(fields: Fields) -> Bandwidth | None:
    if not fields.has("bandwidth"):
        return None
    entry = fields.sourced("bandwidth")
    if entry.value is None:
        return None
    inner = entry.fields()
    read, write = _limit(inner, "read"), _limit(inner, "write")
    both = inner.raw("both")
    both = None if both is None else number(inner.at("both"), both, _LEAST_LIMIT)
    inner.end()
    if both is not None and (read is not None or write is not None):
        raise entry.wrong("read and write, or both together")
    return Bandwidth(read, write, both)


def _limit(fields: Fields, name: str) -> float | Limits | None:
    found = fields.raw(name)
    if found is None:
        return None
    if not isinstance(found, dict):
        return number(fields.at(name), found, _LEAST_LIMIT)
    inner = fields.inner(name)
    weight, ifmap, ofmap = (
        None
        if inner.raw(tensor) is None
        else number(inner.at(tensor), inner.raw(tensor), _LEAST_LIMIT)
        for tensor in TENSORS
    )
    inner.end()
    return weight, ifmap, ofmap


def _rule(fields: Fields) -> tuple[float | None, str]:
    """Return the power of the capacity that energies grow with, if one is known; its source."""
    if not fields.has("capacity_rule"):
        return None, ""
    entry = fields.sourced("capacity_rule")
    if entry.value is None:
        return None, entry.source
    inner = entry.fields()
    exponent = number(inner.at("exponent"), inner.raw("exponent"), 0.0, 4.0)
    inner.end()
    return exponent, entry.source
