"""Zero points: which value of a quantised tensor means zero, in all of it, by channel or block."""

from dataclasses import dataclass
from math import prod

from py.graph import Region
from py.graph.weights import Absent, Files, Stored, Zero, stored_tensor, zero_of
from py.graph.weights.blocks import bit_patterns
from py.graph.weights.plain import spread_small
from py.graph.weights.zero import Patterns

VIEWS = frozenset({"Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze"})
FURTHEST = 64  # steps from a product back to what is stored
_MOST_BYTES = 1 << 25


@dataclass(frozen=True, slots=True)
class ZeroPoint:
    """The tensor that says which values are zero, and the axis along which they differ."""

    region: Region
    name: str
    axis: int


def zero_at(
    stored: Stored,
    shape: tuple[int | None, ...] | None,
    zero_point: ZeroPoint,
    files: Files,
) -> Zero | None:
    """Return the zero of a quantised tensor, None where its zero points are not known.

    ``shape`` is None where the axis of the zero points is none of the tensor's.
    """
    patterns = _patterns(zero_point.region, zero_point.name, files)
    if not patterns:
        return None
    if len(set(patterns)) == 1:
        return zero_of(stored.dtype, patterns[:1])
    points = zero_point.region.type_of(zero_point.name).shape
    if shape is None or points is None:
        return None
    sizes = [size or 0 for size in shape]
    if len(points) == 1 and -len(sizes) <= zero_point.axis < len(sizes):
        points = tuple(
            points[0] if at == zero_point.axis % len(sizes) else 1 for at in range(len(sizes))
        )
    run = _run(sizes, [size or 0 for size in points])
    return None if run is None else zero_of(stored.dtype, patterns, run)


def _run(sizes: list[int], points: list[int]) -> int | None:
    """Return how many elements in a row have one zero point, as they lie in memory.

    ``points`` is the shape of the zero points, of the tensor's rank. None where they do not follow
    each other in the order of the elements.
    """
    differ = [at for at, count in enumerate(points) if count != 1]
    if len(points) != len(sizes) or not differ:
        return None
    first, last = differ[0], differ[-1]
    if points[first:last] != sizes[first:last] or min(points) < 1 or sizes[last] % points[last]:
        return None
    return prod(sizes[last:]) // points[last]


def _patterns(region: Region, name: str, files: Files) -> Patterns | None:
    """Return the elements of a stored tensor as bit patterns, None where they are not known."""
    for _ in range(FURTHEST):
        region, name = region.origin_of(name)
        producer = region.producer_of(name)
        if producer is None or producer.domain or producer.op not in VIEWS:
            break
        name = producer.inputs[0]
    stored = stored_tensor(region, name)
    if isinstance(stored, Absent):
        return None
    return bit_patterns(stored, files, _MOST_BYTES)


def zero_by_block(
    region: Region, name: str, bits: int, columns: int, blocks: int, block: int, files: Files
) -> Zero | None:
    """Return a zero point for each block; a column's are packed into bytes of their own."""
    packed = _patterns(region, name, files)
    if packed is None or region.type_of(name).dtype != "uint8":
        return None
    per_byte = 8 // bits
    row = -(-blocks // per_byte)
    if len(packed) != columns * row:
        return None
    spread = spread_small(bytes(packed), bits) if per_byte > 1 else bytes(packed)
    filled = row * per_byte
    patterns = b"".join(spread[at : at + blocks] for at in range(0, len(spread), filled))
    return zero_of(f"uint{bits}", patterns, block)
