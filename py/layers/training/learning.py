"""What a step must know of a network's course: who needs a gradient, who learns, where paths part.

A tensor needs a gradient where something before it learns: it is made by a layer with parameters,
or of a tensor that needs one. Where a tensor is read more than once, the gradients that its readers
send back are added. Tensors are known by name in a file's layers only. A table's and a link's
layers without these facts are taken as a chain: all that comes after the first layer with
parameters needs a gradient, and nothing is added.
"""

from py.layers.layer import Layer, Learning
from py.layers.model import Model

_CUT = (
    "And ArgMax ArgMin BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Ceil Equal EyeLike "
    "Floor Greater GreaterOrEqual Hardmax IsInf IsNaN Less LessOrEqual Multinomial "
    "NonMaxSuppression NonZero Not OneHot Or Round Sign Unique Xor"
)
CUTS = frozenset(_CUT.split())
"""Operators whose gradient is zero or does not exist: nothing is sent back through them."""


def operators(layer: Layer) -> tuple[str, ...]:
    """Return the names of a layer's operators without their domains."""
    return tuple(name.rsplit(".", 1)[-1] for name in layer.op_types)


def is_cut(layer: Layer) -> bool:
    """Say whether no gradient passes a layer."""
    return not CUTS.isdisjoint(operators(layer))


def trained_parameters(layer: Layer) -> int:
    """Return how many parameters of a layer a gradient reaches.

    Batch normalisation's mean and variance are counted in passing, not learnt: two of its four.
    """
    running = 0
    for place, name in enumerate(operators(layer)):
        if name == "BatchNormalization":
            running += 2 * channels(layer, leads=place == 0)
    return max(0, layer.parameters - running)


def channels(layer: Layer, *, leads: bool) -> int:
    """Return the channels that a layer's batch normalisation has."""
    if leads or layer.loops is None:
        return layer.parameters // 4
    loops = layer.loops
    if layer.parameters < (layer.weight_elements or 0) + 4 * loops.g * loops.m:
        return 0  # its constants are no parameters of the file
    return loops.g * loops.m


def learnings(model: Model) -> tuple[Learning, ...]:
    """Return what is to be known of each layer, in order; what a layer has of it already stands."""
    course = _Course(model)
    return tuple(course.next(layer) for layer in model.layers)


_Key = tuple[str | None, str]


class _Course:
    """The tensors met so far, by region and name."""

    def __init__(self, model: Model) -> None:
        self._learns: dict[_Key, bool] = {(None, name): False for name in model.inputs}
        self._sizes: dict[_Key, int] = {}
        self._updated: set[_Key] = set()
        self._any = False
        self._later: dict[_Key, int] = {}
        self._in_bodies = {
            layer.path for layer in model.layers if layer.path and trained_parameters(layer)
        }
        for layer in model.layers:
            for name in layer.ifmaps:
                self._later[layer.path, name] = self._later.get((layer.path, name), 0) + 1

    def next(self, layer: Layer) -> Learning:
        """Return what is to be known of the next layer."""
        fact = self._fact(layer) if layer.learning is None else layer.learning
        trained = trained_parameters(layer) > 0
        passes = (trained or fact.backward) and not is_cut(layer)
        self._any = self._any or trained
        for name in layer.ofmaps:
            self._learns[layer.path, name] = passes
            if len(layer.ofmaps) == 1 and layer.ofmap_elements:
                self._sizes[layer.path, name] = layer.ofmap_elements
        return fact

    def _fact(self, layer: Layer) -> Learning:
        backward = self._any or layer.path in self._in_bodies
        added = 0
        if layer.ifmaps:
            keys: list[_Key] = [(layer.path, name) for name in layer.ifmaps]
            backward = any(self._learns.get(key, backward) for key in keys)
            for key in keys:
                self._later[key] -= 1
                if self._later[key] and self._learns.get(key):
                    added += self._sizes.get(key, 0)
        share = added / layer.ifmap_elements if added and layer.ifmap_elements else 0.0
        return Learning(backward, self._again(layer), share)

    def _again(self, layer: Layer) -> int:
        """Return how many of a layer's parameters are those of an earlier one."""
        keys: list[_Key] = [(layer.path, name) for name in layer.weights]
        before = [key in self._updated for key in keys]
        self._updated.update(keys)
        if not any(before):
            return 0
        trained = trained_parameters(layer)
        multiplied = min(layer.weight_elements or 0, trained)  # the first of them
        others = trained - multiplied if all(before[1:]) and before[1:] else 0
        return others + (multiplied if before[0] else 0)
