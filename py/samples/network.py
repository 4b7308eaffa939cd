"""The vocabulary of the declarations: each word appends operators at the current place."""

from collections.abc import Sequence
from typing import Self

from onnx import helper

from py.samples.assembly import Assembly
from py.samples.place import Place, convolved, pooled
from py.samples.weightless import integers, scalar


class Network(Assembly):
    """A graph that grows at ``here``; every word returns the network, so that words chain.

    ``batch_norm`` puts a BatchNormalization after every convolution, which then has no bias.
    """

    def __init__(
        self, name: str, data: str, shape: Sequence[int], *, batch_norm: bool = False
    ) -> None:
        super().__init__(name, Place(data, tuple(shape)))
        self.batch_norm = batch_norm

    def conv(
        self,
        name: str,
        channels: int,
        kernel: int,
        *,
        stride: int = 1,
        pad: int = 0,
        groups: int = 1,
        activation: str | None = "Relu",
    ) -> Self:
        """Append a convolution with its bias or batch norm, and its activation."""
        x, side = self.here, convolved(self.here.side, kernel, stride, pad)
        shape = (channels, x.channels // groups, kernel, kernel)
        self._add(
            "Conv",
            name,
            [x.name, *self._weights(name, weight=shape, **self._bias(channels))],
            (channels, side, side),
            kernel_shape=[kernel] * 2,
            strides=[stride] * 2,
            pads=[pad] * 4,
            group=groups,
        )
        if self.batch_norm:
            self._normalise(f"{name}/bn")
        return self.activate(activation, name)

    def depthwise(self, name: str, *, stride: int = 1, activation: str | None = "Relu") -> Self:
        """Append a 3x3 convolution of each channel by itself."""
        channels = self.here.channels
        return self.conv(
            name, channels, 3, stride=stride, pad=1, groups=channels, activation=activation
        )

    def fc(self, name: str, features: int, *, activation: str | None = "Relu") -> Self:
        """Append a fully connected layer with bias, flattening the feature map before it."""
        if len(self.here.shape) > 1:
            channels, height, width = self.here.shape
            flat = (channels * height * width,)
            self._add("Flatten", f"{name}/flatten", [self.here.name], flat, axis=1)
        inputs = self._weights(name, weight=(features, self.here.channels), bias=(features,))
        self._add("Gemm", name, [self.here.name, *inputs], (features,), transB=1)
        return self.activate(activation, name)

    def activate(self, operator: str | None, name: str) -> Self:
        """Append ``operator`` (Relu, Relu6, Tanh, or nothing) as the activation of ``name``."""
        if operator is None:
            return self
        if operator != "Relu6":
            return self._append(operator, f"{name}/{operator.lower()}")
        bounds = [self._number(scalar("zero", 0.0)), self._number(scalar("six", 6.0))]
        return self._append("Clip", f"{name}/relu6", bounds)

    def max_pool(self, name: str, kernel: int, stride: int, pad: int = 0) -> Self:
        """Append a max pooling whose output is rounded up, as in Caffe."""
        return self._pool("MaxPool", name, kernel, stride, pad)

    def average_pool(self, name: str, kernel: int, stride: int) -> Self:
        """Append an average pooling."""
        return self._pool("AveragePool", name, kernel, stride, 0)

    def global_pool(self, name: str) -> Self:
        """Append the average over the whole feature map."""
        shape = (self.here.channels, 1, 1)
        return self._add("GlobalAveragePool", name, [self.here.name], shape)

    def flatten(self, name: str) -> Self:
        """Append a Flatten, for networks whose last layer is a convolution."""
        channels, height, width = self.here.shape
        return self._add("Flatten", name, [self.here.name], (channels * height * width,), axis=1)

    def lrn(self, name: str, size: int = 5, alpha: float = 1e-4, beta: float = 0.75) -> Self:
        """Append a local response normalisation across ``size`` channels (Caffe's defaults)."""
        shape = self.here.shape
        return self._add(
            "LRN", name, [self.here.name], shape, size=size, alpha=alpha, beta=beta, bias=1.0
        )

    def concat(self, name: str, places: Sequence[Place]) -> Self:
        """Append the branches ``places`` to one another along the channels."""
        shape = (sum(place.channels for place in places), *places[0].shape[1:])
        return self._add("Concat", name, [place.name for place in places], shape, axis=1)

    def add(self, name: str, shortcut: Place) -> Self:
        """Append the sum of here and ``shortcut``."""
        return self._append("Add", name, [shortcut.name])

    def split(self, name: str) -> tuple[Place, Place]:
        """Append a split into two halves of the channels, and return both."""
        half = self.here.channels // 2
        shape = (half, *self.here.shape[1:])
        left, right = Place(f"{name}/left", shape), Place(f"{name}/right", shape)
        sizes = self._number(integers(f"{name}/sizes", [half, half]))
        inputs, outputs = [self.here.name, sizes], [left.name, right.name]
        self._nodes.append(helper.make_node("Split", inputs, outputs, name=name, axis=1))
        return left, right

    def shuffle(self, name: str, groups: int) -> Self:
        """Append a channel shuffle: channels as a matrix of ``groups`` rows, transposed."""
        channels, height, width = self.here.shape
        matrix = (groups, channels // groups, height, width)
        self._reshape(f"{name}/matrix", matrix)
        turned = (matrix[1], groups, height, width)
        self._add("Transpose", f"{name}/turned", [self.here.name], turned, perm=[0, 2, 1, 3, 4])
        return self._reshape(name, (channels, height, width))

    def _pool(self, operator: str, name: str, kernel: int, stride: int, pad: int) -> Self:
        side = pooled(self.here.side, kernel, stride, pad)
        return self._add(
            operator,
            name,
            [self.here.name],
            (self.here.channels, side, side),
            kernel_shape=[kernel] * 2,
            strides=[stride] * 2,
            pads=[pad] * 4,
            ceil_mode=1,
        )

    def _normalise(self, name: str) -> Self:
        each = (self.here.channels,)
        inputs = self._weights(name, scale=each, bias=each, mean=each, variance=each)
        return self._append("BatchNormalization", name, inputs)

    def _reshape(self, name: str, shape: tuple[int, ...]) -> Self:
        # A 0 in the wanted shape keeps the dimension of the input, here the batch.
        wanted = self._number(integers(f"{name}/shape", (0, *shape)))
        return self._add("Reshape", name, [self.here.name, wanted], shape)

    def _bias(self, channels: int) -> dict[str, tuple[int, ...]]:
        return {} if self.batch_norm else {"bias": (channels,)}
