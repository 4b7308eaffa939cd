"""What scenarios have told of one result: to go beside it, as JSON and as text."""

from dataclasses import dataclass
from typing import Any

from py.scenarios.curve import Curve
from py.scenarios.pruning import Pruning
from py.scenarios.text import curve_text, pruning_text, tokens_text
from py.scenarios.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Told:
    """The answers to the scenarios that were asked for; the others are None."""

    curve: Curve | None = None
    pruning: Pruning | None = None
    tokens: Tokens | None = None

    def json(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return a result's document with each answer under its verb."""
        answers = {"curve": self.curve, "prune": self.pruning, "tokens": self.tokens}
        told = {verb: answer.as_json() for verb, answer in answers.items() if answer is not None}
        return document | told

    def text(self, width: int, *, every: bool = False) -> str:
        """Return the tables, each with an empty line before it."""
        tables = []
        if self.curve is not None:
            tables.append(curve_text(self.curve, width=width))
        if self.pruning is not None:
            tables.append(pruning_text(self.pruning, width=width, every=every))
        if self.tokens is not None:
            tables.append(tokens_text(self.tokens, width=width))
        return "".join(f"\n{table}" for table in tables)
