"""Where a layer stands in a model: the blocks around it, from the names that exporters write.

``/layer1/layer1.0/conv1/Conv`` (PyTorch), ``model/block1_conv1/Conv2D`` (TensorFlow, Keras) and
``inception_3a/1x1`` (Caffe) are paths. Where the nodes' names are none, those of the weights often
are (``layer1.0.conv1.weight``, as PyTorch's newer exporter leaves them): a layer then stands in the
module of its weights, and one without weights beside the layer before it, or one level further out
where it also reads from there (the sum at the end of a block). Bodies of control flow
and calls of functions are blocks too, where their node is.
"""

import re
from collections import Counter
from collections.abc import Sequence

from py.layers.layer import Layer
from py.layers.model import Model

_MOST_LEVELS = 12
_REGION = re.compile(r"/(?=\d+:)")
_BODIES = {"then_branch": "then", "else_branch": "else", "body": "body"}

Place = tuple[str, ...]
"""The names of the blocks around a layer, the outermost first, and its own last."""


class Places:
    """Finds the places of a model's layers, one after the other."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._node_names: dict[tuple[str | None, int], str] = {}
        if any(layer.path for layer in model.layers):
            self._node_names = {(node.path, node.index): node.name for node in model.nodes}
        self._regions: dict[str, tuple[Place, Place]] = {}
        self._modules = _modules(model.layers)
        self._shared = Counter(self._modules.values())
        self._around: Place = ()
        self._writers: dict[str, Place] = {}

    @property
    def by_weights(self) -> bool:
        """Whether the blocks come from the names of weights."""
        return bool(self._modules)

    def of_layer(self, number: int, layer: Layer) -> Place:
        """Return the place of a layer; ``number`` is its place among the model's layers."""
        if not self._modules or layer.path:
            return self.of_name(layer.name, layer.path)
        module = self._modules.get(number)
        if module is not None:
            self._around = module[:-1]
        elif len(self._around) > 1 and any(
            self._writers.get(name) == self._around[:-1] for name in layer.ifmaps
        ):
            self._around = self._around[:-1]
        self._writers.update(dict.fromkeys(layer.ofmaps, self._around))
        if module is None:
            return (*self._around, layer.name)
        return module if self._shared[module] == 1 else (*module, layer.name)

    def of_name(self, name: str, path: str | None) -> Place:
        """Return the place of a node by its name and its region."""
        if not path:
            return _parts(name)
        blocks, written = self._region(path)
        own = _parts(name.removeprefix(f"{path[1:]}/"))
        shared = 0
        while shared < min(len(written), len(own) - 1) and written[shared] == own[shared]:
            shared += 1
        return (*blocks, *own[shared:])

    def _region(self, path: str) -> tuple[Place, Place]:
        """Return the blocks of a region, and the names before its node's in the file's writing."""
        found = self._regions.get(path)
        if found is None:
            outer, number, what = _split(path)
            operator, _, body = what.rpartition(":")
            name = self._node_names.get((outer or None, number)) or f"{operator or what}_{number}"
            place = self.of_name(name, outer or None)
            label = f"{place[-1]} {_BODIES[body]}" if body in _BODIES else place[-1]
            found = self._regions[path] = ((*place[:-1], label), _parts(name)[:-1])
        return found


def _split(path: str) -> tuple[str, int, str]:
    """Return the path around a region, its node's number there, and what it is of the node."""
    parts = _REGION.split(path)
    number, _, what = parts[-1].partition(":")
    return path[: len(path) - len(parts[-1]) - 1], int(number) if number.isdigit() else -1, what


def _parts(name: str) -> Place:
    if "/" not in name:
        return (name,)
    parts = tuple(part for part in name.split("/") if part)
    if len(parts) > _MOST_LEVELS:
        parts = (*parts[: _MOST_LEVELS - 1], "/".join(parts[_MOST_LEVELS - 1 :]))
    return parts or (name,)


def _modules(layers: Sequence[Layer]) -> dict[int, Place]:
    """Return the modules of the layers' weights where they tell more than the layers' names."""
    if any("/" in layer.name for layer in layers if not layer.path):
        return {}
    users = Counter(name for layer in layers for name in layer.weights)
    found: dict[int, Place] = {}
    weighted = 0
    for number, layer in enumerate(layers):
        weighted += bool(layer.weights)
        for weight in layer.weights:
            if users[weight] == 1 and "." in weight and ":" not in weight and "/" not in weight:
                found[number] = _module(weight)
                break
    return found if 2 * len(found) > weighted and len({*found.values()}) > 1 else {}


def _module(weight: str) -> Place:
    """Return the module of a weight: ``layer1.0.conv1.weight`` -> layer1, layer1.0, conv1."""
    parts: list[str] = []
    for part in weight.split(".")[:-1][:_MOST_LEVELS]:
        parts.append(f"{parts[-1]}.{part}" if parts and part.isdigit() else part)
    return tuple(parts)
