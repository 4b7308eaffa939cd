"""SqueezeNet 1.0 and 1.1: a squeeze to few channels, an expansion by 1x1 and 3x3 side by side."""

from py.samples.network import Network

# squeeze, expand (each of the two), for fire2 to fire9; the same in both versions
_FIRES = {
    2: (16, 64),
    3: (16, 64),
    4: (32, 128),
    5: (32, 128),
    6: (48, 192),
    7: (48, 192),
    8: (64, 256),
    9: (64, 256),
}


def squeezenet1_0() -> Network:
    """Iandola 2016, version 1.0."""
    net = Network("squeezenet1_0", "data", (3, 227, 227))
    net.conv("conv1", 96, 7, stride=2).max_pool("pool1", 3, 2)
    _fires(net, pool_after=(4, 8))
    # The released file pads this 1x1 convolution by 1, so that it computes a border of biases.
    return net.conv("conv10", 1000, 1, pad=1).global_pool("pool10").flatten("flatten")


def squeezenet1_1() -> Network:
    """Version 1.1: a smaller first layer, and pooling earlier."""
    net = Network("squeezenet1_1", "data", (3, 227, 227))
    net.conv("conv1", 64, 3, stride=2).max_pool("pool1", 3, 2)
    _fires(net, pool_after=(3, 5))
    return net.conv("conv10", 1000, 1).global_pool("pool10").flatten("flatten")


def _fires(net: Network, pool_after: tuple[int, ...]) -> None:
    for number, (squeeze, expand) in _FIRES.items():
        _fire(net, f"fire{number}", squeeze, expand)
        if number in pool_after:
            net.max_pool(f"pool{number}", 3, 2)


def _fire(net: Network, name: str, squeeze: int, expand: int) -> None:
    x = net.conv(f"{name}/squeeze1x1", squeeze, 1).here
    ones = net.conv(f"{name}/expand1x1", expand, 1).here
    threes = net.at(x).conv(f"{name}/expand3x3", expand, 3, pad=1).here
    net.concat(f"{name}/concat", (ones, threes))
