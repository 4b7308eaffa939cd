"""Operators that go over maps with a window: convolution and pooling, as torch has them."""

from collections.abc import Sequence
from typing import Any

from py.graph import Node
from py.measure.runners.runner import NotRunnableError
from py.measure.runners.torch_layers import padded
from py.measure.runners.torch_site import Built, Site


def _zeros(node: Node, site: Site, window: Sequence[int]) -> tuple[int, int, int, int]:
    """Return the padding of a window as rows above and below, columns left and right."""
    automatic = node.text("auto_pad", "NOTSET")
    pads = node.integers("pads") or (0, 0, 0, 0)
    if automatic in ("SAME_UPPER", "SAME_LOWER"):
        strides = node.integers("strides") or (1, 1)
        images, outputs = site.sides(node.inputs[0])[2:], site.sides(node.outputs[0])[2:]
        both = [
            max((output - 1) * stride + reach - image, 0)
            for output, stride, reach, image in zip(outputs, strides, window, images, strict=True)
        ]
        first = [(zeros + (automatic == "SAME_LOWER")) // 2 for zeros in both]
        return first[0], both[0] - first[0], first[1], both[1] - first[1]
    if automatic == "VALID":
        return 0, 0, 0, 0
    return pads[0], pads[2], pads[1], pads[3]


def _planar(node: Node, site: Site) -> None:
    if len(site.sides(node.inputs[0])) != 4:
        raise NotRunnableError(f"{node.label}: maps of rows and columns, got another rank")


def conv(node: Node, site: Site) -> Built:
    """Return a convolution of maps."""
    _planar(node, site)
    dilation = node.integers("dilations") or (1, 1)
    kernel = site.sides(node.inputs[1])[2:]
    window = [(size - 1) * apart + 1 for size, apart in zip(kernel, dilation, strict=True)]
    functional = site.torch.nn.functional
    before, pad = padded(functional, _zeros(node, site, window))
    stride, groups = node.integers("strides") or (1, 1), node.integer("group", 1)
    convolved = functional.conv2d

    def run(x: Any, weight: Any, bias: Any = None) -> Any:
        x = x if before is None else before(x)
        return convolved(x, weight, bias, stride, pad, dilation, groups)

    return run, tuple(name for name in node.inputs if name)


def pool(node: Node, site: Site) -> Built:
    """Return a pooling over windows, the most or the mean."""
    _planar(node, site)
    functional = site.torch.nn.functional
    window, stride = node.integers("kernel_shape") or (1, 1), node.integers("strides") or (1, 1)
    if tuple(node.integers("dilations") or (1, 1)) != (1, 1):
        raise NotRunnableError(f"{node.label}: a pool without dilation, got one")
    zeros = _zeros(node, site, window)
    up = bool(node.integer("ceil_mode", 0))
    before, pad = padded(functional, zeros)
    if node.op == "MaxPool":
        least = float("-inf")

        def most(x: Any) -> Any:
            x = x if before is None else before(x, least)
            return functional.max_pool2d(x, window, stride, pad, 1, up)

        return most, node.inputs[:1]
    counted = bool(node.integer("count_include_pad", 0))
    if before is not None and not counted:
        raise NotRunnableError(f"{node.label}: an average over uneven padding that is not counted")

    def mean(x: Any) -> Any:
        x = x if before is None else before(x)
        return functional.avg_pool2d(x, window, stride, pad, up, counted)

    return mean, node.inputs[:1]


def global_pool(node: Node, site: Site) -> Built:
    """Return a pooling over whole maps."""
    functional = site.torch.nn.functional
    how = functional.adaptive_avg_pool2d
    if node.op == "GlobalMaxPool":
        how = functional.adaptive_max_pool2d
    _planar(node, site)
    return (lambda x: how(x, 1)), node.inputs[:1]
