"""Reading the parts of a result's JSON that somebody else may have written, each within bounds."""

from typing import Any

from py.errors import JoulegraphError

LONGEST_NAME = 4096
_MOST = 1e30
"""No quantity of a real network is larger; what is larger would overflow when it is compared."""


def invalid(expected: str, got: Any) -> JoulegraphError:
    """Return the error for a part that is not what it should be."""
    return JoulegraphError(
        "result-invalid",
        f"This is no result that can be compared: {expected}, got {str(got)[:60]!r}.",
        "Give a file written by py.estimate --format json.",
    )


def an_object(data: Any, what: str) -> dict[str, Any]:
    """Return ``data``, which is an object."""
    if not isinstance(data, dict):
        raise invalid(f"{what} is an object", data)
    found: dict[str, Any] = data
    return found


def a_list(data: Any, what: str, most: int) -> list[Any]:
    """Return ``data``, which is a list of at most so many entries."""
    if not isinstance(data, list):
        raise invalid(f"{what} is a list", data)
    if len(data) > most:
        raise invalid(f"{what} has at most {most} entries", len(data))
    return data


def a_text(data: Any, what: str) -> str:
    """Return ``data``, which is a text."""
    if not isinstance(data, str) or len(data) > LONGEST_NAME:
        raise invalid(f"{what} is a text of at most {LONGEST_NAME} characters", data)
    return data


def amount(data: Any, what: str) -> float | None:
    """Return a quantity from 0, or None where it is null."""
    if data is None:
        return None
    number = isinstance(data, (int, float)) and not isinstance(data, bool)
    if not number or not 0 <= data <= _MOST:
        raise invalid(f"{what} is null or a number from 0 to {_MOST:g}", data)
    known: float = data
    return known


def whole(data: Any, what: str, least: int, most: int) -> int:
    """Return ``data``, which is a whole number within bounds."""
    if isinstance(data, bool) or not isinstance(data, int) or not least <= data <= most:
        raise invalid(f"{what} is a whole number from {least} to {most}", data)
    return data


def share(data: Any, what: str) -> float | None:
    """Return a share from 0 to 1, or None where it is null.

    Raises:
        JoulegraphError: ``share-invalid``.
    """
    if data is None:
        return None
    number = isinstance(data, (int, float)) and not isinstance(data, bool)
    if not number or not 0 <= data <= 1:
        raise JoulegraphError(
            "share-invalid",
            f"{what} should be a share from 0 to 1, got {str(data)[:40]!r}.",
            "Write 0.27 for 27 %.",
        )
    return float(data)
