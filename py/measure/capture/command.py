"""``python -m py.measure capture``: measures layers and networks one by one, and keeps the rows."""

import argparse
import sys
from typing import TYPE_CHECKING

from py.columns import printable, several
from py.measure.steps import Steps
from py.terminal import FINE, PARTIAL

if TYPE_CHECKING:
    from py.measure.capture.progress import Progress
    from py.measure.capture.session import Taken


def add_to(steps: Steps) -> None:
    """Add this step to the program's."""
    from py.measure.capture.request import add_options

    about = "run layers and networks one by one and write what they took"
    capture = steps.add_parser(
        "capture",
        help=about,
        description=f"{about.capitalize()}. Ctrl-C stops; the same command goes on where it was.",
    )
    add_options(capture)
    capture.set_defaults(do=run)


def run(given: argparse.Namespace) -> int:
    """Take a capture and say what became of it."""
    from py.measure.capture.request import request_of
    from py.measure.capture.session import take_capture
    from py.measure.capture.stop import StoppedError
    from py.measure.machine.describe import describe

    request = request_of(given)
    say("Looking at the machine …")
    try:
        taken = take_capture(request, describe(), say, progress_here())
    except StoppedError as stopped:
        say("Stopped. What was measured is kept; the same command goes on.")
        return stopped.exit_code
    tell(taken)
    return PARTIAL if taken.outcome.failed or not taken.outcome.measured else FINE


def tell(taken: "Taken", more: str = "with more --minutes the same command") -> None:
    """Say what became of a capture; ``more`` goes on with what there was no time for."""
    outcome = taken.outcome
    parts = [f"{several(outcome.measured, 'row')} measured"]
    parts += [f"{outcome.skipped} skipped"] if outcome.skipped else []
    parts += [f"{outcome.failed} failed (--retry tries again)"] if outcome.failed else []
    say(f"{taken.path}: {', '.join(parts)}.")
    if outcome.left_out:
        say(f"There was no time for {several(outcome.left_out, 'row')}; {more} goes on with them.")


def say(text: str) -> None:
    """Say something to the person at the terminal."""
    sys.stderr.write(f"{printable(text)}\n")
    sys.stderr.flush()


def progress_here() -> "Progress":
    """Return a bar on a terminal where rich is installed, else plain lines."""
    from py.measure.capture.progress import PlainProgress

    if sys.stderr.isatty():
        try:
            from py.measure.capture.rich_progress import RichProgress
        except ImportError:
            return PlainProgress()
        return RichProgress()
    return PlainProgress()
