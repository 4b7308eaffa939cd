"""Answers of the mapper by platform and layer, on top of a store of bytes."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from py.platforms.accelerator.choice import LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.sweep.answers.codec import Answer, decode, encode
from py.sweep.answers.key import key_of
from py.sweep.answers.store import AnswerStore


class Answers:
    """What was found for layers on platforms by this engine, here or in an earlier sweep."""

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def known(
        self, platform: Accelerator, questions: Iterable[LayerQuestion]
    ) -> dict[LayerQuestion, Answer]:
        """Return the answers there are: a choice, or the refusal of a layer that fits nowhere."""
        keys = self._keys(platform, questions)
        values = self._store.get(list(keys.values()))
        answers = {question: decode(values[key]) for question, key in keys.items() if key in values}
        return {question: answer for question, answer in answers.items() if answer is not None}

    def keep(self, platform: Accelerator, answers: Mapping[LayerQuestion, Answer]) -> None:
        """Keep answers for all that ask the same again; those that can't be written are left."""
        keys = self._keys(platform, answers)
        values = {}
        for question, key in keys.items():
            with suppress(ValueError):
                values[key] = encode(answers[question])
        self._store.put(values)

    def _keys(
        self, platform: Accelerator, questions: Iterable[LayerQuestion]
    ) -> dict[LayerQuestion, str]:
        choices, engine = platform.choices_as_json(), self._store.engine
        return {
            question: key_of(choices, question.as_json(), engine=engine)
            for question in dict.fromkeys(questions)
        }
