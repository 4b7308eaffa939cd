"""What counting the zeros in a model's weights found; how to count is in ``weight_zeros``."""

from collections.abc import Callable
from dataclasses import dataclass

from py.errors import JoulegraphError
from py.graph import Graph
from py.layers.layer import Layer
from py.notes import Note


@dataclass(frozen=True, slots=True)
class CountedZeros:
    """The share of zeros in each layer's weights, in the layers' order; None where unknown.

    ``source`` says what was read, empty where nothing could be; ``notes`` what could not.
    """

    shares: tuple[float | None, ...]
    source: str
    notes: tuple[Note, ...]


#: Counts the zeros in the weights of a graph's layers.
CountZeros = Callable[[Graph, tuple[Layer, ...]], CountedZeros]


def no_weights(what: str) -> JoulegraphError:
    """Return the error for counting zeros where there are no weights."""
    return JoulegraphError(
        "weights-without-model",
        f"{what} holds no weights, so no zeros can be counted in them.",
        "Give the model's ONNX file, or a file of zero fractions.",
    )
