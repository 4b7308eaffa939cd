"""The layers of several runs in rows: a layer of the base each, or one that the base has not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from py.compared.alignment import How, align
from py.compared.run import Run
from py.compared.signature import signature_of


class _Key(NamedTuple):
    """What layers share that the base has not: name and kind, and which of several so called."""

    name: str
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Row:
    """A layer in each run that has it: its places, and by what it is the base's.

    ``how`` is None where a run has not the layer, and of the base itself, or of layers that the
    base has not: those of the same name and kind share a row.
    """

    name: str
    kind: str
    places: tuple[int | None, ...]
    how: tuple[How | None, ...]


def rows_of(runs: Sequence[Run], base: int) -> tuple[Row, ...]:
    """Return the rows of all runs, each aligned with the base alone: what matches does not depend
    on who else is compared. A layer that the base has not follows the one it follows in its run.
    """
    signatures = [[signature_of(layer) for layer in run.layers] for run in runs]
    own = runs[base].layers
    places: list[list[int | None]] = [[None] * len(runs) for _ in own]
    hows: list[list[How | None]] = [[None] * len(runs) for _ in own]
    for place in range(len(own)):
        places[place][base] = place
    others: dict[_Key, list[int | None]] = {}
    behind: dict[_Key, int] = {}
    for at, run in enumerate(runs):
        if at == base:
            continue
        matched = {}
        for match in align(signatures[base], signatures[at]):
            places[match.first][at] = match.second
            hows[match.first][at] = match.how
            matched[match.second] = match.first
        last = -1
        seen: Counter[tuple[str, str]] = Counter()
        for place, layer in enumerate(run.layers):
            if place in matched:
                last = matched[place]
                continue
            seen[layer.name, layer.kind] += 1
            key = _Key(layer.name, layer.kind, seen[layer.name, layer.kind])
            others.setdefault(key, [None] * len(runs))[at] = place
            behind.setdefault(key, last)
    added: dict[int, list[Row]] = {}
    for key, found in others.items():
        row = Row(key.name, key.kind, tuple(found), (None,) * len(runs))
        added.setdefault(behind[key], []).append(row)
    rows = list(added.get(-1, ()))
    for place, layer in enumerate(own):
        rows.append(Row(layer.name, layer.kind, tuple(places[place]), tuple(hows[place])))
        rows += added.get(place, ())
    return tuple(rows)
