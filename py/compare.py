"""``python -m py.compare``: models, platforms, before and after, layer by layer."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from py.breakdown import encode_link
from py.breakdown.link import MOST_CHARACTERS
from py.columns import printable, several, written_for
from py.compare_options import (
    add_comparison_arguments,
    base_of,
    by_run,
    errors_in,
    note,
    shares_of,
)
from py.compare_runs import Given, named, runs_given
from py.compared import MOST_RUNS, Comparison, Run, compare, comparison_csv, comparison_table
from py.compared.linked import packed
from py.errors import JoulegraphError
from py.forms import DEFAULT_SITE
from py.layers.report.table import WIDTH
from py.options import add_input_arguments
from py.pricing_arguments import add_pricing_arguments
from py.terminal import FINE, PARTIAL, run, text_width, write_output

_MOST_LINK_CHARACTERS = 8000


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    given = _parser().parse_args(arguments)
    found: list[Given] = []
    for argument in given.models:
        for one in runs_given(argument, given):
            found.append(one)
            if len(found) > MOST_RUNS:
                raise JoulegraphError(
                    "runs-invalid",
                    f"At most {MOST_RUNS} runs can be compared, got more.",
                    "Give fewer models, results or platforms.",
                )
    found = named(found, given.name)
    runs = _said(found, given)
    comparison = compare(runs, base_of(given.base, [own.name for own in runs]))
    write_output(_text(comparison, found, given), given.output)
    partial = [own for own in runs if own.not_modelled]
    for own in partial:
        note(f"{own.name}: {several(own.not_modelled, 'layer')} got no estimate.")
    return PARTIAL if partial else FINE


def _said(found: Sequence[Given], given: argparse.Namespace) -> list[Run]:
    """Return the runs with the errors and the shares that are said of them."""
    errors, passed = shares_of(given.error, "--error"), shares_of(given.pass_on, "--pass-on")
    listed = errors_in(given.errors)
    names = [one.run.name for one in found]
    models = [one.run.model for one in found]
    of_table = by_run(listed, names, models, "--errors", strict=False)
    of_option = by_run(errors, names, models, "--error")
    onwards = by_run(passed, names, models, "--pass-on")
    without = [name for name, error in zip(names, of_table, strict=True) if error is None]
    if given.errors is not None and without:
        note(f"{given.errors} has no error of {', '.join(without)}.")
    return [
        replace(
            one.run,
            error=_first(option, table, one.run.error),
            pass_on=_first(onward, one.run.pass_on),
        )
        for one, option, table, onward in zip(found, of_option, of_table, onwards, strict=True)
    ]


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _text(comparison: Comparison, found: Sequence[Given], given: argparse.Namespace) -> str:
    if given.format == "json":
        document = comparison.as_json()
        if all(one.state is not None for one in found):
            document["link"] = f"#{encode_link(_state(comparison, found))}"
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if given.format == "csv":
        return comparison_csv(comparison)
    if given.format == "link":
        return _link(comparison, found, given.site, given.output)
    width = WIDTH if given.output else text_width(WIDTH)
    text = comparison_table(comparison, width=width, every=given.all)
    return text if given.output else written_for(text, sys.stdout.encoding)


def _state(comparison: Comparison, found: Sequence[Given]) -> dict[str, Any]:
    """Return what a link carries, the run that others are compared with first.

    Raises:
        JoulegraphError: ``no-link`` for a result that does not say how it was made.
    """
    order = [comparison.base, *(at for at in range(len(found)) if at != comparison.base)]
    states = []
    for at in order:
        state = found[at].state
        if state is None:
            raise JoulegraphError(
                "no-link",
                f"The result of {printable(comparison.runs[at].name)!r} does not say how it was "
                "made.",
                "Give the model, or a result written by this version.",
            )
        states.append(state)
    return packed([comparison.runs[at] for at in order], states)


def _link(comparison: Comparison, found: Sequence[Given], site: str, output: str | None) -> str:
    """Return the link that shows the comparison; into a JSON file, what it carries."""
    state = _state(comparison, found)
    if output is not None and output.endswith(".json"):
        return json.dumps(state, ensure_ascii=False, allow_nan=False) + "\n"
    link = f"{site}#{encode_link(state)}"
    if len(link) > MOST_CHARACTERS:
        raise JoulegraphError(
            "link-too-long",
            f"The link would be {len(link)} characters long, at most {MOST_CHARACTERS} are read.",
            "Write what it carries into a file: --output FILE.json.",
        )
    if len(link) > _MOST_LINK_CHARACTERS:
        note(
            f"this link is {len(link)} characters long and many programs cut links; with --output "
            "FILE.json what it carries is a file, which opens as the link does."
        )
    return f"{link}\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m py.compare",
        description="Compare models, platforms, or one before and after, layer by layer.",
    )
    parser.add_argument(
        "models",
        nargs="+",
        metavar="MODEL|RESULT",
        help="an ONNX file, a CSV table of layers, a link of a breakdown or a comparison, or a "
        "result that py.estimate --format json wrote; a model runs on each platform; up to 8 runs",
    )
    add_input_arguments(parser)
    add_pricing_arguments(parser)
    add_comparison_arguments(parser)
    parser.add_argument(
        "--all", action="store_true", help="in the table, every layer, not those that differ most"
    )
    parser.add_argument("--format", choices=("table", "json", "csv", "link"), default="table")
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write there instead of standard output; a link into FILE.json as what it carries",
    )
    parser.add_argument(
        "--site",
        metavar="URL",
        default=DEFAULT_SITE,
        help=f"where links lead (default: {DEFAULT_SITE})",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
