"""``python -m py.measure check``: is a profile fit to publish?"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from py.columns import printable
from py.measure.outputs import spare_inputs
from py.measure.steps import Steps
from py.terminal import FINE, PARTIAL, text_width, write_output

if TYPE_CHECKING:
    from py.measure.check.checks import Checked

_WIDTH = 110


def add_to(steps: Steps) -> None:
    """Add this step to the program's."""
    check = steps.add_parser(
        "check",
        help="is a profile fit to publish?",
        description="Is a profile fit to publish? Exit 0: it is. 1: a check failed. 2: bad input.",
    )
    check.add_argument("profiles", nargs="+", metavar="PROFILE.json")
    check.add_argument(
        "--capture",
        action="append",
        default=[],
        metavar="CAPTURE.csv.gz",
        help="the table that the profile was fitted to; may be repeated. By default those that it "
        "names, in public/captures or beside it",
    )
    check.add_argument("--json", action="store_true", help="JSON on standard output")
    check.add_argument("--output", metavar="REPORT.html", help="write a page for a reviewer")
    check.set_defaults(do=run)


def run(given: argparse.Namespace) -> int:
    """Check profiles and say what was found."""
    found = check(given.profiles, given.capture, as_json=given.json, output=given.output)
    return FINE if all(one.fit for one in found) else PARTIAL


def check(
    profiles: Sequence[str],
    captures: Sequence[str] = (),
    *,
    as_json: bool = False,
    output: str | None = None,
) -> "list[Checked]":
    """Check profiles, say what was found on standard output, and return it.

    Raises:
        JoulegraphError: a file can't be read; ``check-several``.
    """
    # Numbers and learners take a second to load, and other steps have no use for them.
    import getpass
    import json
    import socket

    from py.errors import JoulegraphError
    from py.measure.check.checks import checked
    from py.measure.check.content import content_of
    from py.measure.check.privacy import own_names_of
    from py.measure.check.said import document, write_to
    from py.measure.check.subject import read_subject
    from py.reports.page import page_of

    if len(profiles) > 1 and (captures or output):
        raise JoulegraphError(
            "check-several",
            f"--capture and --output are of one profile, got {len(profiles)} profiles.",
            "Check one at a time.",
        )
    if output is not None:
        spare_inputs(output, (*profiles, *captures))
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may know its user by number alone
        user = ""
    names = own_names_of(socket.gethostname(), user)
    paths = [Path(name) for name in captures]
    found: list[Checked] = []
    for name in profiles:
        one = checked(read_subject(Path(name), paths, names), _progress)
        if found and not as_json:
            sys.stdout.write("\n")
        found.append(one)
        if not as_json:
            write_to(sys.stdout, one, text_width(_WIDTH))
    if as_json:
        sys.stdout.write(json.dumps(document(found), indent=1, ensure_ascii=False) + "\n")
    if output is not None:
        write_output(page_of(content_of(found[0]), "is it fit to publish?"), output)
    return found


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[Kchecking: {printable(text)}\r\x1b[K")
