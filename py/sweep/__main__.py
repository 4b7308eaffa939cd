"""``python -m py.sweep``: what many models cost on many platforms, at every point of a grid."""

import sys
from pathlib import Path

from py.columns import several
from py.model_argument import ProgressLine
from py.sweep.answers import AnswerStore, default_path
from py.sweep.asked.arguments import NO_CACHE, Settings, parser, settings_of, sweep_of
from py.sweep.ending import made, refuse_another, written
from py.sweep.plan.plan import Plan
from py.sweep.rows.journal import Journal
from py.sweep.run import Statuses, run
from py.sweep.work.pool import Workers, cluster, inline, processes
from py.sweep.work.sources import sources_digest
from py.terminal import FINE, PARTIAL
from py.terminal import run as run_program

JOURNAL = "journal.sqlite"


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    given = parser().parse_args(arguments)
    settings = settings_of(given)
    plan = Plan(sweep_of(given))
    _told(
        settings,
        f"{several(plan.count, 'combination')} of {several(len(plan.sweep.models), 'model')}, "
        f"{several(len(plan.platforms), 'platform')} and the grid, into {settings.output}",
    )
    for note in plan.notes:
        sys.stderr.write(f"note: {note}\n")
    try:
        statuses = swept(plan, settings)
    except KeyboardInterrupt:
        sys.stderr.write("Finished rows are kept: the same command goes on where it was.\n")
        raise
    return FINE if statuses.ok == plan.count else PARTIAL


def swept(plan: Plan, settings: Settings) -> Statuses:
    """Run a sweep and write its files; returns how many rows have which status.

    Raises:
        JoulegraphError: no space, no workers, another sweep in the same folder.
    """
    folder = made(settings.output)
    if not settings.restart:
        refuse_another(folder, plan.provenance())
    path = Path(settings.cache) if settings.cache else default_path()
    with ProgressLine() as line:

        def told(what: str, done: int, total: int) -> None:
            if not settings.quiet:
                line.show(f"{what}: {done:,} of {total:,}")

        with (
            Journal(folder / JOURNAL, plan.digest, restart=settings.restart) as journal,
            AnswerStore(None if settings.cache == NO_CACHE else path) as store,
            _workers(settings, line) as workers,
        ):
            worked = run(plan, journal, store, workers, folder, told, _readers(settings))
            told("writing rows and summary", 0, plan.count)
            statuses = Statuses()
            text = written(
                statuses.of(journal.rows()),
                folder,
                about=plan.sweep.as_json(),
                provenance=plan.provenance(),
                layers=plan.sweep.layers,
            )
            journal.remove()  # not before all is written: what stops until then goes on
    if not settings.quiet:
        sys.stdout.write(text)
    _told(
        settings,
        f"{statuses.ok:,} fine, {statuses.partial:,} in part, {statuses.failed:,} not; "
        f"{several(worked.questions, 'distinct layer')} mapped, {worked.searched:,} of them anew"
        + (f"; {worked.resumed:,} rows were there already" if worked.resumed else ""),
    )
    for note in worked.notes:
        sys.stderr.write(f"note: {note}\n")
    return statuses


def _readers(settings: Settings) -> Workers | None:
    """Return who reads models here where the workers are on other machines; None where they do."""
    if settings.scheduler in (None, "local"):
        return None
    return processes(None, settings.memory_bytes)


def _workers(settings: Settings, line: ProgressLine) -> Workers:
    if settings.scheduler is not None:
        return cluster(
            settings.scheduler,
            settings.workers,
            settings.memory_bytes,
            same=sources_digest,
            told=line.show,
        )
    if settings.workers == 1 and settings.memory_bytes is None:
        return inline()
    return processes(settings.workers, settings.memory_bytes)


def _told(settings: Settings, text: str) -> None:
    if not settings.quiet:
        sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(run_program(main, sys.argv[1:]))
