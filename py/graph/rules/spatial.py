"""How many places a sliding window has: kernel, stride, dilation, padding (ONNX Conv, pooling)."""

from dataclasses import dataclass

from py.graph.fact import Dimension, Shape
from py.graph.file.node import Node
from py.graph.rules.site import MismatchError, show


@dataclass(frozen=True, slots=True)
class Window:
    """``pads`` are at the beginning of every axis, then at the end; ``auto_pad`` as ONNX has it."""

    kernel: Shape
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[int, ...]
    auto_pad: str

    @classmethod
    def of(cls, node: Node, spatial: int, kernel: Shape | None = None) -> "Window":
        """Return the window of a node over ``spatial`` axes; ``kernel`` if it has no attribute."""
        shape = _listed(node, "kernel_shape", spatial, None)
        if shape is None and kernel is None:
            raise MismatchError("attribute kernel_shape is missing")
        auto_pad = node.text("auto_pad", "NOTSET") or "NOTSET"
        if auto_pad not in ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"):
            raise MismatchError(f"auto_pad is {auto_pad[:40]!r}")
        strides = _listed(node, "strides", spatial, 1) or ()
        dilations = _listed(node, "dilations", spatial, 1) or ()
        if min((*strides, *dilations, *(shape or ())), default=1) < 1:
            raise MismatchError("kernel, strides and dilations should be 1 or more")
        return cls(
            shape if shape is not None else kernel or (),
            strides,
            dilations,
            _listed(node, "pads", 2 * spatial, 0) or (),
            auto_pad,
        )

    def extent(self, axis: int) -> Dimension:
        """Return how far the dilated kernel reaches along an axis."""
        kernel = self.kernel[axis]
        return None if kernel is None else (kernel - 1) * self.dilations[axis] + 1


def _listed(node: Node, name: str, length: int, default: int | None) -> tuple[int, ...] | None:
    values = node.integers(name)
    if not values:
        return None if default is None else (default,) * length
    if len(values) != length:
        raise MismatchError(f"attribute {name} should have {length} numbers, got {len(values)}")
    return values


def windowed_output(ifmap: Shape, window: Window, *, ceil_mode: bool) -> Shape:
    """Return the spatial shape that the window leaves of ``ifmap``."""
    return tuple(
        None if size is None else _positions(size, window, axis, ceil_mode)
        for axis, size in enumerate(ifmap)
    )


def _positions(size: int, window: Window, axis: int, ceil_mode: bool) -> Dimension:
    stride, extent = window.strides[axis], window.extent(axis)
    if window.auto_pad in ("SAME_UPPER", "SAME_LOWER"):
        return -(-size // stride)
    if extent is None:
        return None
    before = after = 0
    if window.auto_pad == "NOTSET":
        before, after = window.pads[axis], window.pads[axis + len(window.strides)]
    room = size + before + after - extent
    positions = (-(-room // stride) if ceil_mode else room // stride) + 1
    # With ceil_mode, a window that would start in the padding after the input is left out.
    if ceil_mode and (positions - 1) * stride >= size + before:
        positions -= 1
    if positions < 1:
        raise MismatchError(
            f"kernel {show(window.kernel)} with dilation {list(window.dilations)} is larger than "
            f"its padded input of {size + before + after}"
        )
    return positions


def transposed_output(node: Node, ifmap: Shape, window: Window) -> Shape:
    """Return the spatial shape of a transposed convolution's output."""
    count = len(ifmap)
    given = node.integers("output_shape")
    if given:
        # Some exporters put batch and channels in front.
        if len(given) not in (count, count + 2):
            raise MismatchError(f"output_shape should have {count} numbers, got {len(given)}")
        return tuple(given[-count:])
    extra = _listed(node, "output_padding", count, 0) or ()
    result: list[Dimension] = []
    for axis, size in enumerate(ifmap):
        extent = window.extent(axis)
        if size is None:
            result.append(None)
        elif window.auto_pad in ("SAME_UPPER", "SAME_LOWER"):
            same = size * window.strides[axis]
            # A kernel shorter than the stride does not reach as far (as onnxruntime has it).
            reach = None if extent is None else same - window.strides[axis] + extra[axis] + extent
            result.append(same if reach is None else min(same, reach))
        elif extent is None:
            result.append(None)
        else:
            pads = 0
            if window.auto_pad == "NOTSET":
                pads = window.pads[axis] + window.pads[axis + count]
            out = window.strides[axis] * (size - 1) + extra[axis] + extent - pads
            if out < 0:
                raise MismatchError(f"padding {list(window.pads)} is larger than the output")
            result.append(out)
    return tuple(result)
