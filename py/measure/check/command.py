"""``python -m py.measure check``: is a profile fit to publish?"""

import argparse
import sys
from pathlib import Path

from py.columns import printable
from py.measure.steps import Steps
from py.terminal import FINE, PARTIAL, text_width, write_output

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
    # Numbers and learners take a second to load, and other steps have no use for them.
    import getpass
    import json
    import socket

    from py.errors import JoulegraphError
    from py.measure.check.checks import Checked, checked
    from py.measure.check.content import content_of
    from py.measure.check.privacy import own_names_of
    from py.measure.check.said import document, write_to
    from py.measure.check.subject import read_subject
    from py.measure.report.page import page_of

    if len(given.profiles) > 1 and (given.capture or given.output):
        raise JoulegraphError(
            "check-several",
            f"--capture and --output are of one profile, got {len(given.profiles)} profiles.",
            "Check one at a time.",
        )
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may know its user by number alone
        user = ""
    names = own_names_of(socket.gethostname(), user)
    captures = [Path(name) for name in given.capture]
    found: list[Checked] = []
    for name in given.profiles:
        one = checked(read_subject(Path(name), captures, names), _progress)
        if found and not given.json:
            sys.stdout.write("\n")
        found.append(one)
        if not given.json:
            write_to(sys.stdout, one, text_width(_WIDTH))
    if given.json:
        sys.stdout.write(json.dumps(document(found), indent=1, ensure_ascii=False) + "\n")
    if given.output is not None:
        page = page_of(content_of(found[0]), "is it fit to publish?")
        write_output(page, given.output)
    return FINE if all(one.fit for one in found) else PARTIAL


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[Kchecking: {printable(text)}\r\x1b[K")
