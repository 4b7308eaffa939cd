"""The forms in which ``py.estimate`` prints its answers: ``--format``.

A form is a function from the answers and the arguments to a text; a new one is a function in a
module of its own and a line in ``FORMS``.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from py.answers import Answer
from py.breakdown import encode_link, result_csv, result_table, results_csv, state_of
from py.breakdown.proxies_text import proxies_text
from py.columns import written_for
from py.errors import JoulegraphError
from py.export_forms import EXPORT_FORMS, export_of
from py.exports.document import opening
from py.exports.table_csv import with_facts
from py.human_option import add_human_argument
from py.layers.report.table import WIDTH
from py.simulation_option import note_link
from py.terminal import text_width

DEFAULT_SITE = "http://localhost:8000/"
_MOST_LINK_CHARACTERS = 8000
_MOST_OWN_PLATFORM = 8000

Form = Callable[[Sequence[Answer], argparse.Namespace], str]


def add_form_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --format, where it goes, and what a form needs to know."""
    parser.add_argument("--format", choices=tuple(FORMS), default="table")
    parser.add_argument("--output", metavar="FILE", help="write there instead of standard output")
    add_human_argument(parser)
    parser.add_argument(
        "--site",
        metavar="URL",
        default=DEFAULT_SITE,
        help=f"where links lead (default: {DEFAULT_SITE})",
    )


def formed(answers: Sequence[Answer], given: argparse.Namespace) -> str:
    """Return the answers in the form that was asked for."""
    if given.human is not None and given.format not in ("table", "json"):
        sys.stderr.write(f"note: {given.format} has no place for --human; table and JSON do.\n")
    return FORMS[given.format](answers, given)


def link_of(answer: Answer, site: str) -> str:
    """Return the link that shows an answer; one that programs may cut is told on standard error.

    Raises:
        JoulegraphError: ``platform-too-large``.
    """
    file = answer.own_file
    if file is not None and not carried_file(file):
        raise JoulegraphError(
            "platform-too-large",
            f"A platform of one's own goes into a link up to {_MOST_OWN_PLATFORM} bytes.",
            "Share the result as a file with --format json.",
        )
    link = f"{site}#{encode_link(state_of(answer.result, file))}"
    if len(link) > _MOST_LINK_CHARACTERS:
        sys.stderr.write(
            f"note: this link is {len(link)} characters long and many programs cut links; "
            "--format json makes a file.\n"
        )
    return link


def carried_file(file: dict[str, Any]) -> bool:
    """Whether a platform of one's own is small enough to go into a link."""
    return len(json.dumps(file, separators=(",", ":"))) <= _MOST_OWN_PLATFORM


def _tables(answers: Sequence[Answer], given: argparse.Namespace) -> str:
    """Return a table for each platform, as wide as the terminal, in letters that it has."""
    width = WIDTH if given.output else text_width(WIDTH)
    text = "\n".join(
        result_table(answer.result, width=width, depth=given.depth, every=given.all, run=given.run)
        + (proxies_text(answer.result, width) if given.proxies else "")
        + ("" if answer.simulated is None else answer.simulated.text(width, every=given.all))
        + ("" if answer.scenarios is None else answer.scenarios.text(width, every=given.all))
        + ("" if given.human is None else given.human.text(answer.result, width))
        for answer in answers
    )
    return text if given.output else written_for(text, sys.stdout.encoding)


def _json(answers: Sequence[Answer], given: argparse.Namespace) -> str:
    documents = [
        opening(_document(answer, given), export_of(answer, given.site))
        | ({} if given.human is None else {"human": given.human.json(answer.result)})
        for answer in answers
    ]
    document = (
        documents[0]
        if len(documents) == 1
        else {"schema": "joulegraph/results/1", "results": documents}
    )
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _document(answer: Answer, given: argparse.Namespace) -> dict[str, Any]:
    document = answer.result.as_json()
    if given.run is not None:
        document["training"]["run"] = given.run.as_json(answer.result)
    for beside in (answer.simulated, answer.scenarios):
        document = document if beside is None else beside.json(document)
    return document


def _csv(answers: Sequence[Answer], given: argparse.Namespace) -> str:
    """Return the rows of all answers under one header, how they were made in the last columns."""
    if any(answer.result.what_if is not None for answer in answers):
        sys.stderr.write("note: CSV has no place for what fusing would save; table and JSON do.\n")
    exports = [export_of(answer, given.site) for answer in answers]
    if all(answer.simulated is None for answer in answers):
        return with_facts(results_csv([answer.result for answer in answers]), exports)
    texts = [
        result_csv(answer.result)
        if answer.simulated is None
        else answer.simulated.csv(result_csv(answer.result))
        for answer in answers
    ]
    rows = texts[0] + "".join(text.split("\n", 1)[1] for text in texts[1:])
    return with_facts(rows, exports)


def _links(answers: Sequence[Answer], given: argparse.Namespace) -> str:
    text = "".join(link_of(answer, given.site) + "\n" for answer in answers)
    if any(answer.simulated is not None for answer in answers):
        note_link()
    return text


FORMS: Mapping[str, Form] = {
    "table": _tables,
    "json": _json,
    "csv": _csv,
    "link": _links,
    **EXPORT_FORMS,
}
"""What --format takes."""
