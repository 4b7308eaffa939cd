"""Runs a sweep: reads the models, answers what is open, prices.

Everything that is found is kept as it comes: answers in the store, rows in the journal. So a sweep
that was interrupted goes on where it was, and what a worker did before it died is not done again.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from py.errors import JoulegraphError
from py.platforms.accelerator.choice import LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.sweep.answers import Answer, Answers, AnswerStore
from py.sweep.plan.mapping import Question, answer
from py.sweep.plan.plan import Plan
from py.sweep.plan.pricing import PriceAsk, rows_of
from py.sweep.plan.reading import Part, ReadAsk, ReadDone, read
from py.sweep.plan.setting import SETTING
from py.sweep.plan.spool import Spool
from py.sweep.plan.variant import Variant
from py.sweep.rows.journal import Journal
from py.sweep.rows.row import Row, failed_row
from py.sweep.work.failed import TaskFailed
from py.sweep.work.inline import InlineWorkers
from py.sweep.work.pool import Workers

Told = Callable[[str, int, int], None]
"""Hears what is being done, and how many of how many are done."""

_KEEP_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Worked:
    """What was worked for the rows of a sweep.

    ``questions`` are the distinct layers that had to be mapped, ``searched`` those of them that
    nobody had mapped before, and ``resumed`` the rows that an earlier run had finished. ``notes``
    are what the store of answers has to say.
    """

    questions: int
    searched: int
    resumed: int
    notes: tuple[str, ...]


class _Counted(NamedTuple):
    questions: int
    searched: int


class Statuses:
    """Counts rows by their status as they pass by."""

    def __init__(self) -> None:
        self.ok = self.partial = self.failed = 0

    def of(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            name = str(row.values["status"])
            setattr(self, name, getattr(self, name) + 1)
            yield row


def run(
    plan: Plan,
    journal: Journal,
    store: AnswerStore,
    workers: Workers,
    folder: Path,
    told: Told,
    readers: Workers | None = None,
) -> Worked:
    """Bring every row of a plan into its journal.

    ``readers`` read the models, by default the workers: those of a cluster may not have the files.

    Raises:
        JoulegraphError: no space, or no workers; what was finished until then is kept.
    """
    done = journal.done()
    resumed = len(done)
    answers = Answers(store)
    workers.share(SETTING, plan.setting)
    # What the machine did to a task is told in the end, but a sweep that goes on tries it again.
    unlucky: list[Row] = []
    with Spool(folder) as spool:
        if readers is None:
            asked = _read(plan, journal, workers, spool, done, unlucky, told)
        else:
            with readers:
                readers.share(SETTING, plan.setting)
                asked = _read(plan, journal, readers, spool, done, unlucky, told)
        found, counted = _mapped(plan, answers, workers, asked, told)
        _priced(journal, workers, spool, found, unlucky, told)
    journal.add(unlucky)
    return Worked(counted.questions, counted.searched, resumed, tuple(store.notes))


def _read(
    plan: Plan,
    journal: Journal,
    workers: Workers,
    spool: Spool,
    done: set[int],
    unlucky: list[Row],
    told: Told,
) -> list[Question]:
    """Read every model; return the distinct questions, in the order in which they come up."""
    total = plan.count - len(done)
    under_way: dict[int, ReadAsk] = {}
    first: dict[Question, tuple[int, int]] = {}

    def asks() -> Iterator[ReadAsk]:
        for place, ask in enumerate(plan.asks(done)):
            under_way[place] = ask
            yield ask

    came = 0
    told("reading combinations", 0, total)
    for place, result in workers.each(read, asks()):
        ask = under_way.pop(place)
        came += len(ask.combinations)
        told("reading combinations", came, total)
        if isinstance(result, TaskFailed):
            unlucky += plan.failed(ask, result.told())
            continue
        journal.add(result.rows)
        for part in result.parts:
            spool.add(part)
        for number, question in enumerate(_questions(result)):
            at = place, number
            first[question] = min(first.get(question, at), at)
    # In the order of the plan, whichever came first: the longest work is shared out alike.
    return sorted(first, key=lambda question: first[question])


def _questions(done: ReadDone) -> Iterator[Question]:
    for part in done.parts:
        for variant, layers in part.needs.items():
            for layer in layers:
                yield Question(variant, layer)


def _mapped(
    plan: Plan, answers: Answers, workers: Workers, asked: Collection[Question], told: Told
) -> tuple[dict[Question, Answer], _Counted]:
    """Return the answers to questions: from the store, else by a search that is then kept.

    Of a search that a machine has ended there is none.
    """
    platforms = _platforms(plan, dict.fromkeys(question.variant for question in asked))
    alike = _alike(platforms)
    by_variant: dict[Variant, dict[LayerQuestion, None]] = defaultdict(dict)
    for question in asked:
        by_variant[alike[question.variant]][question.layer] = None
    found: dict[Question, Answer] = {}
    open_: list[Question] = []
    for variant, layers in by_variant.items():
        known = answers.known(platforms[variant], layers)
        found |= {Question(variant, layer): own for layer, own in known.items()}
        open_ += [Question(variant, layer) for layer in layers if layer not in known]
    counted = _Counted(sum(map(len, by_variant.values())), len(open_))
    # The longest last would leave the other workers idle.
    open_.sort(key=lambda question: -question.layer.loops.macs)
    unkept: dict[Variant, dict[LayerQuestion, Answer]] = defaultdict(dict)

    def keep() -> None:
        for variant, own in unkept.items():
            answers.keep(platforms[variant], own)
        unkept.clear()

    kept_s = monotonic()
    try:
        for came, (place, result) in enumerate(workers.each(answer, open_), start=1):
            told("mapping distinct layers", came, len(open_))
            question = open_[place]
            if isinstance(result, TaskFailed):
                continue  # whoever prices such a layer searches once more, or fails alike
            found[question] = unkept[question.variant][question.layer] = result
            if monotonic() - kept_s >= _KEEP_EVERY_S:
                keep()
                kept_s = monotonic()
    finally:
        keep()
    own = {one: Question(alike[one.variant], one.layer) for one in asked}
    return {one: found[like] for one, like in own.items() if like in found}, counted


def _alike(platforms: Mapping[Variant, Accelerator]) -> dict[Variant, Variant]:
    """Return for each variant the first that has its choices: asked of differently, or by name."""
    first: dict[str, Variant] = {}
    return {
        variant: first.setdefault(dumps(platform.choices_as_json(), sort_keys=True), variant)
        for variant, platform in platforms.items()
    }


def _platforms(plan: Plan, variants: Iterable[Variant]) -> dict[Variant, Accelerator]:
    made: dict[Variant, Accelerator] = {}
    with InlineWorkers() as here:
        here.share(SETTING, plan.setting)
        variants = list(variants)
        for place, platform in here.each(_made, variants):
            assert isinstance(platform, Accelerator), "only accelerators are asked about"
            made[variants[place]] = platform
    return made


def _made(variant: Variant) -> object:
    return variant.platform_made()


def _priced(
    journal: Journal,
    workers: Workers,
    spool: Spool,
    found: Mapping[Question, Answer],
    unlucky: list[Row],
    told: Told,
) -> None:
    """Price every part that is in the spool, and keep its rows.

    Of a part that failed as a whole each combination is tried alone: one may be too large.
    """
    total, came = spool.combinations, 0
    parts: Iterable[Part] = (spool.part(place) for place in range(len(spool)))
    while True:
        under_way: dict[int, Part] = {}
        again: list[Part] = []
        for place, result in workers.each(rows_of, _asks(parts, found, under_way)):
            part = under_way.pop(place)
            if isinstance(result, TaskFailed):
                if len(part.places) > 1:
                    again += part.singly()
                    continue
                unlucky += _failed(part, result.told())
            else:
                journal.add(result)
            came += len(part.places)
            told("pricing", came, total)
        if not again:
            return
        parts = again


def _asks(
    parts: Iterable[Part], found: Mapping[Question, Answer], under_way: dict[int, Part]
) -> Iterator[PriceAsk]:
    for place, part in enumerate(parts):
        under_way[place] = part
        answers: dict[Variant, dict[LayerQuestion, Answer]] = {}
        for variant, layers in part.needs.items():
            known = ((layer, found.get(Question(variant, layer))) for layer in layers)
            answers[variant] = {layer: own for layer, own in known if own is not None}
        yield PriceAsk(part, answers)


def _failed(part: Part, error: JoulegraphError) -> list[Row]:
    model, ready = part.unpacked()
    return [
        failed_row(one.place, one.id, {**one.values, "model": model.name}, error) for one in ready
    ]
