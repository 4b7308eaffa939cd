"""conv-relu-pool-conv-relu-pool-fc-relu-fc in numpy: what it computes, and its gradients."""

import numpy as np
from numpy.typing import NDArray

from py.samples.trained.windows import (
    Array,
    largest_of_four,
    largest_of_four_gradient,
    patches,
    patches_gradient,
)

KERNEL = 3
SHAPES = {
    "conv1": (16, 1, KERNEL, KERNEL),
    "conv2": (32, 16, KERNEL, KERNEL),
    "fc1": (64, 32 * 2 * 2),
    "fc2": (10, 64),
}
"""Each layer's weights as ONNX has them: outputs first."""

Parameters = dict[str, Array]
"""A weight ``conv1/weight`` and a bias ``conv1/bias`` for each layer."""


def drawn(random: np.random.Generator) -> Parameters:
    """Return weights drawn as He et al. 2015 do before a rectifier, and biases of zero."""
    parameters: Parameters = {}
    for name, shape in SHAPES.items():
        inputs = int(np.prod(shape[1:]))
        scale = np.sqrt(2.0 / inputs)
        parameters[f"{name}/weight"] = (scale * random.standard_normal(shape)).astype(np.float32)
        parameters[f"{name}/bias"] = np.zeros(shape[0], np.float32)
    return parameters


class Pass:
    """One way through the network, which remembers what the gradients need."""

    def __init__(self, parameters: Parameters, images: Array) -> None:
        self._parameters = parameters
        self._columns: dict[str, Array] = {}
        self._passed: dict[str, NDArray[np.bool_]] = {}
        self._places: dict[str, NDArray[np.int64]] = {}
        first = self._stage("conv1", images)
        second = self._stage("conv2", first)
        self._maps = second.shape
        hidden = self._rectified("fc1", self._product("fc1", second.reshape(len(images), -1)))
        self.scores = self._product("fc2", hidden)

    def gradients(self, of_scores: Array) -> Parameters:
        """Return the gradient of every parameter, given that of the scores."""
        found: Parameters = {}
        back = self._back("fc2", of_scores, found)
        back = self._back("fc1", back * self._passed["fc1"], found).reshape(self._maps)
        for name in ("conv2", "conv1"):
            back = largest_of_four_gradient(back, self._places[name]) * self._passed[name]
            columns = self._back(name, back.transpose(0, 2, 3, 1), found)
            back = patches_gradient(columns, SHAPES[name][1], KERNEL)
        return found

    def _stage(self, name: str, x: Array) -> Array:
        sums = self._product(name, patches(x, KERNEL)).transpose(0, 3, 1, 2)
        pooled, self._places[name] = largest_of_four(self._rectified(name, sums))
        return pooled

    def _product(self, name: str, columns: Array) -> Array:
        self._columns[name] = columns
        weight = self._parameters[f"{name}/weight"]
        return columns @ weight.reshape(len(weight), -1).T + self._parameters[f"{name}/bias"]

    def _rectified(self, name: str, x: Array) -> Array:
        self._passed[name] = x > 0
        return np.maximum(x, np.float32(0))

    def _back(self, name: str, gradient: Array, found: Parameters) -> Array:
        weight = self._parameters[f"{name}/weight"]
        outputs = len(weight)
        flat, columns = gradient.reshape(-1, outputs), self._columns[name]
        product = flat.T @ columns.reshape(len(flat), -1)
        found[f"{name}/weight"] = product.reshape(weight.shape)
        found[f"{name}/bias"] = flat.sum(axis=0)
        return gradient @ weight.reshape(outputs, -1)
