"""A low-discrepancy sequence (Halton 1960): points that fill a box evenly, however many are taken.

Written here, not taken from scipy, because a capture runs where numpy may be all there is.
"""

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19)


def halton(index: int, dimensions: int) -> tuple[float, ...]:
    """Return the point of an index from 1 on, each coordinate from 0 to 1.

    Raises:
        ValueError: more dimensions than the eight that have a base.
    """
    if not 1 <= dimensions <= len(_PRIMES) or index < 1:
        raise ValueError(f"halton: an index from 1, 1 to 8 dimensions, got {index}, {dimensions}")
    return tuple(_radical_inverse(index, base) for base in _PRIMES[:dimensions])


def _radical_inverse(index: int, base: int) -> float:
    """Return an index with its digits mirrored at the point."""
    value, scale = 0.0, 1.0
    while index:
        index, digit = divmod(index, base)
        scale /= base
        value += digit * scale
    return value
