"""What the mapper found, kept on disk by what it was asked, for every sweep to come.

``key`` names a question by a digest of all that its answer depends on: the platform as far as
choices hang on it, the layer, and the engine's own sources (``engine_digest``). ``store`` keeps
bytes under such keys, in one file that many processes share (``database``, ``sealed``) or in memory
(``memory``); ``codec`` turns choices into bytes and back; ``answers`` is the typed whole::

    with AnswerStore(default_path()) as store:
        answers = Answers(store)
        found = answers.known(platform, questions)  # {question: Choice | Refusal}
        answers.keep(platform, {question: platform.choice_of(question)})

Terms: an *answer* is what a search for the mapping of one layer ended in, a ``Choice`` or, where
nothing fits, a ``Refusal``. A *seal* is the digest by which a stored answer is known to be whole
and to be that of its key.
"""

from py.sweep.answers.answers import Answers
from py.sweep.answers.codec import Answer
from py.sweep.answers.engine_digest import engine_digest
from py.sweep.answers.key import key_of
from py.sweep.answers.refusal import Refusal
from py.sweep.answers.store import AnswerStore, default_path

__all__ = [
    "Answer",
    "AnswerStore",
    "Answers",
    "Refusal",
    "default_path",
    "engine_digest",
    "key_of",
]
