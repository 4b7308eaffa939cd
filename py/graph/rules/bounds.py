"""Dimensions that values decide, with what they are at most."""

from collections.abc import Sequence

from py.graph.fact import Dimension, Fact, fact, limited


def at_most(dtype: str | None, shape: Sequence[Dimension], most: Sequence[Dimension]) -> Fact:
    """Return a fact whose unknown dimensions are ``most`` at most; at most 0 is 0."""
    settled = tuple(
        0 if size is None and bound == 0 else size for size, bound in zip(shape, most, strict=True)
    )
    if None not in settled:
        return fact(dtype, settled)
    return limited(dtype, settled, tuple(most))
