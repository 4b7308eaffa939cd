"""A question: what a file leaves open, and the answer taken; the user may give another."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["dimension", "size", "shape", "branch", "count"]
ANSWERED_BY = {
    "dimension": "dims",
    "size": "dims",
    "shape": "inputs",
    "branch": "values",
    "count": "values",
}


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the user may choose.

    A ``dimension`` of an input, the ``size`` of a tensor that values decide, the ``shape`` of an
    input that has none, which ``branch`` an If takes (``taken`` is the probability of then), the
    ``count`` of a loop. ``name`` is the key of the choice; ``about`` says what it belongs to.
    ``follows_batch`` is true of a dimension that the choice of a batch sets too.
    """

    kind: Kind
    name: str
    taken: float | None
    about: str
    follows_batch: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the question as JSON; ``option`` is the part of the choices that answers it."""
        return {
            "kind": self.kind,
            "option": ANSWERED_BY[self.kind],
            "name": self.name,
            "taken": self.taken,
            "about": self.about,
            "follows_batch": self.follows_batch,
        }
