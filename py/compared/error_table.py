"""A table of errors: CSV with the columns name and error, or name and accuracy."""

import csv
import io
import re

from py.columns import printable
from py.errors import JoulegraphError

MOST_ERRORS_BYTES = 1_000_000
_MOST_ERRORS = 10_000


def errors_of(text: str, called: str = "The table of errors") -> dict[str, float]:
    """Return the share of wrong answers by name, of at most 10 000 lines; ``called`` names the
    table where it is wrong.

    Raises:
        JoulegraphError: ``errors-invalid`` naming the line, ``share-invalid``,
            ``conflicting-choices``.
    """
    if len(text) > MOST_ERRORS_BYTES:
        raise _invalid(f"it has at most {MOST_ERRORS_BYTES} characters", str(len(text)))
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        which = [column for column in ("error", "accuracy") if column in header]
        if "name" not in header or len(which) != 1:
            raise _invalid(
                "its header has name and either error or accuracy", ", ".join(header) or "no header"
            )
        name_at, value_at = header.index("name"), header.index(which[0])
        found: dict[str, float] = {}
        for line, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header) or not row[name_at].strip() or line > _MOST_ERRORS:
                raise _invalid(f"line {line} has {len(header)} cells and a name", ",".join(row))
            value = share_of(row[value_at], f"{which[0]} on line {line}")
            wrong = float(f"{1 - value:.11e}") if which[0] == "accuracy" else value
            add_share(found, row[name_at].strip(), wrong, called)
    except csv.Error as error:
        raise _invalid("it is a CSV table", str(error)) from None
    return found


def share_of(text: str, what: str) -> float:
    """Return a share given as such, from 0 to 1, or in per cent with the sign.

    Raises:
        JoulegraphError: ``share-invalid``; a number over 1 without % is not guessed at.
    """
    match = re.fullmatch(r"\s*(\d{1,3}(?:\.\d{1,15})?|\.\d{1,15})\s*(%?)\s*", text)
    if match is not None:
        value = float(match[1]) / 100 if match[2] else float(match[1])
        if value <= 1:
            return float(f"{value:.11e}")
    raise JoulegraphError(
        "share-invalid",
        f"{what} should be a share from 0 to 1, or per cent with the sign, got {text[:40]!r}.",
        "Write 0.27 or 27 %.",
    )


def add_share(found: dict[str, float], name: str, value: float, given_by: str) -> None:
    """Note a name's share.

    Raises:
        JoulegraphError: ``conflicting-choices`` where the name has another already.
    """
    if found.setdefault(name, value) != value:
        raise JoulegraphError(
            "conflicting-choices",
            f"{given_by} gives {printable(name[:60])!r} twice: {found[name]:g} and {value:g}.",
            "Leave one of the two out.",
        )


def _invalid(expected: str, got: str) -> JoulegraphError:
    return JoulegraphError(
        "errors-invalid",
        f"This is no table of errors: {expected}, got {printable(got[:60])!r}.",
        "Give a CSV table such as: name,error and then resnet50,0.239 on lines of their own.",
    )
