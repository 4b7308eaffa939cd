"""The options that ask a scenario: ``--curve``, ``--prune``, ``--prompt`` with ``--generate``.

The room behind them is imported when one of them is given: most often none is.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from py.answers import Answer
from py.breakdown import platform_for
from py.columns import printable
from py.errors import JoulegraphError
from py.layers import Choices, Layer, Model
from py.model_argument import ProgressLine, read_again
from py.options import whole
from py.platforms import Platform

_USUAL = "usual"
_PROMPT, _GENERATE = "512", "128"


def add_scenario_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the scenarios: each is told beside the result."""
    group = parser.add_argument_group("scenarios, told beside the result")
    group.add_argument(
        "--curve",
        nargs="?",
        const=_USUAL,
        metavar="1,2,4",
        help="energy, time and power over the batch (default: 1, 2, 4 to 256)",
    )
    group.add_argument(
        "--prune",
        nargs="?",
        const=_USUAL,
        metavar="0.5",
        help="the layers in the order of energy-aware pruning, and what keeping this share of "
        "the weights of each saves (default: 0.5)",
    )
    group.add_argument(
        "--prompt", metavar="N", help=f"a language model's prompt in tokens (default: {_PROMPT})"
    )
    group.add_argument(
        "--generate",
        metavar="N",
        help=f"the tokens that it generates after it (default: {_GENERATE})",
    )
    group.add_argument(
        "--sequence-dim",
        action="append",
        default=[],
        metavar="NAME",
        help="the free dimension that is the number of new tokens, where it is not recognised",
    )
    group.add_argument(
        "--past-dim",
        action="append",
        default=[],
        metavar="NAME",
        help="the free dimension that is the number of tokens in the cache",
    )


@dataclass(frozen=True, slots=True)
class Scenarios:
    """What was asked; None of what was not. ``path`` names the model."""

    path: str
    batches: tuple[int, ...] | None = None
    keep: float | None = None
    texts: tuple[int, int] | None = None
    sequence: tuple[str, ...] = ()
    past: tuple[str, ...] = ()

    def beside(self, answer: Answer) -> Answer:
        """Return an answer with the scenarios told beside it.

        Raises:
            JoulegraphError: a scenario has no answer, and why.
        """
        if self.batches is None and self.keep is None and self.texts is None:
            return answer
        room: Any = import_module("py.scenarios")
        platform = platform_for(answer.file, answer.options)
        read = None if answer.model.from_link else self._read
        setting = room.Setting(answer.model, platform, answer.options, read, _ahead)
        with ProgressLine() as line:
            told = room.Told(
                None if self.batches is None else room.curve(setting, self.batches, _shown(line)),
                None if self.keep is None else room.prune(answer.result, self.keep, _shown(line)),
                None if self.texts is None else self._tokens(room, setting, _shown(line)),
            )
        return answer._replace(scenarios=told)

    def _read(self, choices: Choices) -> Model:
        return read_again(self.path, choices)

    def _tokens(self, room: Any, setting: Any, tell: Callable[[str, float], None]) -> Any:
        lengths = room.lengths_of(setting.model, self.sequence, self.past)
        prompt, generate = self.texts or (0, 0)
        return room.tokens(setting, lengths, prompt, generate, tell)


def scenarios_of(given: argparse.Namespace) -> Scenarios:
    """Return the scenarios that were asked for.

    Raises:
        JoulegraphError: ``bad-option``.
    """
    texts = None
    if given.prompt is not None or given.generate is not None:
        texts = (
            whole(given.prompt or _PROMPT, "--prompt"),
            whole(given.generate or _GENERATE, "--generate"),
        )
    elif given.sequence_dim or given.past_dim:
        raise _bad("--sequence-dim and --past-dim go with --prompt", "Give --prompt too.")
    asked = Scenarios(
        given.model,
        None if given.curve is None else _batches(given.curve),
        None if given.prune is None else _share(given.prune),
        texts,
        tuple(given.sequence_dim),
        tuple(given.past_dim),
    )
    if asked != Scenarios(given.model):
        if given.simulate is not None:
            raise _bad("Scenarios don't go with --simulate", "Leave one of the two out.")
        if given.format not in ("table", "json"):
            sys.stderr.write(
                f"note: --format {given.format} has no place for scenarios; table and json do.\n"
            )
    return asked


def _batches(text: str) -> tuple[int, ...]:
    if text == _USUAL:
        usual: tuple[int, ...] = import_module("py.scenarios").BATCHES
        return usual
    return tuple(whole(part.strip(), "--curve", most=1 << 20) for part in text.split(","))


def _share(text: str) -> float:
    if text == _USUAL:
        usual: float = import_module("py.scenarios").KEEP
        return usual
    if re.fullmatch(r"\d{0,9}\.?\d{1,18}", text) and float(text) <= 1:
        return float(text)
    raise _bad(f"--prune takes a share from 0 to 1, got {text[:40]!r}", "Correct the option.")


def _bad(what: str, remedy: str) -> JoulegraphError:
    return JoulegraphError("bad-option", f"{what}.", remedy)


def _shown(line: ProgressLine) -> Callable[[str, float], None]:
    def tell(label: str, share: float) -> None:
        line.show(f"{printable(label)}: {100 * share:.0f} %")

    return tell


def _ahead(platform: Platform, layers: Sequence[Layer]) -> None:
    import_module("py.native.ahead").map_ahead(platform, layers)
