"""The formats of an export by name: what writes each, and what a file of it is called."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from py.breakdown import result_csv
from py.errors import JoulegraphError
from py.exports.badge import badge
from py.exports.bibtex import bibtex
from py.exports.document import document_text
from py.exports.export import Export
from py.exports.latex import latex
from py.exports.markdown import markdown
from py.exports.netron import netron
from py.exports.table_csv import with_facts


class Format(NamedTuple):
    """How an export is written, its MIME type, and how its file's name ends."""

    write: Callable[[Export, Any], str]
    mime: str
    ending: str


FORMATS: Mapping[str, Format] = {
    "markdown": Format(lambda export, _: markdown(export), "text/markdown", ".md"),
    "latex": Format(lambda export, _: latex(export), "application/x-tex", ".tex"),
    "netron": Format(lambda export, _: netron(export), "application/json", ".netron.json"),
    "badge": Format(lambda export, _: badge(export), "image/svg+xml", ".svg"),
    "bibtex": Format(bibtex, "application/x-bibtex", ".bib"),
    "json": Format(lambda export, _: document_text(export), "application/json", ".json"),
    "csv": Format(
        lambda export, _: with_facts(result_csv(export.result), [export]), "text/csv", ".csv"
    ),
}


def exported(name: str, export: Export, bibliography: Any = None) -> str:
    """Return an export in a format; BibTeX needs ``bibliography``, public/bibliography.json.

    Raises:
        JoulegraphError: ``export-format`` for another format.
    """
    known = FORMATS.get(name)
    if known is None:
        raise JoulegraphError(
            "export-format",
            f"An export is one of {', '.join(FORMATS)}, got {name[:40]!r}.",
            "Choose one of these.",
        )
    return known.write(export, bibliography)
