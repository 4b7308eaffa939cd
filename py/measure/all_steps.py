"""``python -m py.measure`` without a step: doctor, capture, fit and check in turn.

What is written lies beside the capture: ``ID.csv.gz``, ``ID.json`` and the folder ``ID-report``.
"""

import argparse
import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from py.errors import JoulegraphError
from py.measure.capture.request import add_options
from py.platforms.load import PUBLIC
from py.terminal import FINE, PARTIAL

if TYPE_CHECKING:
    from py.measure.check.checks import Checked


PROJECT = PUBLIC.parent


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the options of a run of all steps to the program's own parser."""
    add_options(parser)
    parser.add_argument("--id", help="the profile's id; by default device, runner and plan")
    parser.add_argument("--about", metavar="FACTS.json", help="who measured, cooling, licence …")
    parser.set_defaults(do=run)


def run(given: argparse.Namespace) -> int:
    """Take all four steps; what one says goes to where it goes on its own."""
    from py.measure.capture.choice import choose, default_output
    from py.measure.capture.command import progress_here, say, tell
    from py.measure.capture.request import request_of
    from py.measure.capture.session import take_capture
    from py.measure.capture.stop import StoppedError
    from py.measure.machine.command import show
    from py.measure.machine.describe import describe
    from py.measure.machine.screen import screen
    from py.terminal import text_width

    request = request_of(given)
    _look_ahead(given)
    say("1 of 4, doctor: what is here, and what can be measured")
    facts = describe()
    show(screen(facts, text_width(_USUAL_WIDTH)))
    runner, device = choose(facts.software, request.runner, request.device)
    capture = Path(
        request.output or default_output(facts, runner, device, request.plan, request.dtypes)
    )
    identity = given.id or capture.name.removesuffix(".gz").removesuffix(".csv")
    _check_id(identity)
    say("2 of 4, capture: layers and networks, one by one")
    try:
        taken = take_capture(request, facts, say, progress_here())
    except StoppedError as stopped:
        say("Stopped. What was measured is kept; the same command goes on.")
        return stopped.exit_code
    tell(taken)
    say("3 of 4, fit: a profile, cross-validated")
    profile = capture.with_name(f"{identity}.json")
    _fit(given, identity, capture, profile)
    say("4 of 4, check: is it fit to publish?")
    checked = _check(profile, capture)
    _say_what_next(checked, profile, capture)
    return FINE if checked.fit and not taken.outcome.failed else PARTIAL


_USUAL_WIDTH = 80
_FOR_A_FIT = ("numpy", "sklearn", "threadpoolctl")


def _look_ahead(given: argparse.Namespace) -> None:
    """Refuse what would end the run only after half an hour of measuring.

    Raises:
        JoulegraphError: ``fit-missing``, or what is wrong with the facts of --about.
    """
    from importlib.util import find_spec

    missing = [name for name in _FOR_A_FIT if find_spec(name) is None]
    if missing:
        raise JoulegraphError(
            "fit-missing",
            f"A fit needs {', '.join(_FOR_A_FIT)}, and {', '.join(missing)} is not there.",
            f"{sys.executable} -m pip install numpy scikit-learn; or take the step capture alone, "
            "and fit elsewhere.",
        )
    if given.about is not None:
        from py.measure.fit.about import read_facts

        read_facts(Path(given.about))


def _check_id(identity: str) -> None:
    from py.platforms.load import is_platform_id

    if not is_platform_id(identity):
        raise JoulegraphError(
            "id-invalid",
            "The id of a profile has 1 to 64 lower-case letters, digits, '-' and '_', "
            f"got {identity[:60]!r}.",
            "Give one with --id.",
        )


def _fit(given: argparse.Namespace, identity: str, capture: Path, profile: Path) -> None:
    from py.measure.fit.command import run as fit

    fit(
        argparse.Namespace(
            rows=[str(capture)],
            where=[],
            id=identity,
            output=str(profile),
            form="default",
            about=given.about,
            report=str(_report(profile)),
        )
    )


def _check(profile: Path, capture: Path) -> "Checked":
    from py.measure.check.command import check

    (found,) = check([str(profile)], [str(capture)], output=str(_report(profile) / "check.html"))
    return found


def _report(profile: Path) -> Path:
    return profile.with_name(f"{profile.stem}-report")


def _say_what_next(checked: "Checked", profile: Path, capture: Path) -> None:
    from py.measure.check.contribute import how_to_contribute

    report = _report(profile)
    sys.stdout.write(
        f"\nThe profile is {profile}, its rows are {capture}, and {report}/report.html shows how "
        "good the fit is.\n"
        f"{report}/check.html says what was checked.\n"
        f"To use it: {_python()} -m py.estimate MODEL.onnx --platform {quote(str(profile))}\n"
    )
    if not checked.fit:
        failed = ", ".join(check.title for check, _ in checked.of("fail"))
        sys.stdout.write(
            f"It is not fit to publish: {failed}. What to do stands above and in "
            f"{report}/check.html.\n"
        )
        return
    sys.stdout.write("To contribute it, at the top of the project (see CONTRIBUTING.md):\n")
    for line in how_to_contribute(profile, capture):
        sys.stdout.write(f"  {line.replace('python -m', f'{_python()} -m')}\n")


def _python() -> str:
    """Return the interpreter that runs, as a shell at the top of the project calls it."""
    executable = Path(sys.executable)
    if executable.is_relative_to(PROJECT):
        executable = executable.relative_to(PROJECT)
    return quote(str(executable))
