"""Rows that are not used, or not in full, each with its reason; and how they are told."""

from collections.abc import Iterable
from typing import NamedTuple

_FEW = 5


class SetAside(NamedTuple):
    """A row that is not used in full, and why: ``kept`` says whether its runtime still is."""

    file: str
    line: int
    reason: str
    kept: bool = False


def told(rows: Iterable[SetAside]) -> tuple[str, ...]:
    """Return a sentence for each file and reason, with the first lines it holds for.

    Measurements that are no positive number are one reason, whatever they are.
    """
    groups: dict[tuple[str, str, bool], list[int]] = {}
    for row in rows:
        groups.setdefault((row.file, _alike(row.reason), row.kept), []).append(row.line)
    return tuple(
        f"{len(lines)} {'row' if len(lines) == 1 else 'rows'} of {file}: {reason}"
        f"{'; the runtime is used' if kept else '; not used'} "
        f"({'line' if len(lines) == 1 else 'lines'} {', '.join(map(str, lines[:_FEW]))}"
        f"{', …' if len(lines) > _FEW else ''})."
        for (file, reason, kept), lines in groups.items()
    )


def _alike(reason: str) -> str:
    """Return a reason without the number that was got."""
    subject, got, rest = reason.partition(" is ")
    _, comma, wanted = rest.partition(", ")
    return f"{subject} is {wanted}" if got and comma and subject.isidentifier() else reason
