"""Random tensors that are taken in turn, so that the last-level cache is not what is measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from py.measure.plans.shape import Shape
from py.measure.runners.torch_sizes import Sizes

MOST_SETS = 4096
_BEYOND = 2
"""All sets together are so many times as large as the cache: none is left when its turn comes."""
_OF_POSITIVE = frozenset({"Sqrt", "Log", "Reciprocal"})
_ALIGNED_BYTES = 512
"""What CUDA's allocator aligns to; kernels choose wide loads by it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tensor to be made: its sides, and what its elements are.

    ``scale`` is the standard deviation of normal elements about zero; with ``positive`` they are
    spread evenly from half to one and a half times it.
    """

    sides: tuple[int, ...]
    scale: float = 1.0
    positive: bool = False

    @property
    def elements(self) -> int:
        return math.prod(self.sides)


@dataclass(frozen=True, slots=True)
class Place:
    """Where tensors are made: torch, its device and type, and how feature maps lie in memory."""

    torch: Any
    device: Any
    dtype: Any
    width_bytes: int
    channels_last: bool
    seed: int = 0


def wanted_of(shape: Shape, sizes: Sizes) -> tuple[list[Wanted], list[Wanted]]:
    """Return how to make the inputs and the weights of a layer.

    Weights of products keep the spread of their inputs; those of a normalisation are positive, as
    a variance has to be, and so are inputs of which a root or logarithm is taken.
    """
    only_positive = shape.variant in _OF_POSITIVE
    inputs = [Wanted(sides, positive=only_positive) for sides in sizes.inputs]
    if shape.op in ("norm", "lrn"):
        return inputs, [Wanted(sides, positive=True) for sides in sizes.weights]
    return inputs, [Wanted(sides, 1 / math.sqrt(sizes.fan_in)) for sides in sizes.weights]


def count_of_sets(bytes_of_set: int, cache_bytes: int, free_bytes: int | None) -> int:
    """Return how many sets exceed the cache together, within a quarter of what is free."""
    wanted = max(2, -(-_BEYOND * cache_bytes // max(1, bytes_of_set)))
    if free_bytes is not None:
        wanted = min(wanted, max(1, free_bytes // (4 * max(1, bytes_of_set))))
    return min(wanted, MOST_SETS)


def tensors(place: Place, wanted: Wanted, count: int) -> list[Any]:
    """Return so many tensors alike, one behind the other in memory."""
    torch = place.torch
    elements = wanted.elements
    step = _ALIGNED_BYTES // place.width_bytes
    apart = -(-elements // step) * step
    generator = torch.Generator(device=place.device)
    generator.manual_seed(place.seed + elements)
    block = torch.empty(count * apart, device=place.device, dtype=place.dtype)
    if wanted.positive:
        block.uniform_(0.5 * wanted.scale, 1.5 * wanted.scale, generator=generator)
    else:
        block.normal_(0.0, wanted.scale, generator=generator)
    found = []
    for index in range(count):
        flat = block[index * apart : index * apart + elements]
        found.append(_shaped(flat, wanted.sides, channels_last=place.channels_last))
    return found


def _shaped(flat: Any, sides: Sequence[int], *, channels_last: bool) -> Any:
    if channels_last and len(sides) == 4:
        batch, channels, h, w = sides
        return flat.view(batch, h, w, channels).permute(0, 3, 1, 2)
    return flat.view(tuple(sides))
