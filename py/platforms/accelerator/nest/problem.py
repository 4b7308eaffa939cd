"""What is to be computed: loop bounds and how filters slide over feature maps."""

from dataclasses import dataclass
from math import prod

from py.platforms.accelerator.nest.dims import DEPENDS, DIMS, PLACE, WINDOWS, Sizes

Along = tuple[int, int, int]
"""A whole number for planes, rows and columns."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Loop bounds ``extents``; stride, dilation, padding before, and the image's size, by window.

    Raises:
        ValueError: a bound, stride, dilation or image below one, or a padding below zero.
    """

    extents: Sizes
    stride: Along = (1, 1, 1)
    dilation: Along = (1, 1, 1)
    padding: Along = (0, 0, 0)
    image: Along = (1, 1, 1)

    def __post_init__(self) -> None:
        if len(self.extents) != len(DIMS) or min(self.extents) < 1:
            raise ValueError(f"Problem.extents: {len(DIMS)} sizes from 1, got {self.extents}")
        if min(*self.stride, *self.dilation, *self.image) < 1 or min(self.padding) < 0:
            raise ValueError(
                "Problem: stride, dilation and image from 1, padding from 0, "
                f"got {self.stride}, {self.dilation}, {self.image}, {self.padding}"
            )

    def extent(self, dim: str) -> int:
        """Return the bound of one loop."""
        return self.extents[PLACE[dim]]

    @property
    def macs(self) -> int:
        """Multiply-accumulates, padding counted as real work."""
        return prod(self.extents)

    def elements(self, tensor: str) -> int:
        """Return the elements of a tensor; of the ifmap, those that the windows reach over."""
        if tensor != "ifmap":
            return prod(self.extent(dim) for dim in DEPENDS[tensor])
        covered = prod(self.extent(dim) for dim in "ngc")
        for axis, (out, tap) in enumerate(WINDOWS):
            covered *= self.span(axis, self.extent(out), self.extent(tap))
        return covered

    def span(self, axis: int, outputs: int, taps: int) -> int:
        """Return how far ``outputs`` outputs and ``taps`` taps in a row reach over the ifmap."""
        return (outputs - 1) * self.stride[axis] + (taps - 1) * self.dilation[axis] + 1
