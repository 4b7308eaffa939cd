"""The dataflows of a file: named constraints on the mapping space."""

from typing import Final

from py.platforms.accelerator.dataflow import ANY, Dataflow
from py.platforms.accelerator.level import MemoryLevel
from py.platforms.accelerator.nest.dims import DIMS, TENSORS
from py.platforms.accelerator.nest.space import Rule, Space
from py.platforms.fields import Fields, choice, invalid, letters

MOST_DATAFLOWS = 16
_RULES: Final[tuple[Rule, ...]] = ("whole", "one")


def dataflows_of(fields: Fields, levels: tuple[MemoryLevel, ...]) -> tuple[Dataflow, ...]:
    """Return the dataflows, the default first; ``any`` is there besides."""
    ids = [level.id for level in levels]
    found: list[Dataflow] = []
    for entry in fields.items("dataflows", MOST_DATAFLOWS, least=0):
        identity, name = entry.identity("id"), entry.text("name")
        if identity in [ANY, *(other.id for other in found)]:
            raise invalid(entry.at("id"), f"another than {ANY} and others", identity)
        space = Space(
            tiles=_tiles(entry, ids),
            stationary=_stationary(entry, ids),
            spread=letters(entry.at("spread"), entry.raw("spread") or "", DIMS),
            name=identity,
        )
        found.append(Dataflow(identity, name, entry.text("source"), space))
        entry.end()
    free = Space(({},) * (len(ids) - 1), (None,) * len(ids))
    return (*found, Dataflow(ANY, "Any", "the whole mapping space, without constraints", free))


def _tiles(entry: Fields, ids: list[str]) -> tuple[dict[str, Rule], ...]:
    rules: list[dict[str, Rule]] = [{} for _ in ids[1:]]
    if not entry.has("tiles"):
        return tuple(rules)
    tiles = entry.inner("tiles")
    for place, level in enumerate(ids[1:]):
        if not tiles.has(level):
            continue
        inner = tiles.inner(level)
        for rule in _RULES:
            if inner.has(rule):
                for dim in letters(inner.at(rule), inner.raw(rule), DIMS):
                    if dim in rules[place]:
                        raise invalid(inner.path, "whole or one for a loop, not both", dim)
                    rules[place][dim] = rule
        inner.end()
    tiles.end()
    return tuple(rules)


def _stationary(entry: Fields, ids: list[str]) -> tuple[str | None, ...]:
    if not entry.has("stationary"):
        return (None,) * len(ids)
    inner = entry.inner("stationary")
    found = tuple(
        choice(inner.at(level), inner.raw(level), *TENSORS) if inner.has(level) else None
        for level in ids
    )
    inner.end()
    return found
