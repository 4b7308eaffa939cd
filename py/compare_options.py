"""The options of ``py.compare`` that say something about its runs: names, errors, a cascade."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from py.bounded_json import read_bounded
from py.columns import printable
from py.compared.error_table import MOST_ERRORS_BYTES, add_share, errors_of, share_of
from py.errors import JoulegraphError


def add_comparison_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is said about runs."""
    parser.add_argument(
        "--name",
        action="append",
        metavar="NAME",
        help="what a run is called, once for each in order (default: its model, its platform)",
    )
    parser.add_argument(
        "--error",
        action="append",
        default=[],
        metavar="NAME=0.27",
        help="the share of a run's answers that are wrong, also as 27 %%; NAME is a run's or a "
        "model's",
    )
    parser.add_argument(
        "--errors",
        metavar="FILE.csv",
        help="a table with the columns name and error, or name and accuracy, in shares or with %%",
    )
    parser.add_argument(
        "--pass-on",
        action="append",
        default=[],
        metavar="NAME=0.2",
        help="a cascade: the share of the inputs reaching this run that go on to the next one",
    )
    parser.add_argument(
        "--base", metavar="NAME", help="the run that others are compared with (default: the first)"
    )


def shares_of(texts: Sequence[str], option: str) -> dict[str, float]:
    """Return the shares that NAME=SHARE options give.

    Raises:
        JoulegraphError: ``bad-option``, ``conflicting-choices``.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        if not equals or not name.strip():
            raise JoulegraphError(
                "bad-option", f"{option} takes NAME=SHARE, got {text[:60]!r}.", "Correct it."
            )
        add_share(found, name.strip(), share_of(value, f"{option} {name.strip()[:40]}"), option)
    return found


def errors_in(path: str | None) -> dict[str, float]:
    """Return the errors that a table gives by name; nothing where there is no table.

    Raises:
        JoulegraphError: ``errors-invalid`` naming the line, ``unreadable``.
    """
    if path is None:
        return {}
    try:
        text = read_bounded(Path(path), MOST_ERRORS_BYTES)
    except (OSError, UnicodeDecodeError) as error:
        raise JoulegraphError(
            "unreadable", f"The errors {path} can't be read: {error}.", "Check the path."
        ) from None
    return errors_of(text, "--errors")


def by_run(
    shares: Mapping[str, float],
    names: Sequence[str],
    models: Sequence[str],
    option: str,
    *,
    strict: bool = True,
) -> list[float | None]:
    """Return the share of each run, by its name, else by its model's.

    Raises:
        JoulegraphError: ``run-unknown`` where ``strict`` and a name is no run's and no model's.
    """
    unknown = [name for name in shares if name not in names and name not in models]
    if unknown and strict:
        raise unknown_run(option, unknown[0], names)
    return [shares.get(name, shares.get(model)) for name, model in zip(names, models, strict=True)]


def base_of(name: str | None, names: Sequence[str]) -> int:
    """Return the place of the run that others are compared with.

    Raises:
        JoulegraphError: ``run-unknown``.
    """
    if name is None:
        return 0
    if name not in names:
        raise unknown_run("--base", name, names)
    return names.index(name)


def unknown_run(option: str, name: str, names: Sequence[str]) -> JoulegraphError:
    """Return the error for a name that no run has."""
    listed = ", ".join(repr(printable(one)) for one in names)
    return JoulegraphError(
        "run-unknown",
        f"{option} names {printable(name[:60])!r}, which is no run; these are: {listed}.",
        "Correct the name, or give names with --name.",
    )


def note(text: str) -> None:
    """Tell something on standard error."""
    sys.stderr.write(f"note: {printable(text)}\n")
