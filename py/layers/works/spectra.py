"""Spectra, windows and small matrices.

A Fourier transform of length n is counted as the fast one of a power of two: 5 n log2 n real
operations (Cooley and Tukey), the logarithm rounded up.
"""

from math import prod

from py.layers.works.place import Place, times
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work


@works("DFT")
def transform(place: Place) -> tuple[Work, ...]:
    """Count one transform for each line along the axis; the longer side is the length."""
    before, after = place.sizes(0), place.result()
    if before is None or after is None or len(before) != len(after) or len(before) < 2:
        return (place.work("other", ops=None),)
    changed = [axis for axis in range(len(after) - 1) if before[axis] != after[axis]]
    axis = changed[0] if changed else place.node.integer("axis", 1 if len(after) > 2 else 0)
    if not -len(after) <= axis < len(after):
        return (place.work("other", ops=None),)
    length = max(before[axis], after[axis])
    lines = prod(after[:-1]) // after[axis] if after[axis] else 0
    return (place.work("other", ops=lines * _fast(length)),)


@works("STFT")
def short_time_transform(place: Place) -> tuple[Work, ...]:
    """Count the window and the transform of each frame."""
    frames = place.result()
    if frames is None or len(frames) != 4:
        return (place.work("other", ops=None),)
    one_sided = bool(place.node.integer("onesided", 1))
    window = place.sizes(2)
    length = window[0] if window else 2 * max(0, frames[2] - 1) if one_sided else frames[2]
    each = _fast(length) + (length if place.has(2) else 0)
    constants = place.words(place.constants(2))
    return (place.work("other", ops=frames[0] * frames[1] * each, weight_elements=constants),)


@works("Rfft Irfft", MICROSOFT)
def real_transform(place: Place) -> tuple[Work, ...]:
    """Count a transform of each real signal, over its last ``signal_ndim`` axes."""
    real = place.sizes(0) if place.node.op == "Rfft" else place.result()
    if real is None:
        return (place.work("other", ops=None),)
    axes = max(1, place.node.integer("signal_ndim", 1))
    ops = sum(prod(real) // size * _fast(size) for size in real[-axes:] if size)
    return (place.work("other", ops=ops),)


@works("HannWindow HammingWindow BlackmanWindow MelWeightMatrix")
def windows(place: Place) -> tuple[Work, ...]:
    """Count four operations for each element: an angle, a cosine, a product, a difference."""
    return (place.work("other", ops=times(place.first, 4)),)


@works("Det")
def determinants(place: Place) -> tuple[Work, ...]:
    """Count an elimination of each n x n matrix: 2/3 n^3 operations."""
    return (place.work("other", ops=_matrices(place, 2)),)


@works("Inverse", MICROSOFT)
def inverses(place: Place) -> tuple[Work, ...]:
    """Count an elimination with n right-hand sides of each n x n matrix: 2 n^3 operations."""
    return (place.work("other", ops=_matrices(place, 6)),)


@works("DynamicTimeWarping", MICROSOFT)
def warping(place: Place) -> tuple[Work, ...]:
    """Count two comparisons and a sum for each entry of the cost matrix."""
    return (place.work("other", ops=times(place.elements(0), 3)),)


def _matrices(place: Place, thirds: int) -> int | None:
    shape = place.sizes(0)
    if shape is None or len(shape) < 2:
        return None
    return prod(shape[:-2]) * thirds * shape[-1] ** 3 // 3


def _fast(length: int) -> int:
    return 5 * length * max(0, length - 1).bit_length()
