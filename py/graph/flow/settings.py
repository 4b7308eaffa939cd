"""What holds for a whole model while types go through it, and what is gathered on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from py.errors import JoulegraphError
from py.graph.choices.choices import Value
from py.graph.choices.names import Names, place_of
from py.graph.choices.question import Kind, Question
from py.graph.file.function import Function, FunctionId
from py.graph.file.node import Node
from py.graph.region import Region
from py.graph.tensor_type import TensorType
from py.notes import Note

Weigh = Callable[[Region], tuple[int, ...]]
MOST_STEPS = 150_000  # nodes of bodies and functions worked out, each time counted, and elements
MOST_FOLLOWED = 60_000  # of these, at all sizes that are tried: then loops are followed no further


def moved_elements(region: Region) -> tuple[int, ...]:
    """Return how much a region writes, with all that it runs: what weighs a branch by default."""
    count = 0
    for node in region.nodes:
        for name in node.outputs:
            count += (region.type_of(name).elements or 0) if name else 0
    for _, execution in region.executions():
        count += int(execution.runs * moved_elements(execution.region)[0])
    return (count,)


@dataclass(slots=True)
class Settings:
    """``declared`` are the types that the file states for tensors of the main graph.

    ``dims`` and ``values`` are the user's, by the name of a dimension, a tensor or a node, which
    are ``names``;
    ``weigh`` says which of two branches is the more expensive. Gathered: ``notes``, ``questions``,
    and by path and index the nodes of ``unknown`` operators with the tensors whose types are
    ``lost`` by them. ``steps`` are nodes of bodies and functions worked out, ``followed`` those at
    other sizes before.
    """

    opsets: Mapping[str, int]
    functions: Mapping[FunctionId, Function]
    declared: Mapping[str, TensorType]
    dims: Mapping[str, int]
    values: Mapping[str, Value]
    names: Names
    weigh: Weigh = moved_elements
    progress: Callable[[str], None] | None = None
    notes: list[Note] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    steps: int = 0
    followed: int = 0
    calls: list[FunctionId] = field(default_factory=list)
    lost: dict[tuple[str, int], dict[str, None]] = field(default_factory=dict)
    unknown: dict[tuple[str, int], Node] = field(default_factory=dict)

    def spend(self, steps: int) -> None:
        """Count nodes worked out.

        Raises JoulegraphError: ``too-large`` where bodies and functions multiply without end.
        """
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise JoulegraphError(
                "too-large",
                f"The model's functions and loops come to more than {MOST_STEPS:,} nodes.",
                "Export the model without nested functions, or with fewer repetitions.",
            )

    @property
    def may_follow(self) -> bool:
        """Whether there is room to work out another iteration of a loop, bodies in it included."""
        return self.followed + self.steps < MOST_FOLLOWED

    def said(self) -> tuple[int, dict[str, Question]]:
        """Return how much has been said so far, for ``unsay``."""
        return len(self.notes), dict(self.questions)

    def unsay(self, said: tuple[int, dict[str, Question]]) -> None:
        """Take back what was said since: a closer look follows."""
        count, self.questions = said
        del self.notes[count:]

    def key(self, path: str, node: Node, *names: str) -> str:
        """Return the name by which the user chooses what a node in the region at ``path`` does.

        That under which something is chosen; else the first of ``names`` that nothing else has;
        else the node's place.
        """
        place = place_of(path, node)
        given = (name for name in (*names, place) if name and name in self.values)
        alone = (name for name in names if name and self.names.is_one(name))
        return next(given, None) or next(alone, place)

    def number(self, key: str) -> float | None:
        """Return the user's value for a name, None where none is given.

        Raises JoulegraphError: ``bad-value`` for several.
        """
        value = self.values.get(key)
        if isinstance(value, tuple):
            if len(value) == 1:
                return value[0]
            raise JoulegraphError(
                "bad-value", f"{key[:80]!r} is one number, got {len(value):,}.", "Correct --value."
            )
        return value

    def ask(self, kind: Kind, name: str, taken: float | None, about: str) -> None:
        """Keep what values decide, with the answer that is taken."""
        self.questions[name] = Question(kind, name, taken, about)

    def note(self, code: str, text: str) -> None:
        """Keep a note, once."""
        note = Note(code, text)
        if note not in self.notes:
            self.notes.append(note)
