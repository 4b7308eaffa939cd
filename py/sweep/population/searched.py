"""The mappings of distinct layers on an accelerator: looked up, else searched for, once each."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from py.errors import JoulegraphError
from py.platforms.accelerator.choice import Choice, LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.sweep.answers import Answer, Refusal
from py.sweep.work.failed import TaskFailed
from py.sweep.work.pool import Workers
from py.sweep.work.shared import shared

_SHARED = "population/platform"


class Kept(Protocol):
    """Where answers are found again: ``py.sweep.answers.Answers``."""

    def known(
        self, platform: Accelerator, questions: Iterable[LayerQuestion], /
    ) -> dict[LayerQuestion, Answer]: ...

    def keep(self, platform: Accelerator, answers: dict[LayerQuestion, Answer], /) -> None: ...


def searched(
    platform: Accelerator,
    questions: Iterable[LayerQuestion],
    answers: Kept | None = None,
    workers: Workers | None = None,
) -> dict[LayerQuestion, Answer]:
    """Return the choice for each question, or the refusal of a layer that fits nowhere.

    What is found is kept at once, so that what interrupts the search loses nothing that is done.

    Raises:
        JoulegraphError: ``search-failed`` where a worker could not end a search.
    """
    asked = list(dict.fromkeys(questions))
    found = {} if answers is None else dict(answers.known(platform, asked))
    # The largest first: what is left at the end is short, and all workers end together.
    open_ones = sorted(
        (question for question in asked if question not in found),
        key=lambda question: -question.loops.macs,
    )
    if not open_ones:
        return found
    if workers is None:
        results = ((place, choice_of(platform, own)) for place, own in enumerate(open_ones))
        for place, answer in results:
            found[open_ones[place]] = answer
            if answers is not None:
                answers.keep(platform, {open_ones[place]: answer})
        return found
    workers.share(_SHARED, replace(platform))  # without what it has found so far
    for place, result in workers.each(choice_of_shared, open_ones):
        if isinstance(result, TaskFailed):
            raise _failed(result)
        found[open_ones[place]] = result
        if answers is not None:
            answers.keep(platform, {open_ones[place]: result})
    return found


def choice_of(platform: Accelerator, question: LayerQuestion) -> Answer:
    """Return what is chosen for a layer, or that it fits nowhere."""
    try:
        return platform.choice_of(question)
    except JoulegraphError as error:
        return Refusal.of(error)


def choice_of_shared(question: LayerQuestion) -> Answer:
    """Return the answer of the platform that was shared: a task of workers."""
    return choice_of(shared(_SHARED), question)


def learnt(platform: Accelerator, found: dict[LayerQuestion, Answer]) -> dict[LayerQuestion, str]:
    """Let a platform have the choices; return what is said of the layers that fit nowhere."""
    platform.learn({own: one for own, one in found.items() if isinstance(one, Choice)})
    return {own: one.message for own, one in found.items() if isinstance(one, Refusal)}


def _failed(result: TaskFailed) -> JoulegraphError:
    return result.error or JoulegraphError(
        "search-failed",
        f"The search for a layer's mapping did not end: {result.reason}",
        "Give the workers more memory, or price with none of them.",
    )
