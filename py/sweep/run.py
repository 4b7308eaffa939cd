"""Runs a sweep: reads the models, answers what is open, prices, writes, sums up.

Everything that is found is kept as it comes: answers in the store, rows in the journal. So a sweep
that was interrupted goes on where it was, and what a worker did before it died is not done again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from pathlib import Path
from time import monotonic
from typing import NamedTuple, TypeVar

from py.columns import printable, several
from py.errors import JoulegraphError
from py.platforms.accelerator.choice import LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.sweep.answers import Answer, Answers, AnswerStore, Refusal, engine_digest
from py.sweep.asked import Sweep
from py.sweep.plan.checked import check
from py.sweep.plan.combination import Combination, names_of
from py.sweep.plan.mapping import Question, answer
from py.sweep.plan.pricing import PriceAsk, rows_of
from py.sweep.plan.reading import Part, ReadAsk, ReadDone, read, unread
from py.sweep.plan.setting import SETTING, PlatformFile, Setting
from py.sweep.plan.spool import Spool
from py.sweep.plan.variant import Variant
from py.sweep.rows.journal import Journal
from py.sweep.rows.row import Row, failed_row
from py.sweep.work.failed import TaskFailed
from py.sweep.work.inline import InlineWorkers
from py.sweep.work.pool import Workers

Told = Callable[[str, int, int], None]
"""Hears what is being done, and how many of how many are done."""
T = TypeVar("T")

MOST_READ = 512
"""Combinations that one task reads: it takes memory for each, and other workers want some."""
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


class Plan:
    """A sweep with its platforms read: what every part of a run needs to know of it."""

    def __init__(self, sweep: Sweep) -> None:
        """Read the platforms.

        Raises:
            JoulegraphError: one can't be read, or a value of the grid can be right nowhere.
        """
        self.sweep = sweep
        self.platforms = tuple(map(PlatformFile.read, sweep.platforms))
        check(sweep, self.platforms)
        self.kinds = {
            name: file.kind for name, file in zip(sweep.platforms, self.platforms, strict=True)
        }
        hashes = [file.hash for file in self.platforms]
        stamps = [_stamp(path) for path in _files(sweep)]
        told = [sweep.as_json(), hashes, stamps, engine_digest()]
        self.digest = sha256(dumps(told, sort_keys=True).encode()).hexdigest()
        self.setting = Setting(
            self.digest,
            self.platforms,
            dict(sweep.top_errors),
            sweep.layers,
            sweep.links,
            sweep.site,
        )

    @property
    def count(self) -> int:
        return self.sweep.count(self.kinds)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is asked for and changes nothing."""
        known = {name for model in self.sweep.models for name in names_of(model)}
        unknown = [name for name in self.sweep.top_errors if name not in known]
        if not unknown:
            return ()
        named = ", ".join(map(printable, unknown[:5])) + (", …" if len(unknown) > 5 else "")
        names = several(len(unknown), "name")
        return (f"{names} with an error given, of no model in the sweep: {named}.",)

    def asks(self, done: set[int]) -> Iterator[ReadAsk]:
        """Yield the models of which rows are missing, with the combinations of these."""
        index = {name: place for place, name in enumerate(self.sweep.platforms)}
        wanted: dict[str, list[Combination]] = {}
        for place, (model, platform, point) in enumerate(self.sweep.points(self.kinds)):
            if model not in wanted:
                yield from _asks(wanted)
                wanted = {model: []}
            if place not in done:
                wanted[model].append(Combination(place, index[platform], point))
        yield from _asks(wanted)

    def failed(self, ask: ReadAsk, error: JoulegraphError) -> list[Row]:
        """Return the rows of a model whose reading has failed altogether."""
        return unread(ask, self.platforms, self.sweep.top_errors, error)

    def provenance(self) -> dict[str, str]:
        """Return what made the rows: the same for the same rows, wherever and whenever."""
        platforms = {file.id: file.hash for file in self.platforms}
        return {
            "engine": engine_digest(),
            "sweep": dumps(self.sweep.as_json(), sort_keys=True, ensure_ascii=False),
            "platforms": dumps(platforms, sort_keys=True),
        }


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
    with Spool(folder) as spool:
        if readers is None:
            asked = _read(plan, journal, workers, spool, done, told)
        else:
            with readers:
                readers.share(SETTING, plan.setting)
                asked = _read(plan, journal, readers, spool, done, told)
        found, counted = _mapped(plan, answers, workers, asked, told)
        _priced(journal, workers, spool, found, told)
    return Worked(counted.questions, counted.searched, resumed, tuple(store.notes))


