"""Works: what each node of a graph computes and moves, operator by operator.

``works_of(scope, node, activations)`` returns a node's works: one, or one for each of its parts
(a recurrent layer has the product of all inputs and the product of each step, an attention its
scores and its values). A function of this room takes a ``Place``, the node with what is known of
its tensors, and gives the kind, the loop bounds, MACs, other operations and words of each ``Work``;
``@works("Op Op2", domain=…)`` registers it. One module per family of operators.

MACs are the multiply-accumulates of convolutions, matrix products, Einsum, recurrent layers and
attention, padding and masks counted as real work; biases
and elementwise operators have none. Operations are counted as the formulas are written: a sum, a
comparison, an exponential, a quotient are one each. A tensor without elements makes 0 MACs and no
loops; a shape that is not known makes unknown counts, never 0.
"""

from py.graph import Node
from py.layers.works.movements import RANDOM, SHAPE_QUERIES
from py.layers.works.place import Place, Scope
from py.layers.works.registry import does_macs, find_works, known_works, load_all
from py.layers.works.work import VIEWS, Work


def works_of(scope: Scope, node: Node, activations: tuple[str, ...]) -> tuple[Work, ...] | None:
    """Return what a node computes, or None for an operator that is not known.

    ``activations`` are the inputs that depend on the network's inputs.
    """
    function = find_works(node.domain, node.op)
    return None if function is None else function(Place(scope, node, activations))


__all__ = [
    "RANDOM",
    "SHAPE_QUERIES",
    "VIEWS",
    "Place",
    "Scope",
    "Work",
    "does_macs",
    "known_works",
    "load_all",
    "works_of",
]
