"""How a shipped profile is made: its rows, what of them is left out, and its facts."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py.measure.fit.profile_fit import ProfileFit, Source, fit_profile
from py.measure.table.condition import condition_of
from py.measure.table.rows import stream_rows

_FILE = Path(__file__).with_name("shipped.json")


@dataclass(frozen=True, slots=True)
class Recipe:
    """``leave_out`` has power_w where powers are not to be used; ``unreliable`` why, by kind."""

    id: str
    files: tuple[str, ...]
    where: tuple[str, ...]
    leave_out: tuple[str, ...]
    unreliable: Mapping[str, str]
    facts: Mapping[str, Any]

    @property
    def leaves_powers_out(self) -> bool:
        return "power_w" in self.leave_out


def recipes() -> tuple[Recipe, ...]:
    """Return those of all shipped profiles."""
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Recipe(
            id=identity,
            files=tuple(found["files"]),
            where=tuple(found["where"]),
            leave_out=tuple(found["leave_out"]),
            unreliable=found["unreliable"],
            facts=found["facts"],
        )
        for identity, found in data.items()
    )


def fitted(recipe: Recipe, tables: Path, progress: Callable[[str], None]) -> ProfileFit:
    """Return a profile fitted to its rows.

    Raises:
        JoulegraphError: what is wrong with a table.
        OSError: a table can't be read.
    """
    paths = [tables / name for name in recipe.files]
    rows = stream_rows(paths, [condition_of(text) for text in recipe.where])
    if recipe.leaves_powers_out:
        rows = rows.without_powers()
    sources = [
        Source(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), recipe.where)
        for path in paths
    ]
    facts = dict(recipe.facts) | {"unreliable": dict(recipe.unreliable)}
    return fit_profile(recipe.id, rows, sources, facts, "default", progress)
