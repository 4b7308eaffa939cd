"""Networks of 2012 to 2014 that are one chain of layers."""

from py.samples.network import Network


def alexnet() -> Network:
    """Krizhevsky 2012 as in Caffe: convolutions 2, 4, 5 in two groups, LRN before pooling."""
    net = Network("alexnet", "data", (3, 227, 227))
    net.conv("conv1", 96, 11, stride=4).lrn("norm1").max_pool("pool1", 3, 2)
    net.conv("conv2", 256, 5, pad=2, groups=2).lrn("norm2").max_pool("pool2", 3, 2)
    net.conv("conv3", 384, 3, pad=1)
    net.conv("conv4", 384, 3, pad=1, groups=2)
    net.conv("conv5", 256, 3, pad=1, groups=2).max_pool("pool5", 3, 2)
    return net.fc("fc6", 4096).fc("fc7", 4096).fc("fc8", 1000, activation=None)


def nin() -> Network:
    """Lin 2013, the ImageNet model: after each convolution two of 1x1 (cccp)."""
    net = Network("nin", "data", (3, 224, 224))
    net.conv("conv1", 96, 11, stride=4).conv("cccp1", 96, 1).conv("cccp2", 96, 1)
    net.max_pool("pool0", 3, 2)
    net.conv("conv2", 256, 5, pad=2).conv("cccp3", 256, 1).conv("cccp4", 256, 1)
    net.max_pool("pool2", 3, 2)
    net.conv("conv3", 384, 3, pad=1).conv("cccp5", 384, 1).conv("cccp6", 384, 1)
    net.max_pool("pool3", 3, 2)
    net.conv("conv4-1024", 1024, 3, pad=1).conv("cccp7-1024", 1024, 1).conv("cccp8-1024", 1000, 1)
    return net.global_pool("pool4").flatten("flatten")


def overfeat() -> Network:
    """Sermanet 2013, table 1: the fast model, no normalisation, pools that do not overlap."""
    net = Network("overfeat", "data", (3, 231, 231))
    net.conv("conv1", 96, 11, stride=4).max_pool("pool1", 2, 2)
    net.conv("conv2", 256, 5).max_pool("pool2", 2, 2)
    net.conv("conv3", 512, 3, pad=1)
    net.conv("conv4", 1024, 3, pad=1)
    net.conv("conv5", 1024, 3, pad=1).max_pool("pool5", 2, 2)
    return net.fc("fc6", 3072).fc("fc7", 4096).fc("fc8", 1000, activation=None)


def vgg16() -> Network:
    """Simonyan 2014, configuration D: 3x3 convolutions in five stages."""
    net = Network("vgg16", "data", (3, 224, 224))
    stages = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
    for stage, (channels, depth) in enumerate(stages, start=1):
        for step in range(1, depth + 1):
            net.conv(f"conv{stage}_{step}", channels, 3, pad=1)
        net.max_pool(f"pool{stage}", 2, 2)
    return net.fc("fc6", 4096).fc("fc7", 4096).fc("fc8", 1000, activation=None)
