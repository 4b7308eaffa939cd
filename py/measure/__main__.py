"""``python -m py.measure``: profiles from measurements.

``fit`` fits a profile to tables of measured layers, ``predict`` applies one to rows.
"""

import argparse
import hashlib
import sys
from pathlib import Path

from py.columns import printable, several
from py.errors import JoulegraphError
from py.measure.fit.about import read_facts
from py.measure.fit.predict import predictions
from py.measure.fit.profile_fit import Source, fit_profile, written
from py.measure.report import write_report
from py.measure.table.condition import Condition, condition_of
from py.measure.table.rows import Rows, read_rows
from py.platforms.load import is_platform_id, platform_from_json, read_platform_file
from py.platforms.measured.engine import Measured
from py.terminal import FINE, PARTIAL, run, write_output

_SAID = 5


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    given = _parser().parse_args(arguments)
    code: int = given.do(given)
    return code


def _fit(given: argparse.Namespace) -> int:
    if not is_platform_id(given.id):
        raise JoulegraphError(
            "id-invalid",
            "The id of a profile has 1 to 64 lower-case letters, digits, '-' and '_', "
            f"got {given.id[:60]!r}.",
            "Give another one with --id.",
        )
    where = [condition_of(text) for text in given.where]
    facts = {} if given.about is None else read_facts(Path(given.about))
    rows = _read(given.rows, where)
    sources = [
        Source(
            Path(name).name,
            hashlib.sha256(Path(name).read_bytes()).hexdigest(),
            tuple(str(one) for one in where),
        )
        for name in given.rows
    ]
    found = fit_profile(
        *(given.id, rows.rows, sources, facts, given.form),
        progress=_progress,
        folder=Path(given.rows[0]).parent,
    )
    write_output(written(found.json), given.output)
    _say("left out", found.left_out)
    for kind in found.kinds:
        sys.stderr.write(f"{_errors(kind.samples.kind, kind.json)}\n")
    if given.report is not None:
        write_report(found, Path(given.report), _progress, rows.set_aside)
    return FINE


def _errors(kind: str, model: dict[str, object]) -> str:
    """Return a line with the cross-validated errors of a kind."""
    parts = []
    for name, quantity in (("time", "time_s"), ("power", "power_w")):
        found = model[quantity]
        if isinstance(found, dict):
            errors = found["errors"]
            parts.append(
                f"{name} RMSPE {100 * errors['rmspe']:.1f} %, median {100 * errors['median']:.1f} %"
            )
    return f"{kind}: {'; '.join(parts)}"


def _predict(given: argparse.Namespace) -> int:
    platform = platform_from_json(read_platform_file(given.profile))
    if not isinstance(platform, Measured):
        raise JoulegraphError(
            "not-a-profile",
            f"{printable(platform.name)} is a platform of the kind {platform.kind}, and rows are "
            "predicted by one of the kind measured.",
            "Give a profile, as python -m py.measure fit writes it.",
        )
    rows = _read([given.rows], [])
    text, unanswered = predictions(platform, rows.rows, Path(given.rows).parent)
    sys.stdout.write(text)
    _say("without a prediction", unanswered)
    return PARTIAL if unanswered else FINE


def _read(names: list[str], where: list[Condition]) -> Rows:
    try:
        rows = read_rows([Path(name) for name in names], where)
    except OSError as error:
        raise JoulegraphError(
            "unreadable",
            f"{error.filename or 'The table'} can't be read: {error.strerror}.",
            "Check the path.",
        ) from None
    _say("set aside", [f"line {row.line} of {row.file}: {row.reason}" for row in rows.set_aside])
    return rows


def _say(what: str, reasons: tuple[str, ...] | list[str]) -> None:
    """Tell of rows that were not used, the first few by name."""
    if not reasons:
        return
    sys.stderr.write(f"note: {several(len(reasons), 'row')} {what}:\n")
    for reason in reasons[:_SAID]:
        sys.stderr.write(f"  {printable(reason)}\n")
    if len(reasons) > _SAID:
        sys.stderr.write(f"  and {len(reasons) - _SAID} more\n")


def _progress(text: str) -> None:
    sys.stderr.write(f"fitting {printable(text)}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m py.measure", description=__doc__)
    steps = parser.add_subparsers(title="steps", required=True, metavar="STEP")
    fit = steps.add_parser("fit", help="fit a profile to tables of measured layers")
    fit.add_argument("rows", nargs="+", metavar="ROWS.csv", help="tables, plain or gzipped")
    fit.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="take only rows with this value; may be repeated",
    )
    fit.add_argument("--id", required=True, help="the profile's id")
    fit.add_argument("--output", required=True, metavar="PROFILE.json")
    fit.add_argument("--form", choices=("default", "neuralpower"), default="default")
    fit.add_argument("--about", metavar="FACTS.json", help="device, software, licence, source")
    fit.add_argument("--report", metavar="DIR", help="write a report as text, HTML and CSV")
    fit.set_defaults(do=_fit)
    predict = steps.add_parser("predict", help="predict rows by a profile; CSV on standard output")
    predict.add_argument("profile", metavar="PROFILE.json")
    predict.add_argument("rows", metavar="ROWS.csv")
    predict.set_defaults(do=_predict)
    return parser


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
