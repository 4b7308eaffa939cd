"""A sweep in a TOML file: the arguments of ``python -m py.sweep`` as a document."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from py.bounded_json import read_bounded
from py.errors import JoulegraphError
from py.sweep.asked.axes import AXES

_MOST_BYTES = 4_000_000
_LISTS = ("models", "platforms")
_TEXTS = ("errors", "site")
_TRUTHS = ("layers", "links")


def read_toml(path: Path) -> Mapping[str, Any]:
    """Return what a TOML file says of a sweep: each value of the type that it must have.

    Paths in it are as they stand, from the folder in which the program runs. In the table ``grid``
    a number is taken as its text.

    Raises:
        JoulegraphError: ``unreadable``, or ``toml-invalid`` naming what is wrong.
    """
    try:
        document = tomllib.loads(read_bounded(path, _MOST_BYTES))
    except (OSError, UnicodeDecodeError) as error:
        raise JoulegraphError(
            "unreadable", f"The sweep {path} can't be read: {error}.", "Check the path."
        ) from None
    except JoulegraphError as error:
        raise _invalid(f"it has at most {_MOST_BYTES:,} bytes: {error.message[:200]}") from None
    except (ValueError, RecursionError) as error:  # no TOML, too deep, a number of 5,000 digits
        raise _invalid(f"it is TOML: {str(error)[:200]}") from None
    known = (*_LISTS, *_TEXTS, *_TRUTHS, "grid")
    for name in document:
        if name not in known:
            raise _invalid(f"it has {', '.join(known)}, got {name[:40]!r}")
    found: dict[str, Any] = {}
    for name, value in document.items():
        if name == "grid":
            found[name] = _grid(value)
        elif name in _LISTS:
            found[name] = list(_texts(name, value))
        elif not isinstance(value, bool if name in _TRUTHS else str):
            expected = "true or false" if name in _TRUTHS else "a text"
            raise _invalid(f"{name} is {expected}, got {_shown(value)[:40]}")
        else:
            found[name] = value
    return found


def _grid(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise _invalid(f"grid is a table, got {_shown(value)}")
    for name in value:
        if name not in AXES:
            raise _invalid(f"the grid has the axes {', '.join(AXES)}, got {name[:40]!r}")
    return {name: _texts(name, own, numbers=True) for name, own in value.items()}


def _texts(name: str, value: Any, *, numbers: bool = False) -> tuple[str, ...]:
    """Return a list of texts; one alone stands for a list of it, and a number for its text."""
    entries = value if isinstance(value, list) else [value]
    kinds = (str, int, float) if numbers else (str,)
    for entry in entries:
        if isinstance(entry, bool) or not isinstance(entry, kinds):
            raise _invalid(f"{name} has texts{' or numbers' * numbers}, got {_shown(entry)}")
    if not entries:
        raise _invalid(f"{name} has at least one entry, got none")
    return tuple(entry if isinstance(entry, str) else _shown(entry) for entry in entries)


def _shown(value: Any) -> str:
    """Return a value as a text, for a number all of it."""
    try:
        text = repr(value)
    except ValueError:  # hexadecimal digits may be more than Python writes as decimal ones
        raise _invalid("its numbers have up to 4,000 digits") from None
    return text if isinstance(value, (int, float)) else text[:40]


def _invalid(expected: str) -> JoulegraphError:
    return JoulegraphError("toml-invalid", f"Of a sweep's file: {expected}.", "Correct the file.")
