"""Workers whose results may be others than those of this machine are refused."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from py.errors import JoulegraphError


def check_same(
    what: str, here: str, there: Mapping[str, Any], read: Callable[[str], str] = str
) -> None:
    """Compare what is here with the answer of each worker, an exception where it gave none.

    Raises JoulegraphError ``cluster-differs``.
    """
    for worker, answer in sorted(there.items()):
        if isinstance(answer, OSError):
            continue  # it has gone meanwhile; each says it again with every result
        if isinstance(answer, Exception) or read(answer) != here:
            refuse(what, here, worker, answer)


def refuse(what: str, here: str, worker: str, there: object) -> NoReturn:
    """Raise JoulegraphError ``cluster-differs``, which names both."""
    if isinstance(there, Exception):
        there = f"{type(there).__name__}: {there}"
    raise JoulegraphError(
        "cluster-differs",
        f"The {what} here is {here}, and that of the worker {worker} is {there}.",
        f"Give the workers the {what} of this machine and start them anew.",
    )


def minor(version: str) -> str:
    """Return a version of Python without its last part, which changes no result."""
    return ".".join(version.split(".")[:2])
