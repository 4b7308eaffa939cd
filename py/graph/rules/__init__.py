"""One rule per operator: from what is known of a node's inputs to what is known of its outputs.

A rule takes a ``Site`` (the node and its inputs) and returns one ``Fact`` per output. Where an
input's shape is not known it returns what follows without it. Where the inputs contradict each
other or the standard it raises ``MismatchError`` with one clause, to which the caller adds the
node. One module per family of operators; importing this package registers what
most models have, the rest is imported when a model asks for it.
"""

from py.graph.rules import (
    casting,
    choosing,
    constants,
    convolution,
    elementwise,
    gathering,
    joining,
    matrix_product,
    movement,
    normalisation,
    padding,
    pooling,
    reduction,
    resampling,
    reshaping,
    shape_arithmetic,
    slicing,
)
from py.graph.rules.registry import find_rule, known_operators, load_all

__all__ = [
    "casting",
    "choosing",
    "constants",
    "convolution",
    "elementwise",
    "find_rule",
    "gathering",
    "joining",
    "known_operators",
    "load_all",
    "matrix_product",
    "movement",
    "normalisation",
    "padding",
    "pooling",
    "reduction",
    "resampling",
    "reshaping",
    "shape_arithmetic",
    "slicing",
]
