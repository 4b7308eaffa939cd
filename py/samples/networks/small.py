"""Networks for images of 28 to 32 pixels."""

from py.samples.network import Network


def lenet5() -> Network:
    """LeCun 1998, figure 2, with average pooling for subsampling and all of S2 feeding C3."""
    net = Network("lenet5", "input", (1, 32, 32))
    net.conv("C1", 6, 5, activation="Tanh").average_pool("S2", 2, 2)
    net.conv("C3", 16, 5, activation="Tanh").average_pool("S4", 2, 2)
    net.conv("C5", 120, 5, activation="Tanh")
    net.fc("F6", 84, activation="Tanh")
    return net.fc("output", 10, activation=None)


def cifar10_6conv() -> Network:
    """Courbariaux 2015: (2x128C3)-MP2-(2x256C3)-MP2-(2x512C3)-MP2-(2x1024FC)-10."""
    net = Network("cifar10_6conv", "input", (3, 32, 32))
    for stage, channels in enumerate((128, 256, 512), start=1):
        net.conv(f"conv{stage}_1", channels, 3, pad=1).conv(f"conv{stage}_2", channels, 3, pad=1)
        net.max_pool(f"pool{stage}", 2, 2)
    return net.fc("fc1", 1024).fc("fc2", 1024).fc("fc3", 10, activation=None)
