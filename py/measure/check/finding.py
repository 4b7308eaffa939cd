"""What a check found: a verdict, a sentence with the numbers, and what to do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Verdict = Literal["pass", "not checked", "warn", "fail"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""From the best to the worst."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; ``remedy`` is blank where there is nothing to do.

    Raises:
        ValueError: an unknown verdict, no sentence, or a failure without a remedy.
    """

    verdict: Verdict
    said: str
    remedy: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"Finding.verdict: one of {', '.join(VERDICTS)}, got {self.verdict!r}")
        if not self.said:
            raise ValueError("Finding.said: a sentence, got none")
        if self.verdict in ("warn", "fail") and not self.remedy:
            raise ValueError(f"Finding.remedy: what to do about it, got none: {self.said}")


def passed(said: str) -> Finding:
    """Return the finding that all is well."""
    return Finding("pass", said)


def not_checked(why: str) -> Finding:
    """Return the finding that nothing could be looked at, and why."""
    return Finding("not checked", why)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts; pass where there are none."""
    return max(verdicts, key=VERDICTS.index, default="pass")


def listed(parts: Sequence[str], most: int = 3) -> str:
    """Return the first few of a list, and how many more there are."""
    more = len(parts) - most
    return "; ".join(parts[:most]) + (f"; and {more:,} more" if more > 0 else "")
