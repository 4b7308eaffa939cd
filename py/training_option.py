"""--images and --epochs: what training costs that takes so many steps."""

import argparse
import re
from collections.abc import Iterable

from py.breakdown import Result
from py.breakdown.training import MOST_IMAGES, TrainingRun
from py.errors import JoulegraphError
from py.options import whole


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``run_of`` reads."""
    group = parser.add_argument_group("a whole training, with --train")
    group.add_argument(
        "--images",
        metavar="N",
        help="images (or sequences) of the data set: say too what an epoch over all of them costs",
    )
    group.add_argument("--epochs", metavar="N", help="epochs of the run (default: 1)")


def run_of(given: argparse.Namespace, results: Iterable[Result]) -> TrainingRun | None:
    """Return the run that was asked for, None where it was not.

    Raises:
        JoulegraphError: ``bad-option``; where a result is of an inference, too.
    """
    if given.images is None and given.epochs is None:
        return None
    if given.images is None:
        raise _bad("--epochs needs the size of the data set.", "Add --images, such as 1281167.")
    images = whole(given.images, "--images", most=MOST_IMAGES)
    epochs = "1" if given.epochs is None else given.epochs
    if not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", epochs):
        raise _bad(f"--epochs takes a number such as 90, got {epochs[:40]!r}.", "Correct it.")
    if any(not result.options.get("train") for result in results):
        raise _bad("--images is of a training, and this is an inference.", "Add --train.")
    try:
        return TrainingRun(images, float(epochs))
    except ValueError as error:
        raise _bad(f"{error}.", "Correct it.") from None


def _bad(message: str, remedy: str) -> JoulegraphError:
    return JoulegraphError("bad-option", message, remedy)
