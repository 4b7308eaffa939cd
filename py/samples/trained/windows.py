"""Convolution and pooling in numpy, with what their gradients need."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float32]


def patches(x: Array, kernel: int) -> Array:
    """Return, for each image and output [N, H, W], the values under the filter [C * K * K].

    The image keeps its size: it is padded with zeros on all sides.
    """
    pad = kernel // 2
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    views = sliding_window_view(padded, (kernel, kernel), axis=(2, 3))
    n, _, h, w = x.shape
    return np.ascontiguousarray(views.transpose(0, 2, 3, 1, 4, 5)).reshape(n, h, w, -1)


def patches_gradient(gradient: Array, channels: int, kernel: int) -> Array:
    """Return the gradient of the image from that of its patches."""
    n, h, w, _ = gradient.shape
    pad = kernel // 2
    taps = gradient.reshape(n, h, w, channels, kernel, kernel).transpose(0, 3, 4, 5, 1, 2)
    padded = np.zeros((n, channels, h + 2 * pad, w + 2 * pad), np.float32)
    for row in range(kernel):
        for column in range(kernel):
            padded[:, :, row : row + h, column : column + w] += taps[:, :, row, column]
    return padded[:, :, pad : pad + h, pad : pad + w]


def largest_of_four(x: Array) -> tuple[Array, NDArray[np.int64]]:
    """Return the maximum of each 2x2 square, and which of the four it is."""
    n, c, h, w = x.shape
    squares = x.reshape(n, c, h // 2, 2, w // 2, 2).transpose(0, 1, 2, 4, 3, 5)
    flat = squares.reshape(n, c, h // 2, w // 2, 4)
    place = flat.argmax(axis=-1)
    return np.take_along_axis(flat, place[..., np.newaxis], -1)[..., 0], place


def largest_of_four_gradient(gradient: Array, place: NDArray[np.int64]) -> Array:
    """Return the gradient of the feature map from that of its maxima."""
    n, c, h, w = gradient.shape
    flat = np.zeros((n, c, h, w, 4), np.float32)
    np.put_along_axis(flat, place[..., np.newaxis], gradient[..., np.newaxis], -1)
    squares = flat.reshape(n, c, h, w, 2, 2).transpose(0, 1, 2, 4, 3, 5)
    return squares.reshape(n, c, 2 * h, 2 * w)
