"""``python -m py.measure predict``: rows of a table by a profile."""

import argparse
import sys
from pathlib import Path

from py.columns import printable
from py.measure.steps import Steps
from py.terminal import FINE, PARTIAL


def add_to(steps: Steps) -> None:
    """Add this step to the program's."""
    predict = steps.add_parser("predict", help="predict rows by a profile; CSV on standard output")
    predict.add_argument("profile", metavar="PROFILE.json")
    predict.add_argument("rows", metavar="ROWS.csv")
    predict.set_defaults(do=run)


def run(given: argparse.Namespace) -> int:
    """Write what a profile predicts for the rows of a table."""
    from py.errors import JoulegraphError
    from py.measure.fit.predict import write_predictions
    from py.measure.table.told import read_told, say
    from py.platforms.load import platform_from_json, read_platform_file
    from py.platforms.measured.engine import Measured

    platform = platform_from_json(read_platform_file(given.profile))
    if not isinstance(platform, Measured):
        raise JoulegraphError(
            "not-a-profile",
            f"{printable(platform.name)} is a platform of the kind {platform.kind}, and rows are "
            "predicted by one of the kind measured.",
            "Give a profile, as python -m py.measure fit writes it.",
        )
    rows = read_told([given.rows], [])
    unanswered = write_predictions(platform, rows.rows, sys.stdout, Path(given.rows).parent)
    say("without a prediction", unanswered)
    return PARTIAL if unanswered else FINE
