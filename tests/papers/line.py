"""A line of the tables: what a paper says, what we find, and why they may differ."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from py.columns import columns

State = Literal["within", "outside", "shown"]


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of a paper with ours.

    ``tolerance`` is relative, ``margin`` absolute, and both add up; without a tolerance the figure
    is only shown. ``at_most``: less is as good. ``reason`` says why the tolerance is what it
    is, or why the figure is outside.
    """

    paper: str
    figure: str
    expected: float
    got: float
    unit: str
    tolerance: float | None
    reason: str
    margin: float = 0.0
    at_most: bool = False

    @property
    def off(self) -> float:
        """Return how far ours is from the paper's, relative to it."""
        return self.got / self.expected - 1

    @property
    def state(self) -> State:
        """Say whether ours is within the tolerance."""
        if self.tolerance is None:
            return "shown"
        room = self.tolerance * abs(self.expected) + self.margin
        above = self.got - self.expected
        return "within" if above <= room and (self.at_most or -above <= room) else "outside"


HEADER = ("paper", "figure", "expected", "got", "off", "tolerance", "state", "reason")


def text_of(lines: Iterable[Line], width: int = 100) -> str:
    """Return lines as a table, their reasons below it by letter."""
    reasons: dict[str, str] = {}
    rows = []
    for line in lines:
        letter = reasons.setdefault(line.reason, chr(ord("a") + len(reasons) % 26))
        most = "at most " if line.at_most else ""
        rows.append(
            [
                line.paper,
                line.figure,
                f"{line.expected:,.4g} {line.unit}".replace(",", " "),
                f"{line.got:,.4g} {line.unit}".replace(",", " "),
                f"{line.off:+.1%}",
                f"{most}{_allowed(line)}",
                line.state.upper() if line.state == "outside" else line.state,
                f"({letter})",
            ]
        )
    table = "\n".join(columns(HEADER, rows, left=2))
    notes = [
        textwrap.fill(f"({letter}) {reason}", width, subsequent_indent="    ")
        for reason, letter in reasons.items()
    ]
    return "\n".join([table, *notes])


def _allowed(line: Line) -> str:
    if line.tolerance is None:
        return ""
    parts = [f"{line.tolerance:.1%}"] if line.tolerance or not line.margin else []
    parts += [f"{line.margin:g}"] if line.margin else []
    return " + ".join(parts) if line.tolerance or line.margin else ("exact", "")[line.at_most]
