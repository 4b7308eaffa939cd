"""What every sweep ends in: its tables, and their summary as a page and as text."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from py.errors import JoulegraphError
from py.layers.report.table import WIDTH
from py.sweep.rows.faults import told
from py.sweep.rows.row import Row
from py.sweep.rows.write import PROVENANCE_FILE, write_tables
from py.sweep.summary.page import summary_page
from py.sweep.summary.source import Written
from py.sweep.summary.summary import About, summarise
from py.sweep.summary.text import summary_text
from py.terminal import text_width


def made(folder: Path) -> Path:
    """Make the folder of a sweep, where it is not there.

    Raises:
        JoulegraphError: ``no-space``, ``unwritable``.
    """
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def refuse_another(folder: Path, provenance: Mapping[str, str]) -> None:
    """Refuse a folder in which the rows of another sweep are.

    Raises:
        JoulegraphError: ``other-sweep``.
    """
    try:
        there = json.loads((folder / PROVENANCE_FILE).read_text(encoding="utf-8"))["sweep"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return  # none, or none that could be told from this one
    if there != provenance["sweep"]:
        raise JoulegraphError(
            "other-sweep",
            f"In {folder} are the rows of another sweep.",
            "Give another --output, or replace them with --restart.",
        )


def written(
    rows: Iterator[Row],
    folder: Path,
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, str],
    layers: bool = False,
) -> str:
    """Write the tables of rows, summary.html and summary.txt; return the summary for a terminal.

    Raises:
        JoulegraphError: ``no-space``, ``unwritable``.
    """
    write_tables(rows, folder, layers=layers, provenance=provenance)
    summary = summarise(Written(folder / "rows.parquet"), About(sweep=about))
    for name, text in {
        "summary.html": summary_page(summary),
        "summary.txt": summary_text(summary, WIDTH),
    }.items():
        with told(folder / name):
            (folder / name).write_text(text, encoding="utf-8")
    return summary_text(summary, text_width(WIDTH))
