"""Rows that are not used, or not in full, each with its reason; and how they are told."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from py.columns import several
from py.measure.table.counted import Counted, Tally

_FEW = 5


class SetAside(NamedTuple):
    """A row that is not used in full, and why: ``kept`` says whether its runtime still is."""

    file: str
    line: int
    reason: str
    kept: bool = False

    def __str__(self) -> str:
        return f"line {self.line} of {self.file}: {self.reason}"


class Aside(Counted[SetAside]):
    """Rows set aside; measurements that are no positive number are alike, whatever they are."""

    def key(self, thing: SetAside) -> tuple[Hashable, int | None]:
        return (thing.file, _alike(thing.reason), thing.kept), thing.line


def told(rows: Iterable[SetAside]) -> tuple[str, ...]:
    """Return a sentence for each file and reason, with the first lines it holds for."""
    found = rows if isinstance(rows, Aside) else Aside(rows)
    sentences = [_sentence(key, tally) for key, tally in found.tallies.items()]
    if found.untallied:
        sentences.append(f"{several(found.untallied, 'row')} with still other reasons.")
    return tuple(sentences)


def _sentence(key: Hashable, tally: Tally) -> str:
    assert isinstance(key, tuple)
    file, reason, kept = key
    rows, lines = ("row", "line") if tally.count == 1 else ("rows", "lines")
    used = "the runtime is used" if kept else "not used"
    more = ", …" if tally.count > _FEW else ""
    first = ", ".join(map(str, tally.lines[:_FEW]))
    return f"{tally.count} {rows} of {file}: {reason}; {used} ({lines} {first}{more})."


def _alike(reason: str) -> str:
    """Return a reason without the number that was got."""
    subject, got, rest = reason.partition(" is ")
    _, comma, wanted = rest.partition(", ")
    return f"{subject} is {wanted}" if got and comma and subject.isidentifier() else reason
