"""Runs in a link: each with its name and the state from which it is priced again.

``runs`` stands in a link's state beside what is of the first run: ``[{"name", "state", "error"?,
"pass_on"?}]``. What is of the page alone is not carried twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from py.compared.foreign import share
from py.compared.run import LONGEST_RUN_NAME, MOST_RUNS, Run
from py.errors import JoulegraphError

_OF_THE_WHOLE = ("runs", "page")


@dataclass(frozen=True, slots=True)
class LinkedRun:
    """A run that a link carries, not priced yet."""

    name: str
    state: dict[str, Any]
    error: float | None
    pass_on: float | None


def linked_runs(state: dict[str, Any]) -> list[LinkedRun]:
    """Return the runs that a link's state carries; none where it is of one breakdown.

    Raises:
        JoulegraphError: ``link-invalid``, ``share-invalid``.
    """
    given = state.get("runs")
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > MOST_RUNS:
        raise _invalid(f"a list of at most {MOST_RUNS} runs")
    found = []
    for one in given:
        if not isinstance(one, dict) or not isinstance(one.get("state"), dict):
            raise _invalid("runs with a name and a state")
        name = one.get("name")
        if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_RUN_NAME:
            raise _invalid(f"names of 1 to {LONGEST_RUN_NAME} characters")
        found.append(
            LinkedRun(
                name,
                _alone(one["state"]),
                share(one.get("error"), f"The error of {name!r}"),
                share(one.get("pass_on"), f"What {name!r} passes on"),
            )
        )
    return found


def packed(runs: Sequence[Run], states: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the state of a link that carries runs; the first is what it shows by itself."""
    carried = []
    for run, state in zip(runs, states, strict=True):
        entry: dict[str, Any] = {"name": run.name, "state": _alone(state)}
        if run.error is not None:
            entry["error"] = run.error
        if run.pass_on is not None:
            entry["pass_on"] = run.pass_on
        carried.append(entry)
    return {**_alone(states[0]), "runs": carried}


def _alone(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name not in _OF_THE_WHOLE}


def _invalid(expected: str) -> JoulegraphError:
    return JoulegraphError(
        "link-invalid",
        f"A link of a comparison carries {expected}.",
        "Copy the link again, or ask for one made by this version.",
    )
