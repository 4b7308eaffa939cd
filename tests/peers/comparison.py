"""Ours beside theirs: the least energy that our mapper finds, and the peer's."""

import math
import time
from dataclasses import dataclass

from py.platforms.accelerator.mapper.search import best_mapping
from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.mapping import Mapping
from tests.peers import nn_dataflow, timeloop, zigzag
from tests.peers.question import BITS, Question
from tests.peers.rows import Row

QUESTIONS = {
    "nn_dataflow": nn_dataflow.questions,
    "zigzag-dse": zigzag.questions,
    "timeloop": timeloop.questions,
}

SAME = 1e-9
"""Energies closer than this, relatively, differ by rounding alone."""

NOT_EXPRESSED: dict[int, str] = {}
"""Rows that we can't express, by number, with the reason."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``ours`` is the energy of the whole layer by the mapping's own ``counts``, all its groups."""

    row: Row
    question: Question
    mapping: Mapping
    counts: dict[Access, int]
    ours: float
    told: float
    seconds: float

    @property
    def ratio(self) -> float:
        return self.ours / self.row.energy


_answers: dict[object, tuple[Mapping, float, float]] = {}
"""Mapping, energy and seconds of each question that was asked."""


def compared(row: Row) -> Comparison:
    """Ask our mapper for a row, in more space as long as it is higher and there is more."""
    found = None
    for question in QUESTIONS[row.peer](row):
        answer = _asked(row, question)
        if found is None or answer.ours < found.ours:
            found = answer
        if found.ratio <= 1 + SAME:
            break
    if found is None:
        raise ValueError(f"compared: nothing to ask for row {row.number}")
    return found


def _asked(row: Row, question: Question) -> Comparison:
    """Return the answer to a question; one that another row asked too is looked for once."""
    key = (question.problem, question.machine, repr(question.space), row.peer)
    if key not in _answers:
        start = time.perf_counter()
        answer = best_mapping(
            question.problem, question.machine, question.space, BITS, question.costs
        )
        _answers[key] = (answer.mapping, answer.energy, time.perf_counter() - start)
    mapping, told, seconds = _answers[key]
    counts = accesses(question.problem, question.machine, mapping)
    paid = [question.costs.get(access, 0.0) * words for access, words in counts.items()]
    base = question.per_mac * question.problem.macs
    ours = question.times * math.fsum([base, *paid])
    return Comparison(row, question, mapping, counts, ours, question.times * (base + told), seconds)
