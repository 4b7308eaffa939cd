"""The forms of ``py.estimate`` that are taken elsewhere: Markdown, LaTeX, Netron, badge, BibTeX."""

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from py.answers import Answer
from py.bounded_json import parse_json, read_bounded
from py.breakdown.link import MOST_CHARACTERS
from py.errors import JoulegraphError
from py.exports.export import Export
from py.platforms.load import PUBLIC

_MOST_BIBLIOGRAPHY = 1_000_000
_EXPORTS = ("markdown", "latex", "netron", "badge", "bibtex")
_HERE = ("http://localhost", "http://127.", "http://0.0.0.0", "http://[::")
_OF_ONE = ("netron", "badge")
"""What holds one result: two of them in a row would be no file of that kind."""


def export_of(answer: Answer, site: str) -> Export:
    """Return an answer as it is exported, with its link.

    Without one where ``site`` is this machine, or the link would be longer than any is read.
    """
    own = Export(answer.result, answer.file, answer.own)
    if site.startswith(_HERE):  # leads nobody else anywhere
        return own
    fragment = own.fragment()
    if len(fragment) > MOST_CHARACTERS:
        return own
    return Export(answer.result, answer.file, answer.own, f"{site}{fragment}")


def _form(name: str, answers: Sequence[Answer], given: argparse.Namespace) -> str:
    from py.exports.formats import exported  # tables and links need none of it

    if len(answers) > 1 and name in _OF_ONE:
        raise JoulegraphError(
            "export-one",
            f"--format {name} is of one result, got {len(answers)} platforms.",
            "Give one --platform.",
        )
    bibliography = _bibliography() if name == "bibtex" else None
    exports = [export_of(answer, given.site) for answer in answers]
    return "\n".join(exported(name, export, bibliography) for export in exports)


def _bibliography() -> Any:
    path = PUBLIC / "bibliography.json"
    try:
        text = read_bounded(path, _MOST_BIBLIOGRAPHY)
    except (OSError, UnicodeDecodeError) as error:
        raise JoulegraphError(
            "bibliography-invalid", f"{path.name} can't be read: {error}.", "Install it again."
        ) from None
    return parse_json(text, what=path.name)


EXPORT_FORMS: dict[str, Callable[[Sequence[Answer], argparse.Namespace], str]] = {
    name: partial(_form, name) for name in _EXPORTS
}
