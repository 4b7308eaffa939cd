"""Energy, time and their intervals of a whole population, as arrays.

    pricer = Pricer("eyeriss")
    costs = pricer.costs(population)
    best = costs.energy_macs.argmin()

Distinct layers are priced once, with a search on an accelerator; a pricer remembers them, so that
the generations of a search cost no more than their new layers: a new ``Population`` for each, all
over one ``Vocabulary``. The totals are those of ``py.breakdown.price`` for the same layers, to the
last digit but for a rounding.

**What a further candidate costs** is linear in its layers. Of sixty, on one core of a virtual
machine of 2026: 2 microseconds on an accelerator or a datasheet, 6 on a measured profile, which has
intervals; before that, 8 to append it as a list of layers, or 250 to draw it operator by operator.
``python -m tests.benchmarks.population_benchmark`` prints what it is here, up to a million.

**Unknown is NaN** in these arrays, as None is elsewhere: a total with a part that is not known, an
interval where the platform has none. A layer without an estimate is left out of the totals and in
``covered_share``, as in a result; ``unpriced`` says why.
"""

from collections.abc import Iterable, Iterator
from math import nan
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from py.breakdown import Options, platform_for
from py.errors import JoulegraphError
from py.platforms import Platform
from py.platforms.load import read_platform_file
from py.platforms.measured.engine import Measured
from py.platforms.measured.totals import rule_of
from py.sweep.population.distinct import Distinct, priced
from py.sweep.population.exact import Floats, sums, tables
from py.sweep.population.intervals import Widths, ends, numbered
from py.sweep.population.network import Network
from py.sweep.population.population import Indices, Population, Vocabulary
from py.sweep.population.searched import Kept
from py.sweep.population.totals import (
    ARRAYS,
    EMPTY,
    ENDS,
    HIGH,
    LOW,
    TIMED,
    Costs,
    columns_of,
    write_totals,
)
from py.sweep.work.pool import Workers

__all__ = ["Costs", "Pricer"]

_ROUND = 16_384
"""Networks that are priced at a time where they come as a stream."""


class _Addends(NamedTuple):
    """What the layers of a vocabulary add to the sums, and their widths by group with numbers."""

    distinct: list[Distinct]
    columns: Floats
    widths: tuple[Widths, Indices] | None


class Pricer:
    """Prices populations on one platform; see the module's docstring.

    ``platform`` is one, or the id of one that ships, or the path of a file. ``answers`` keeps what
    searches found from one program to the next (``py.sweep.answers.Answers``), ``workers`` are who
    searches (``py.sweep.work``); without them it is done here.

    Raises:
        JoulegraphError: ``population-options`` for options that need a graph or the names of
            layers: choices of a file, zero fractions and widths by layer, active shares, exits,
            fusion, training; and what reading the platform raises.
    """

    def __init__(
        self,
        platform: Platform | str,
        options: Options | None = None,
        *,
        answers: Kept | None = None,
        workers: Workers | None = None,
    ) -> None:
        self.options = options or Options()
        _refuse_by_name(self.options)
        if isinstance(platform, str):
            platform = platform_for(read_platform_file(platform), self.options)
        self.platform: Platform = platform
        self._answers, self._workers = answers, workers
        self._known: dict[object, Distinct] = {}
        self._added: WeakKeyDictionary[Vocabulary, _Addends] = WeakKeyDictionary()

    def costs(self, population: Population) -> Costs:
        """Return what the candidates of a population cost.

        Raises:
            JoulegraphError: ``search-failed`` where a worker could not end a search.
        """
        distinct, columns, widths = self._addends(population.vocabulary)
        found = np.empty((len(ARRAYS), len(population)))
        place = 0
        for block in population.blocks():
            for table in tables(block, empty=len(distinct)):
                rows = found[:, place : place + table.shape[1]].T
                write_totals(rows, sums(table, columns))
                rows[:, ENDS] = nan
                if widths is not None:
                    own, numbers = widths
                    low, high = ends(numbers[table], own, self._correlation)
                    timed = rows[:, TIMED] > 0
                    rows[:, LOW] = np.where(timed[:, None], low, nan)
                    rows[:, HIGH] = np.where(timed[:, None], high, nan)
                place += table.shape[1]
        arrays = {name: found[own] for own, name in enumerate(ARRAYS[:TIMED])}
        unpriced = tuple(
            (layer, own.reason)
            for layer, own in zip(population.vocabulary.layers, distinct, strict=False)
            if own.reason is not None
        )
        return Costs(**arrays, rule=self.rule, unpriced=unpriced)

    def stream(self, networks: Iterable[Network]) -> Iterator[Costs]:
        """Yield the costs of networks in order, some thousands at a time, however many there are.

        Raises:
            JoulegraphError: as ``costs``.
        """
        vocabulary = Vocabulary()
        some = Population(vocabulary=vocabulary)
        for network in networks:
            some.append(network)
            if len(some) == _ROUND:
                yield self.costs(some)
                some = Population(vocabulary=vocabulary)
        if len(some):
            yield self.costs(some)

    @property
    def rule(self) -> str | None:
        """How the intervals of layers are combined; None where the platform has none."""
        return rule_of(self._correlation) if isinstance(self.platform, Measured) else None

    @property
    def _correlation(self) -> float | None:
        return self.platform.profile.correlation if isinstance(self.platform, Measured) else None

    def _addends(self, vocabulary: Vocabulary) -> "_Addends":
        """Return what the layers of a vocabulary cost; those that are new are priced."""
        before = self._added.get(vocabulary)
        distinct = [] if before is None else before.distinct
        layers = vocabulary.layers[len(distinct) :]
        if before is None or layers:
            keys = [(layer, layer.window, layer.ofmap_shape) for layer in layers]
            new = {
                key: layer
                for key, layer in zip(keys, layers, strict=True)
                if key not in self._known
            }
            platform, options = self.platform, self.options
            found = priced(new.values(), platform, options, self._answers, self._workers)
            self._known.update(zip(new, found, strict=True))
            every = [*distinct, *(self._known[key] for key in keys)]
            before = _Addends(every, columns_of(every), self._widths(every))
            self._added[vocabulary] = before
        return before

    def _widths(self, distinct: list[Distinct]) -> tuple[Widths, Indices] | None:
        """Return the widths of the layers' intervals, by group, on a platform that has some."""
        if not isinstance(self.platform, Measured):
            return None
        every = [*distinct, EMPTY]
        timed = np.array([bool(own.time_s > 0) for own in every])[:, None]
        values = np.array([(own.energy_j, own.time_s) for own in every])
        ends_of = np.array([(own.energy_ends, own.time_ends) for own in every])
        widths = Widths(
            numbered([own.alike for own in every]),
            np.where(timed, values, 0.0),
            np.where(timed, values - ends_of[:, :, 0], 0.0),
            np.where(timed, ends_of[:, :, 1] - values, 0.0),
        )
        return widths.by_group()


def _refuse_by_name(options: Options) -> None:
    asked = {
        "choices of a file's inputs": options.choices.batch or options.choices.of_inputs,
        "zero fractions by layer": options.density is not None or options.layer_zeros,
        "widths by layer": options.layer_bits,
        "active shares": options.active,
        "exits": options.exits,
        "fusion": options.fuse,
        "training": options.train,
    }
    given = [name for name, value in asked.items() if value]
    if given:
        raise JoulegraphError(
            "population-options",
            "The candidates of a population are lists of layers without names or a graph: "
            f"expected options of the platform and widths for all layers, got "
            f"{', '.join(given)}.",
            "Say it in the layers themselves (batch, zeros, bits, runs), or price single models.",
        )
