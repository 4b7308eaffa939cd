"""Batch normalisation folded into the convolution before it, as networks are deployed.

What a normalisation does to each channel is a factor and a shift, known once training is over; the
factor goes into the convolution's weights, the shift becomes its bias (Jacob et al. 2018, section
3.2). ``py.layers`` counts the two as one layer for the same reason.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from py.graph import Graph, Node

_WEIGHT, _SHIFT = 1, 2


@dataclass(frozen=True, slots=True)
class Fold:
    """Names of a convolution's weight and bias (None without), and of a normalisation's four.

    ``norm`` is scale, shift, mean and variance. After folding, the weight holds the product and the
    shift the bias; nobody reads the others.
    """

    weight: str
    bias: str | None
    norm: tuple[str, ...]
    epsilon: float

    @property
    def reads(self) -> tuple[str, str]:
        """What the folded convolution reads besides its input."""
        return self.weight, self.norm[_SHIFT - 1]

    def apply(self, weights: dict[str, Any]) -> None:
        """Fold, in the tensors by their names."""
        scale, shift, mean, variance = (weights[name] for name in self.norm)
        weight = weights[self.weight]
        factor = scale / (variance + self.epsilon).sqrt()
        before = 0 if self.bias is None else weights[self.bias]
        weights.update(dict.fromkeys((*self.norm, *([self.bias] if self.bias else []))))
        weights[self.weight] = weight * factor.reshape(-1, *[1] * (weight.dim() - 1))
        weights[self.norm[_SHIFT - 1]] = (before - mean) * factor + shift


def folds_of(graph: Graph) -> Mapping[int, tuple[Node, Fold]]:
    """Return the normalisation that each convolution takes in, by the convolution's place."""
    readers = Counter(name for node in graph.nodes for name in node.inputs)
    readers.update(graph.outputs)
    found = {}
    for node in graph.nodes:
        conv = graph.producer_of(node.inputs[0]) if node.op == "BatchNormalization" else None
        if conv is None or conv.operator != "Conv" or node.domain:
            continue
        weights = [*conv.inputs[1:], *node.inputs[1:]]
        own = all(graph.is_weight(name) and readers[name] == 1 for name in weights if name)
        if own and readers[conv.outputs[0]] == 1:
            bias = conv.inputs[2] if len(conv.inputs) > 2 and conv.inputs[2] else None
            fold = Fold(conv.inputs[_WEIGHT], bias, node.inputs[1:5], node.number("epsilon", 1e-5))
            found[conv.index] = (node, fold)
    return found


def folded(folds: Sequence[Fold], names: Sequence[str], tensors: Sequence[Any]) -> list[Any]:
    """Return tensors with the folds done; None stands where nobody reads any more."""
    weights = dict(zip(names, tensors, strict=True))
    for fold in folds:
        fold.apply(weights)
    return [weights[name] for name in names]
