"""The task that answers one question: the mapping of one distinct layer on one platform."""

from typing import NamedTuple

from py.errors import JoulegraphError
from py.platforms.accelerator.choice import LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.sweep.answers import Answer, Refusal
from py.sweep.plan.variant import Variant


class Question(NamedTuple):
    """What is asked once in a sweep, however many models have such a layer."""

    variant: Variant
    layer: LayerQuestion


def answer(question: Question) -> Answer:
    """Return the choice for a layer, or why there is none."""
    platform = question.variant.platform_made()
    assert isinstance(platform, Accelerator), "nothing else is asked about"
    try:
        return platform.choice_of(question.layer)
    except JoulegraphError as error:
        return Refusal.of(error)
