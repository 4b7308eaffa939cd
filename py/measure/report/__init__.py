"""What a fit found, to be read by people: as text, as a page with plots, and row by row."""

from collections.abc import Callable, Iterable
from pathlib import Path

from py.errors import JoulegraphError
from py.measure.fit.profile_fit import ProfileFit
from py.measure.report.report import content_of
from py.measure.report.rows_csv import rows_csv
from py.measure.table.set_aside import SetAside, told
from py.reports.page import page_of
from py.reports.text import text_of


def write_report(
    found: ProfileFit,
    folder: Path,
    progress: Callable[[str], None],
    set_aside: Iterable[SetAside] = (),
) -> None:
    """Write ``report.txt``, ``report.html`` and ``folds.csv`` into a folder, made where needed.

    The same fit gives the same bytes. ``set_aside`` are rows that were not read in full.

    Raises:
        JoulegraphError: ``unwritable`` where the folder or a file in it can't be written.
    """
    content = content_of(found, told(set_aside), progress)
    files = {
        "report.txt": text_of(content),
        "report.html": page_of(content),
        "folds.csv": rows_csv(found),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise JoulegraphError(
            "unwritable",
            f"The report can't be written to {folder}: {error.strerror}.",
            "Choose another --report.",
        ) from None
