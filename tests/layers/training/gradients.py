"""Gradients of a convolution by enumeration: an oracle that knows nothing of loop nests.

Forward is written as every product of one ifmap value and one weight; the chain rule then gives
each such product two more, one for either factor.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Convolution:
    """A convolution of images in planes, rows and columns; ifmap [N, G, C, D, H, W]."""

    n: int
    g: int
    m: int
    c: int
    image: tuple[int, int, int]
    taps: tuple[int, int, int]
    stride: tuple[int, int, int]
    dilation: tuple[int, int, int]
    pads: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]

    @property
    def outputs(self) -> tuple[int, ...]:
        return tuple(
            (size + sum(pad) - (tap - 1) * dilation - 1) // stride + 1
            for size, tap, stride, dilation, pad in zip(
                self.image, self.taps, self.stride, self.dilation, self.pads, strict=True
            )
        )

    def products(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
        """Yield the places of ofmap, weight and padded ifmap of every multiplication."""
        for n, g, m, c in product(*(range(k) for k in (self.n, self.g, self.m, self.c))):
            for at in product(*(range(k) for k in self.outputs)):
                for tap in product(*(range(k) for k in self.taps)):
                    read = tuple(
                        a * stride + t * dilation
                        for a, t, stride, dilation in zip(
                            at, tap, self.stride, self.dilation, strict=True
                        )
                    )
                    yield (n, g, m, *at), (g, m, c, *tap), (n, g, c, *read)

    def padded(self, ifmap: Array) -> Array:
        return np.pad(ifmap, [(0, 0)] * 3 + list(self.pads))

    def forward(self, ifmap: Array, weights: Array) -> Array:
        given, result = self.padded(ifmap), np.zeros(self.of_ofmap, np.int64)
        for out, weight, read in self.products():
            result[out] += given[read] * weights[weight]
        return result

    def gradients(self, ifmap: Array, weights: Array, back: Array) -> tuple[Array, Array, int, int]:
        """Return the gradients of ifmap and weights with the products that each took."""
        given = self.padded(ifmap)
        to_ifmap, to_weights = np.zeros_like(given), np.zeros_like(weights)
        counts = [0, 0]
        for out, weight, read in self.products():
            to_ifmap[read] += back[out] * weights[weight]
            to_weights[weight] += back[out] * given[read]
            counts = [counts[0] + 1, counts[1] + 1]
        inside = tuple(
            slice(first, first + size)
            for (first, _), size in zip(self.pads, self.image, strict=True)
        )
        return to_ifmap[(slice(None),) * 3 + inside], to_weights, counts[0], counts[1]

    @property
    def of_ifmap(self) -> tuple[int, ...]:
        return self.n, self.g, self.c, *self.image

    @property
    def of_weights(self) -> tuple[int, ...]:
        return self.g, self.m, self.c, *self.taps

    @property
    def of_ofmap(self) -> tuple[int, ...]:
        return self.n, self.g, self.m, *self.outputs
