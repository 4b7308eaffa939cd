"""From the arguments of ``py.compare`` to runs: models priced, results read, links opened."""

import argparse
import json
import os.path
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from py.answers import answers_of
from py.bounded_json import parse_json, read_bounded
from py.breakdown import state_of
from py.breakdown.link import decode_link, is_link
from py.breakdown.state_file import MOST_LINK, MOST_STATE
from py.columns import printable
from py.compared import SCHEMA as COMPARISON
from py.compared import Run, runs_of
from py.compared.foreign import an_object
from py.compared.linked import LinkedRun, linked_runs
from py.compared.run import LONGEST_RUN_NAME, run_name
from py.errors import JoulegraphError

_MOST_RESULT_BYTES = 200_000_000
_LONGEST_PATH = 256
_UNNAMED = "run"
_OF_MODELS = (
    *("platform", "dataflow", "calibrate", "objective", "capacity", "fuse", "batch", "bits"),
    *("density", "zeros", "active", "exit", "array", "clock", "train", "input", "dim", "value"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """A run as an argument gives it; ``state`` is what a link carries of it, None if unknown.

    ``named``: whether it has a name already, and none has to be found.
    """

    run: Run
    state: dict[str, Any] | None
    named: bool = False


def runs_given(argument: str, given: argparse.Namespace) -> Iterator[Given]:
    """Yield the runs of an argument: a model on each platform, or what a result or a link holds.

    Raises:
        JoulegraphError: for whatever can't be read or priced.
    """
    is_file = len(argument) < _LONGEST_PATH and os.path.isfile(argument)
    if is_file and argument.endswith(".json"):
        document = _read(argument)
        if document.get("schema") == COMPARISON:
            yield from _linked(_state_in(document) or _closed(argument), given)
        elif "schema" not in document and "v" in document:  # what a link carries, as a file
            yield from _linked(document, given)
        else:
            yield from _results(argument, document, given)
    elif not is_file and is_link(argument):
        yield from _linked(decode_link(argument), given)
    else:
        yield from _priced(argument, given)


def _linked(state: dict[str, Any], given: argparse.Namespace) -> Iterator[Given]:
    """Yield the runs that a link carries, or the one breakdown that it is of."""
    runs = linked_runs(state)
    for one in runs or [LinkedRun("", state, None, None)]:
        # As a file: a state may be longer than links that are read.
        with TemporaryDirectory() as folder:
            path = Path(folder) / "state.json"
            path.write_text(json.dumps(one.state), encoding="utf-8")
            for priced in _priced(str(path), given):
                run = replace(priced.run, error=one.error, pass_on=one.pass_on)
                keeps_name = bool(one.name) and not given.platform
                run = replace(run, name=one.name) if keeps_name else run
                yield replace(priced, run=run, named=keeps_name)


def named(found: Sequence[Given], wanted: Sequence[str] | None) -> list[Given]:
    """Return runs with names of their own: as wanted, or by what tells them apart.

    Raises:
        JoulegraphError: ``bad-option`` where there are more or fewer names than runs.
    """
    if wanted is not None and len(wanted) != len(found):
        raise JoulegraphError(
            "bad-option",
            f"--name is given once for each run: {len(found)}, got {len(wanted)}.",
            "Give as many names as there are runs.",
        )
    names: list[str] = []
    models = {one.run.model for one in found}
    platforms = {_platform(one.run) for one in found}
    batches = {one.run.batch for one in found}
    for place, one in enumerate(found):
        run = one.run
        if wanted is not None:
            names.append(run_name(wanted[place]))  # as it is: two of one name are refused
            continue
        if one.named:
            name = run.name
        else:
            parts = [run.model] if len(models) > 1 or len(platforms) == 1 else []
            parts += [f"on {_platform(run)}"] if len(platforms) > 1 and parts else []
            parts += [_platform(run)] if not parts else []
            name = " ".join(parts) + (f", batch {run.batch}" if len(batches) > 1 else "")
        names.append(_free(name.strip() or _UNNAMED, names))
    return [
        replace(one, run=replace(one.run, name=name))
        for one, name in zip(found, names, strict=True)
    ]


def _platform(run: Run) -> str:
    """Return what a run's platform is called beside others, which may be of the same device."""
    estimated = run.platform["kind"] == "datasheet"
    return run.platform["name"] + (" (datasheet)" if estimated else "")


def _free(name: str, taken: Sequence[str]) -> str:
    """Return a name that no other run has: with a number behind it where need be."""
    name = name[:LONGEST_RUN_NAME]
    found, number = name, 2
    while found in taken:
        ending = f" ({number})"
        found, number = f"{name[: LONGEST_RUN_NAME - len(ending)]}{ending}", number + 1
    return found


def _priced(argument: str, given: argparse.Namespace) -> Iterator[Given]:
    """Yield a model's run on each platform, priced."""
    asked = argparse.Namespace(
        **{**vars(given), "model": argument, "simulate": None, "density_output": None}
    )
    for answer in answers_of(asked):
        run = Run.from_json(_UNNAMED, answer.result.as_json())
        yield Given(run, state_of(answer.result, answer.own_file))


def _read(path: str) -> dict[str, Any]:
    try:
        text = read_bounded(Path(path), _MOST_RESULT_BYTES)
    except (OSError, UnicodeDecodeError) as error:
        raise JoulegraphError(
            "unreadable", f"{printable(path)} can't be read: {error}.", "Check the path."
        ) from None
    name = os.path.basename(path)
    document = parse_json(text, what=name, most_characters=_MOST_RESULT_BYTES)
    return an_object(document, "a result")


def _results(path: str, document: dict[str, Any], given: argparse.Namespace) -> Iterator[Given]:
    """Yield the runs of a file of results, as they were priced."""
    asked = [f"--{name}" for name in _OF_MODELS if getattr(given, name) not in (None, [])]
    if asked:
        sys.stderr.write(
            f"note: {printable(path)} is a result and stays as it was priced: what is for models "
            f"alone is {', '.join(asked)}.\n"
        )
    for result in runs_of(document):
        yield Given(Run.from_json(_UNNAMED, result), _state_in(result))


def _closed(path: str) -> NoReturn:
    raise JoulegraphError(
        "result-closed",
        f"A comparison opens again by its link, and {printable(path)} has none.",
        "Give its models or results.",
    )


def _state_in(result: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the link in a result carries; None where it has none."""
    link = result.get("link")
    if not isinstance(link, str) or not is_link(link):
        return None
    return decode_link(link, MOST_LINK, MOST_STATE)
