"""The networks that were measured whole, as torchvision 0.10 defines them.

Read in pytorch/vision: alexnet.py, resnet.py, mobilenetv3.py. The measurements' own script
(willowec/characterizing-pytorch-power, src/nets/torch_nets.py) takes them with their heads of a
thousand classes and puts one more fully connected layer, from 1000 to 10, behind.
"""

from typing import Self

from onnx import ModelProto

from py.samples.network import Network
from py.samples.place import Place
from py.samples.weightless import integers

CLASSES = 1000
MORE_CLASSES = 10
"""Of the fully connected layer that the measurements' script appends."""


class TorchNetwork(Network):
    """The vocabulary of the samples where PyTorch differs: poolings are rounded down."""

    def __init__(self, name: str, side: int, *, batch_norm: bool) -> None:
        super().__init__(name, "images", (3, side, side), batch_norm=batch_norm)

    def _pool(self, operator: str, name: str, kernel: int, stride: int, pad: int) -> Self:
        side = (self.here.side + 2 * pad - kernel) // stride + 1
        return self._add(
            operator,
            name,
            [self.here.name],
            (self.here.channels, side, side),
            kernel_shape=[kernel] * 2,
            strides=[stride] * 2,
            pads=[pad] * 4,
        )

    def hard_swish(self, name: str) -> Self:
        """Append x * hardsigmoid(x)."""
        x = self.here
        self._gate(name)
        return self._add("Mul", f"{name}/swish", [x.name, self.here.name], x.shape)

    def squeezed(self, name: str) -> Self:
        """Append squeeze and excitation: a gate for each channel, with biases and no norm."""
        x, norm = self.here, self.batch_norm
        self.batch_norm = False
        self.global_pool(f"{name}/pool").conv(f"{name}/fc1", divisible(x.channels // 4), 1)
        self.conv(f"{name}/fc2", x.channels, 1, activation=None)
        self.batch_norm = norm
        self._gate(name)
        return self._add("Mul", f"{name}/scaled", [self.here.name, x.name], x.shape)

    def adaptive_pool(self, name: str, side: int) -> Self:
        """Append an adaptive average pooling of maps that are no larger: each value is copied."""
        if self.here.side != 1:
            raise ValueError(f"adaptive_pool: of 1x1 maps, got {self.here.shape}")
        shape = (self.here.channels, side, side)
        wanted = self._number(integers(f"{name}/shape", (1, *shape)))
        return self._add("Expand", name, [self.here.name, wanted], shape)

    def head(self) -> Self:
        """Append the layer from the classes of ImageNet to those of CIFAR-10."""
        return self.fc("head", MORE_CLASSES, activation=None)

    def _gate(self, name: str) -> Self:
        return self._add(
            "HardSigmoid", f"{name}/gate", [self.here.name], self.here.shape, alpha=1 / 6
        )


def divisible(channels: int) -> int:
    """Return channels rounded to a multiple of 8, and not down by more than a tenth."""
    rounded = max(8, (channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def alexnet(side: int = 224) -> TorchNetwork:
    """Krizhevsky 2014 (one weird trick): one column, no normalisation."""
    net = TorchNetwork("alexnet", side, batch_norm=False)
    net.conv("conv1", 64, 11, stride=4, pad=2).max_pool("pool1", 3, 2)
    net.conv("conv2", 192, 5, pad=2).max_pool("pool2", 3, 2)
    net.conv("conv3", 384, 3, pad=1).conv("conv4", 256, 3, pad=1).conv("conv5", 256, 3, pad=1)
    net.max_pool("pool5", 3, 2)
    if net.here.side != 6:
        net.adaptive_pool("avgpool", 6)
    net.fc("fc6", 4096).fc("fc7", 4096)
    net.fc("fc8", CLASSES, activation=None)
    return net


def resnet18(side: int = 224) -> TorchNetwork:
    """He 2015, 18 layers: two basic blocks in each of four stages."""
    net = TorchNetwork("resnet18", side, batch_norm=True)
    net.conv("conv1", 64, 7, stride=2, pad=3).max_pool("maxpool", 3, 2, 1)
    for stage, channels in enumerate((64, 128, 256, 512), start=1):
        for block in range(2):
            stride = 2 if block == 0 and stage > 1 else 1
            _basic_block(net, f"layer{stage}.{block}", channels, stride)
    net.global_pool("avgpool").fc("fc", CLASSES, activation=None)
    return net


def _basic_block(net: TorchNetwork, name: str, channels: int, stride: int) -> None:
    x = shortcut = net.here
    if stride != 1:
        net.conv(f"{name}/downsample", channels, 1, stride=stride, activation=None)
        shortcut = net.here
    net.at(x).conv(f"{name}/conv1", channels, 3, stride=stride, pad=1)
    net.conv(f"{name}/conv2", channels, 3, pad=1, activation=None)
    net.add(name, shortcut).activate("Relu", name)


# kernel, expanded channels, channels, squeezed, hard swish, stride
_SMALL = (
    (3, 16, 16, True, False, 2),
    (3, 72, 24, False, False, 2),
    (3, 88, 24, False, False, 1),
    (5, 96, 40, True, True, 2),
    (5, 240, 40, True, True, 1),
    (5, 240, 40, True, True, 1),
    (5, 120, 48, True, True, 1),
    (5, 144, 48, True, True, 1),
    (5, 288, 96, True, True, 2),
    (5, 576, 96, True, True, 1),
    (5, 576, 96, True, True, 1),
)


def mobilenet_v3_small(side: int = 224) -> TorchNetwork:
    """Howard 2019, table 2; as in torchvision, what is squeezed is a quarter of the expansion."""
    net = TorchNetwork("mobilenet_v3_small", side, batch_norm=True)
    net.conv("conv1", 16, 3, stride=2, pad=1, activation=None).hard_swish("conv1")
    for place, (kernel, expanded, channels, squeezed, swish, stride) in enumerate(_SMALL, 1):
        name, x = f"block{place}", net.here
        if expanded != x.channels:
            net.conv(f"{name}/expand", expanded, 1, activation=None)
            _activate(net, f"{name}/expand", swish=swish)
        _depthwise(net, f"{name}/depthwise", kernel, stride)
        _activate(net, f"{name}/depthwise", swish=swish)
        if squeezed:
            net.squeezed(f"{name}/squeeze")
        net.conv(f"{name}/project", channels, 1, activation=None)
        _added(net, name, x, stride)
    net.conv("conv13", 6 * 96, 1, activation=None).hard_swish("conv13")
    net.global_pool("avgpool").fc("fc1", 1024, activation=None).hard_swish("fc1")
    net.fc("fc2", CLASSES, activation=None)
    return net


def _activate(net: TorchNetwork, name: str, *, swish: bool) -> None:
    if swish:
        net.hard_swish(name)
    else:
        net.activate("Relu", name)


def _depthwise(net: TorchNetwork, name: str, kernel: int, stride: int) -> None:
    channels, pad = net.here.channels, kernel // 2
    net.conv(name, channels, kernel, stride=stride, pad=pad, groups=channels, activation=None)


def _added(net: TorchNetwork, name: str, x: Place, stride: int) -> None:
    if stride == 1 and net.here.shape == x.shape:
        net.add(f"{name}/add", x)


NETWORKS = {"alexnet": alexnet, "resnet18": resnet18, "mobilenet_v3_small": mobilenet_v3_small}


def measured_network(name: str, side: int) -> ModelProto:
    """Return a network with the head that the measurements' script gives it."""
    return NETWORKS[name](side).head().model(f"{name} of torchvision 0.10, {side}x{side} images")
