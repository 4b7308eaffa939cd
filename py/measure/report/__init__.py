"""What a fit found, to be read by people: as text, as a page with plots, and row by row."""

from collections.abc import Callable
from pathlib import Path

from py.errors import JoulegraphError
from py.measure.profile_fit import ProfileFit
from py.measure.report.text import text_of


def write_report(found: ProfileFit, folder: Path, progress: Callable[[str], None]) -> None:
    """Write ``report.txt`` into a folder, which is made where it isn't there.

    Raises:
        JoulegraphError: ``unwritable`` where the folder or a file in it can't be written.
    """
    progress("report")
    files = {"report.txt": text_of(found)}
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
