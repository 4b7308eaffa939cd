"""The one error of a table that can't be read."""

from py.errors import JoulegraphError

_REMEDY = "The README says which columns a table of measurements has."


def invalid(name: str, expected: str, line: int = 0) -> JoulegraphError:
    """Return the error ``rows-invalid``: what a table, or one of its lines, should have had."""
    where = f"Line {line} of {name}" if line else name
    return JoulegraphError("rows-invalid", f"{where} should have {expected}.", _REMEDY)
