"""What is read of the rows that are named, once it is known which these are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from py.sweep.summary.source import Source


@dataclass(frozen=True, slots=True)
class Detail:
    """Why a row is not ok, from which file its model was read, and the address of its breakdown."""

    reason: str | None
    model_path: str | None
    link: str | None


def details_of(source: Source, places: Iterable[int]) -> Mapping[int, Detail]:
    """Read the rows again and return what there is to say of some, by their places."""
    wanted = sorted(set(places))
    found: dict[int, Detail] = {}
    start = at = 0
    for count, batch in source.batches(("reason", "model_path", "link")):
        end = start + count
        while at < len(wanted) and wanted[at] < end:
            row = wanted[at] - start
            found[wanted[at]] = Detail(
                *(_text(batch[name].at(row)) for name in ("reason", "model_path", "link"))
            )
            at += 1
        start = end
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)