def _read(
    plan: Plan, journal: Journal, workers: Workers, spool: Spool, done: set[int], told: Told
) -> dict[Question, None]:
    """Read every model; return the distinct questions, in the order in which they came up."""
    total = plan.count - len(done)
    under_way: dict[int, ReadAsk] = {}
    found: dict[int, dict[Question, None]] = {}

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
            journal.add(plan.failed(ask, _error(result)))
            continue
        journal.add(result.rows)
        for part in result.parts:
            spool.add(part)
        found[place] = _questions(result)
    # In the order of the plan, whichever came first: the longest work is shared out alike.
    return {question: None for place in sorted(found) for question in found[place]}


def _questions(done: ReadDone) -> dict[Question, None]:
    return {
        Question(variant, layer): None
        for part in done.parts
        for variant, layers in part.needs.items()
        for layer in layers
    }


def _mapped(
    plan: Plan, answers: Answers, workers: Workers, asked: Iterable[Question], told: Told
) -> tuple[dict[Question, Answer], _Counted]:
    """Return the answer to every question: from the store, else by a search that is then kept."""
    by_variant: dict[Variant, list[LayerQuestion]] = defaultdict(list)
    for question in asked:
        by_variant[question.variant].append(question.layer)
    found: dict[Question, Answer] = {}
    open_: list[Question] = []
    platforms = _platforms(plan, by_variant)
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
                found[question] = Refusal.of(_error(result))  # not kept: it may be the machine's
                continue
            found[question] = unkept[question.variant][question.layer] = result
            if monotonic() - kept_s >= _KEEP_EVERY_S:
                keep()
                kept_s = monotonic()
    finally:
        keep()
    return found, counted


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
    told: Told,
) -> None:
    """Price every part that is in the spool, and keep its rows."""
    total, came = spool.combinations, 0
    parts: dict[int, Part] = {}

    def asks() -> Iterator[PriceAsk]:
        for place in range(len(spool)):
            part = parts[place] = spool.part(place)
            yield PriceAsk(
                part,
                {
                    variant: {layer: found[Question(variant, layer)] for layer in layers}
                    for variant, layers in part.needs.items()
                },
            )

    for place, result in workers.each(rows_of, asks()):
        part = parts.pop(place)
        if isinstance(result, TaskFailed):
            model, ready = part.unpacked()
            error = _error(result)
            rows = [
                failed_row(one.place, one.id, {**one.values, "model": model.name}, error)
                for one in ready
            ]
        else:
            rows = result
        journal.add(rows)
        came += len(rows)
        told("pricing", came, total)


def _error(failed: TaskFailed) -> JoulegraphError:
    """Return why a task has no result as an error that a row can tell."""
    return failed.error or JoulegraphError(
        f"worker-{failed.kind}", failed.reason, "Try it alone with python -m py.estimate."
    )


def _asks(wanted: Mapping[str, list[Combination]]) -> Iterator[ReadAsk]:
    """Yield what is asked of models; of one with a large grid in several tasks, each reads it."""
    for model, combinations in wanted.items():
        for first in range(0, len(combinations), MOST_READ):
            yield ReadAsk(model, tuple(combinations[first : first + MOST_READ]))


def _files(sweep: Sweep) -> Iterator[str]:
    """Yield the files of which rows are: models, the zeros beside them, those that are named."""
    for model in sweep.models:
        yield model
        if model.endswith(".onnx") and "zeros" not in sweep.grid.values:
            yield f"{model.removesuffix('.onnx')}.density.json"
    yield from sweep.grid.values.get("zeros", ())


def _stamp(path: str) -> list[object]:
    """Return what tells that a file is another one, without reading it."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return [path]
    return [path, status.st_size, status.st_mtime_ns]
