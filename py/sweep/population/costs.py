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
from dataclasses import dataclass, fields
from math import nan
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from py.breakdown import Options, platform_for
from py.errors import JoulegraphError
from py.layers import Layer
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
from py.sweep.work.pool import Workers

_ROUND = 16_384
"""Networks that are priced at a time where they come as a stream."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What candidates cost, an array each, in their order; NaN where it is not known.

    Energies in joules and in MAC energies, times in seconds, for the whole batch; ``low`` and
    ``high`` are the ends of the interval of level 0.8, combined by ``rule``. ``macs`` and
    ``parameters`` are whole numbers. ``covered_share`` is the part of the MACs that has an
    estimate. ``unpriced`` are the distinct layers without one, and why.
    """

    energy_j: Floats
    energy_low_j: Floats
    energy_high_j: Floats
    time_s: Floats
    time_low_s: Floats
    time_high_s: Floats
    energy_macs: Floats
    macs: Floats
    parameters: Floats
    covered_share: Floats
    rule: str | None = None
    unpriced: tuple[tuple[Layer, str], ...] = ()

    def __len__(self) -> int:
        return len(self.macs)

    @property
    def power_w(self) -> Floats:
        """The mean power, NaN where energy or time is not known or there is no time."""
        time_s = np.where(self.time_s > 0, self.time_s, nan)
        power: Floats = self.energy_j / time_s
        return power


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
        found = np.empty((len(_ARRAYS), len(population)))
        place = 0
        for block in population.blocks():
            for table in tables(block, empty=len(distinct)):
                rows = found[:, place : place + table.shape[1]].T
                _totals(rows, sums(table, columns))
                rows[:, _ENDS] = nan
                if widths is not None:
                    own, numbers = widths
                    low, high = ends(numbers[table], own, self._correlation)
                    timed = rows[:, _TIMED] > 0
                    rows[:, _LOW] = np.where(timed[:, None], low, nan)
                    rows[:, _HIGH] = np.where(timed[:, None], high, nan)
                place += table.shape[1]
        arrays = {name: found[own] for own, name in enumerate(_ARRAYS[:_TIMED])}
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
            before = _Addends(every, _columns(every), self._widths(every))
            self._added[vocabulary] = before
        return before

    def _widths(self, distinct: list[Distinct]) -> tuple[Widths, Indices] | None:
        """Return the widths of the layers' intervals, by group, on a platform that has some."""
        if not isinstance(self.platform, Measured):
            return None
        every = [*distinct, _EMPTY]
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


_EMPTY = Distinct(0.0, 0.0, "nothing")
_ARRAYS = [*(field.name for field in fields(Costs) if field.type in (Floats, "Floats")), "timed"]
_AT = {name: place for place, name in enumerate(_ARRAYS)}
_TIMED = _AT["timed"]
_LOW = [_AT["energy_low_j"], _AT["time_low_s"]]
_HIGH = [_AT["energy_high_j"], _AT["time_high_s"]]
_ENDS = [*_LOW, *_HIGH]
_WORTH = [_AT["energy_j"], _AT["energy_macs"], _AT["time_s"]]


def _columns(distinct: list[Distinct]) -> Floats:
    """Return what layers add to each sum, a row each, and one of zeros for no layer.

    Energy in both units, time, MACs, parameters; layers with an estimate, those that take time;
    MACs with an estimate, and without.
    """
    rows = []
    for own in (*distinct, _EMPTY):
        modelled = own.reason is None
        covered = 0.0 if own.macs != own.macs else own.macs
        rows.append(
            (
                *(own.energy_j, own.energy_macs, own.time_s, own.macs, own.parameters),
                *(float(modelled), float(modelled and own.time_s > 0)),
                *((covered, 0.0) if modelled else (0.0, own.macs)),
            )
        )
    return np.array(rows)


def _totals(rows: Floats, added: Floats) -> None:
    """Write what was added up in the columns of costs."""
    *worth, macs, parameters, modelled, timed, covered, missing = added.T
    for place, value in zip(_WORTH, worth, strict=True):
        rows[:, place] = np.where(modelled > 0, value, nan)  # of nothing the sum is unknown, not 0
    every = covered + missing
    rows[:, _AT["macs"]] = macs
    rows[:, _AT["parameters"]] = parameters
    nothing = np.where(every == 0, 1.0, every)
    rows[:, _AT["covered_share"]] = np.where(every == 0, 1.0, covered / nothing)
    rows[:, _TIMED] = timed


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
