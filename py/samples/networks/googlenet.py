"""GoogLeNet: four branches side by side, nine times."""

from py.samples.network import Network

# 1x1; 3x3 reduce, 3x3; 5x5 reduce, 5x5; pool projection (Szegedy 2014, table 1)
_INCEPTION_3 = {"a": (64, 96, 128, 16, 32, 32), "b": (128, 128, 192, 32, 96, 64)}
_INCEPTION_4 = {
    "a": (192, 96, 208, 16, 48, 64),
    "b": (160, 112, 224, 24, 64, 64),
    "c": (128, 128, 256, 24, 64, 64),
    "d": (112, 144, 288, 32, 64, 64),
    "e": (256, 160, 320, 32, 128, 128),
}
_INCEPTION_5 = {"a": (256, 160, 320, 32, 128, 128), "b": (384, 192, 384, 48, 128, 128)}


def googlenet() -> Network:
    """Szegedy 2014 as in Caffe's bvlc_googlenet, without the two heads that only training uses."""
    net = Network("googlenet", "data", (3, 224, 224))
    net.conv("conv1/7x7_s2", 64, 7, stride=2, pad=3)
    net.max_pool("pool1/3x3_s2", 3, 2).lrn("pool1/norm1")
    net.conv("conv2/3x3_reduce", 64, 1).conv("conv2/3x3", 192, 3, pad=1)
    net.lrn("conv2/norm2").max_pool("pool2/3x3_s2", 3, 2)
    for letter, widths in _INCEPTION_3.items():
        _inception(net, f"inception_3{letter}", *widths)
    net.max_pool("pool3/3x3_s2", 3, 2)
    for letter, widths in _INCEPTION_4.items():
        _inception(net, f"inception_4{letter}", *widths)
    net.max_pool("pool4/3x3_s2", 3, 2)
    for letter, widths in _INCEPTION_5.items():
        _inception(net, f"inception_5{letter}", *widths)
    return net.global_pool("pool5/7x7_s1").fc("loss3/classifier", 1000, activation=None)


def _inception(
    net: Network, name: str, one: int, three_in: int, three: int, five_in: int, five: int, proj: int
) -> None:
    x = net.here
    branches = (
        net.at(x).conv(f"{name}/1x1", one, 1).here,
        net.at(x).conv(f"{name}/3x3_reduce", three_in, 1).conv(f"{name}/3x3", three, 3, pad=1).here,
        net.at(x).conv(f"{name}/5x5_reduce", five_in, 1).conv(f"{name}/5x5", five, 5, pad=2).here,
        net.at(x).max_pool(f"{name}/pool", 3, 1, pad=1).conv(f"{name}/pool_proj", proj, 1).here,
    )
    net.concat(f"{name}/output", branches)
