"""Rows as cells of tables: names, quantities, links."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from py.breakdown.quantity import with_unit
from py.columns import printable
from py.layers.report.names import apart
from py.reports.content import Table
from py.sweep.summary.collected import NAMELESS, Places
from py.sweep.summary.groups import Group, axis_in_words, value_in_words
from py.sweep.summary.keys import combined
from py.sweep.summary.limits import Limits
from py.sweep.summary.summary import Summary, Told, evenly

UNKNOWN = "–"


class Cells:
    """Writes the rows of a summary as cells; gives out links while there is room for them."""

    def __init__(self, summary: Summary, limits: Limits) -> None:
        self.summary = summary
        self.limits = limits
        self.links_left_out = 0
        self._room = limits.links
        self._shared = _shared_names(summary)

    @property
    def told(self) -> Sequence[Told]:
        """The groups that are spoken of."""
        return self.some(self.summary.told, self.limits.groups)

    def drawn(self, groups: Sequence[Told]) -> Sequence[Told]:
        """Return those of some groups of which there are pictures."""
        return self.some(groups, self.limits.plots)

    def some(self, groups: Sequence[Told], most: int) -> Sequence[Told]:
        """Return at most so many groups, of each platform as many as of any other."""
        return [groups[place] for place in evenly([t.group.platform for t in groups], most)]

    def name(self, place: int) -> str:
        """Return the model of a row; of none or of several with that name, the file it is from."""
        collected = self.summary.collected
        name = collected.model(place)
        if name == NAMELESS or int(collected.models.codes[place]) in self._shared:
            detail = self.summary.details.get(place)
            if detail is not None and detail.model_path:
                return detail.model_path
        return name

    def full_name(self, place: int, group: Group) -> str:
        """Return the model, and the point where a group has several."""
        point = self.point(place, group) if group.point is None else ""
        return f"{self.name(place)} ({point})" if point else self.name(place)

    def point(self, place: int, group: Group) -> str:
        """Return where in the grid a row is, of the axes that differ on its platform."""
        collected = self.summary.collected
        said = ((axis, collected.texts[axis].at(place)) for axis in group.axes)
        return ", ".join(f"{axis_in_words(axis)} {value_in_words(axis, v)}" for axis, v in said)

    def cost(self, place: int, group: Group) -> str:
        """Return what an inference costs: of a row that is partial, at least."""
        known = with_unit(float(group.costs.values[place]), group.costs.basis.unit)
        partial = self.summary.collected.texts["status"].at(place) == "partial"
        return f"≥ {known}" if partial else known

    def time(self, place: int) -> str:
        return self._quantity("per_inference_time_s", place, "s")

    def macs(self, place: int) -> str:
        return _known(float(self.summary.collected.macs[place]), "")

    def parameters(self, place: int) -> str:
        return self._quantity("parameters", place, "")

    def error(self, place: int) -> str:
        return percent(float(self.summary.collected.errors[place]))

    def _quantity(self, column: str, place: int, unit: str) -> str:
        return _known(float(self.summary.collected.numbers[column][place]), unit)

    def rows(self, title: str, group: Group, places: Places, note: str = "") -> Table:
        """Return rows as a table: what they cost, how wrong they are, what they are made of."""
        every = [int(place) for place in places]
        word = group.costs.basis.word
        found: list[tuple[str, list[str]]] = [(word, [self.cost(p, group) for p in every])]
        if bool(np.isfinite(self.summary.collected.errors[places]).any()):
            found.append(("error", [self.error(p) for p in every]))
        if word != "time":
            found.append(("time", [self.time(p) for p in every]))
        found += [
            ("MACs", [self.macs(p) for p in every]),
            ("parameters", [self.parameters(p) for p in every]),
        ]
        return self.table(title, group, every, found, note)

    def table(
        self,
        title: str,
        group: Group,
        places: Sequence[int],
        columns: Sequence[tuple[str, Sequence[str]]],
        note: str = "",
    ) -> Table:
        """Return a table of rows: their names, with their links, before columns of numbers."""
        names = apart([printable(self.name(place)) for place in places], self.limits.letters)
        words = [("model", names)]
        if group.point is None:
            words.append(("at", [self.point(place, group) for place in places]))
        every = [*words, *columns]
        rows = tuple(zip(*(cells for _, cells in every), strict=True))
        header = tuple(name for name, _ in every)
        return Table(title, header, rows, len(words), note, self._links(places))

    def _links(self, places: Iterable[int]) -> tuple[str | None, ...]:
        return tuple(self._link(place) for place in places)

    def _link(self, place: int) -> str | None:
        detail = self.summary.details.get(place)
        if detail is None or detail.link is None:
            return None
        if len(detail.link) > self._room:
            self.links_left_out += 1
            return None
        self._room -= len(detail.link)
        return detail.link


def percent(share: float) -> str:
    """Return a share of one in per cent, to four digits; unknown is a dash."""
    if share in (0, 1):
        return f"{100 * share:.0f} %"
    return UNKNOWN if math.isnan(share) else f"{100 * share:#.4g} %"


def _known(value: float, unit: str) -> str:
    return UNKNOWN if math.isnan(value) else with_unit(value, unit)


def _shared_names(summary: Summary) -> frozenset[int]:
    """Return the codes of the names that more than one model has."""
    collected = summary.collected
    number = max(1, collected.different_models)
    pairs = np.unique(
        combined([collected.models.sized, (collected.networks, number)], collected.count)
    )
    names, times = np.unique(pairs // number, return_counts=True)
    return frozenset(names[times > 1].tolist())
