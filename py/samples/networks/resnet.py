"""ResNet-50 in its first version: a block that halves the map does so in its first 1x1."""

from py.samples.network import Network


def resnet50() -> Network:
    """He 2015, table 1, 50 layers, with the layer names of the released Caffe model."""
    net = Network("resnet50", "data", (3, 224, 224), batch_norm=True)
    net.conv("conv1", 64, 7, stride=2, pad=3).max_pool("pool1", 3, 2)
    for stage, (width, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3)), start=2):
        for block in range(blocks):
            stride = 2 if block == 0 and stage > 2 else 1
            _bottleneck(net, f"res{stage}{'abcdef'[block]}", width, stride, project=block == 0)
    return net.global_pool("pool5").fc("fc1000", 1000, activation=None)


def _bottleneck(net: Network, name: str, width: int, stride: int, *, project: bool) -> None:
    x = shortcut = net.here
    if project:
        net.conv(f"{name}_branch1", 4 * width, 1, stride=stride, activation=None)
        shortcut = net.here
    net.at(x).conv(f"{name}_branch2a", width, 1, stride=stride)
    net.conv(f"{name}_branch2b", width, 3, pad=1)
    net.conv(f"{name}_branch2c", 4 * width, 1, activation=None)
    net.add(name, shortcut).activate("Relu", name)


def resnet18() -> Network:
    """He 2015, table 1, 18 layers; projections are 1x1 convolutions of stride 2 (option B)."""
    net = Network("resnet18", "data", (3, 224, 224), batch_norm=True)
    net.conv("conv1", 64, 7, stride=2, pad=3).max_pool("pool1", 3, 2)
    for stage, width in enumerate((64, 128, 256, 512), start=2):
        for block in range(2):
            _basic(net, f"res{stage}{'ab'[block]}", width, 2 if block == 0 and stage > 2 else 1)
    return net.global_pool("pool5").fc("fc1000", 1000, activation=None)


def _basic(net: Network, name: str, width: int, stride: int) -> None:
    x = shortcut = net.here
    if stride > 1:
        net.conv(f"{name}_branch1", width, 1, stride=stride, activation=None)
        shortcut = net.here
    net.at(x).conv(f"{name}_branch2a", width, 3, stride=stride, pad=1)
    net.conv(f"{name}_branch2b", width, 3, pad=1, activation=None)
    net.add(name, shortcut).activate("Relu", name)
