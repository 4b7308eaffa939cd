"""Networks for phones, built on depthwise convolutions."""

from py.samples.network import Network


def mobilenet_v2() -> Network:
    """Sandler 2018, table 2, width 1.0."""
    net = Network("mobilenet_v2", "input", (3, 224, 224), batch_norm=True)
    net.conv("conv1", 32, 3, stride=2, pad=1, activation="Relu6")
    # expansion, channels, blocks, stride of the first block
    stages = (
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    )
    for stage, (expansion, channels, blocks, stride) in enumerate(stages, start=2):
        for block in range(1, blocks + 1):
            name = f"bottleneck{stage}_{block}"
            _inverted_residual(net, name, expansion, channels, stride if block == 1 else 1)
    net.conv("conv9", 1280, 1, activation="Relu6")
    return net.global_pool("pool").fc("fc", 1000, activation=None)


def _inverted_residual(net: Network, name: str, expansion: int, channels: int, stride: int) -> None:
    x = net.here
    if expansion > 1:
        net.conv(f"{name}/expand", expansion * x.channels, 1, activation="Relu6")
    net.depthwise(f"{name}/depthwise", stride=stride, activation="Relu6")
    net.conv(f"{name}/project", channels, 1, activation=None)
    if net.here.shape == x.shape:
        net.add(f"{name}/add", x)


def shufflenet_v2() -> Network:
    """Ma 2018, table 5, width 1x."""
    net = Network("shufflenet_v2", "input", (3, 224, 224), batch_norm=True)
    net.conv("conv1", 24, 3, stride=2, pad=1)
    # The paper pads this pooling and rounds down; 112 gives 56 either way.
    net.max_pool("maxpool", 3, 2)
    for stage, (channels, repeats) in enumerate(((116, 4), (232, 8), (464, 4)), start=2):
        _halving_unit(net, f"stage{stage}_1", channels)
        for unit in range(2, repeats + 1):
            _unit(net, f"stage{stage}_{unit}")
    net.conv("conv5", 1024, 1)
    return net.global_pool("pool").fc("fc", 1000, activation=None)


def _unit(net: Network, name: str) -> None:
    """One half of the channels passes untouched."""
    left, right = net.split(f"{name}/split")
    _branch(net.at(right), f"{name}/right", right.channels, stride=1)
    net.concat(f"{name}/concat", (left, net.here)).shuffle(f"{name}/shuffle", groups=2)


def _halving_unit(net: Network, name: str, channels: int) -> None:
    """Both branches see all channels; the map halves and the channels grow."""
    x, half = net.here, channels // 2
    net.depthwise(f"{name}/left/depthwise", stride=2, activation=None)
    left = net.conv(f"{name}/left/pointwise", half, 1).here
    _branch(net.at(x), f"{name}/right", half, stride=2)
    net.concat(f"{name}/concat", (left, net.here)).shuffle(f"{name}/shuffle", groups=2)


def _branch(net: Network, name: str, channels: int, stride: int) -> None:
    net.conv(f"{name}/pointwise1", channels, 1)
    net.depthwise(f"{name}/depthwise", stride=stride, activation=None)
    net.conv(f"{name}/pointwise2", channels, 1)
