"""The main graph with what the file says of itself: what this room hands on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from py.graph.choices.question import Question
from py.graph.file.value_info import DeclaredDimension
from py.graph.region import Region
from py.graph.tensor_type import TensorType
from py.notes import Note


class Input(NamedTuple):
    """An input that the user feeds. ``declared`` is the shape in the file, names included."""

    name: str
    type: TensorType
    declared: tuple[DeclaredDimension, ...] | None


@dataclass(frozen=True, slots=True)
class UnknownOperator:
    """A node whose operator has no rule, and the tensors whose type is not known because of it.

    ``path`` is the region that it is in, ``index`` its place there.
    """

    path: str
    index: int
    name: str
    op: str
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Graph(Region):
    """A model's main graph: a region (see there) with the model's inputs and all that it says.

    ``name`` is what we call it, ``own_name`` what the file calls the graph.
    ``dims`` are the free dimensions with the sizes chosen for them, ``questions`` all that the file
    leaves open. ``unknown`` are the operators
    without a rule, in bodies too.
    """

    name: str
    own_name: str
    producer: str
    ir_version: int | None
    opsets: Mapping[str, int]
    inputs: tuple[Input, ...]
    dims: Mapping[str, int]
    questions: tuple[Question, ...]
    notes: tuple[Note, ...]
    unknown: tuple[UnknownOperator, ...]

    def regions(self) -> Iterator[tuple[Region, float]]:
        """Yield every region, the main graph first, with how often it runs in one inference."""
        waiting: list[tuple[Region, float]] = [(self, 1)]
        while waiting:
            region, runs = waiting.pop(0)
            yield region, runs
            inner = [(e.region, runs * e.runs) for _, e in region.executions()]
            waiting[:0] = inner
