"""``python -m py.measure fit``: a profile from tables of measured layers."""

import argparse
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from py.columns import printable
from py.measure.outputs import spare_inputs
from py.measure.steps import Steps
from py.terminal import FINE, write_output

if TYPE_CHECKING:
    from py.measure.fit.profile_fit import ProfileFit


def add_to(steps: Steps) -> None:
    """Add this step to the program's."""
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
    fit.set_defaults(do=run)


def run(given: argparse.Namespace) -> int:
    """Fit a profile, write it and say how far it is off."""
    # Numbers and learners take a second to load, and a capture by torch has none of them.
    from py.errors import JoulegraphError
    from py.measure.fit.about import read_facts
    from py.measure.fit.capture_facts import facts_of_captures
    from py.measure.fit.profile_fit import Source, fit_profile, written
    from py.measure.report import write_report
    from py.measure.table.condition import condition_of
    from py.measure.table.row import IDLE
    from py.measure.table.told import read_told, say
    from py.platforms.load import is_platform_id

    if not is_platform_id(given.id):
        raise JoulegraphError(
            "id-invalid",
            "The id of a profile has 1 to 64 lower-case letters, digits, '-' and '_', "
            f"got {given.id[:60]!r}.",
            "Give another one with --id.",
        )
    spare_inputs(given.output, (*given.rows, given.about))
    where = [condition_of(text) for text in given.where]
    rows = read_told(given.rows, where)
    facts = facts_of_captures([Path(name) for name in given.rows], rows.rows.of_op(IDLE))
    if given.about is not None:
        facts |= read_facts(Path(given.about))
    sources = [
        Source(
            Path(name).name,
            _sha256(Path(name)),
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
    say("left out", found.left_out)
    _say_errors(found)
    if given.report is not None:
        write_report(found, Path(given.report), _progress, rows.set_aside)
    return FINE


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _say_errors(found: "ProfileFit") -> None:
    """Tell the cross-validated errors of each kind."""
    for kind in found.kinds:
        parts = []
        for name, quantity in (("time", "time_s"), ("power", "power_w")):
            form = kind.json[quantity]
            if isinstance(form, dict):
                rmspe, median = (100 * form["errors"][one] for one in ("rmspe", "median"))
                parts.append(f"{name} RMSPE {rmspe:.1f} %, median {median:.1f} %")
        sys.stderr.write(f"{kind.samples.kind}: {'; '.join(parts)}\n")


def _progress(text: str) -> None:
    sys.stderr.write(f"fitting {printable(text)}\n")
