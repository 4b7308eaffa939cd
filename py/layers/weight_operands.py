"""Which stored tensors a product multiplies by, and what value of each is a zero.

A weight may reach its product through views, transposition, a change of float type, concatenation
and DequantizeLinear: its elements stay what they are, and a quantised one is zero where it equals
its zero point. What is worked out in any other way has zeros of its own, which nobody has counted.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import prod

from py.graph import Node, Region, is_float
from py.graph.weights import Absent, Files, Stored, Zero, stored_tensor, zero_of
from py.graph.weights.blocks import bit_patterns
from py.graph.weights.plain import spread_small
from py.graph.weights.zero import Patterns

_VIEWS = frozenset({"Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze"})
_SAME_ELEMENTS = _VIEWS | {"Transpose"}
_FURTHEST = 64  # steps from a product back to what is stored
_MOST_ZERO_POINT_BYTES = 1 << 25
_MICROSOFT = "com.microsoft"

# Of each operator: the inputs that may be weights, each with its zero point's input and the axis
# along which zero points differ (None: it has none). Operators' own specifications.
_Place = tuple[int, int | None, int]
_FIRST_TWO: tuple[_Place, ...] = ((0, None, 0), (1, None, 0))
_SECOND: tuple[_Place, ...] = ((1, None, 0),)
_STANDARD: dict[str, tuple[_Place, ...]] = {
    "Conv": _SECOND,
    "ConvTranspose": _SECOND,
    "DeformConv": _SECOND,
    "Gemm": _FIRST_TWO,
    "MatMul": _FIRST_TWO,
    "RNN": ((1, None, 0), (2, None, 0)),
    "GRU": ((1, None, 0), (2, None, 0)),
    "LSTM": ((1, None, 0), (2, None, 0)),
    "ConvInteger": ((1, 3, 0),),
    "MatMulInteger": ((0, 2, -2), (1, 3, -1)),
    "QLinearConv": ((3, 5, 0),),
    "QLinearMatMul": ((0, 2, -2), (3, 5, -1)),
}
_CONTRIBUTED: dict[str, tuple[_Place, ...]] = {
    "FusedConv": _SECOND,
    "NhwcConv": _SECOND,
    "NhwcFusedConv": _SECOND,
    "FusedGemm": _FIRST_TWO,
    "GemmFastGelu": _FIRST_TWO,
    "FusedMatMul": _FIRST_TWO,
    "FusedMatMulActivation": _FIRST_TWO,
    "TransposeMatMul": _FIRST_TWO,
    "MatMulInteger16": _FIRST_TWO,
    "SparseToDenseMatMul": _FIRST_TWO,
    "Attention": _SECOND,
    "PackedAttention": _SECOND,
    "LongformerAttention": ((1, None, 0), (4, None, 0)),
    "MoE": ((2, None, 0), (4, None, 0), (6, None, 0)),
    "QAttention": ((1, 7, -1),),
    "QLinearConv": ((3, 5, 0),),
    "QGemm": ((3, 5, -1),),
    "DynamicQuantizeMatMul": ((1, 3, -1),),
    "MatMulIntegerToFloat": ((1, 5, -1),),
    "DynamicQuantizeLSTM": ((1, 9, 0), (2, 11, 0)),
}


@dataclass(frozen=True, slots=True)
class Operand:
    """A stored tensor that a product multiplies by; ``assumed`` where 0 is taken for its zero."""

    name: str
    stored: Stored
    zero: Zero
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A weight whose zeros can't be counted, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class _ZeroPoint:
    """The tensor that says which values are zero, and the axis along which they differ."""

    name: str
    axis: int


def weight_operands(
    region: Region, node: Node, files: Files, among: Collection[str] | None = None
) -> Iterator[Operand | Uncounted]:
    """Yield what a node multiplies by and is stored; nothing for an operator not listed above.

    ``among`` are the tensors that count, by the name of the input or of what is behind it, where
    a part of the node's work has not all of them.
    """
    if node.domain == _MICROSOFT and node.op == "MatMulNBits":
        if among is None or _reaches(region, _input(node, 1), among):
            yield from _small_bits(region, node, files)
        return
    for at, zero_point_at, axis in _places(node):
        name = _input(node, at)
        if not name or not region.is_weight(name):
            continue
        if among is not None and not _reaches(region, name, among):
            continue
        zero_point = None
        if zero_point_at is not None and _input(node, zero_point_at):
            if node.op == "QGemm" and node.integer("transB", 0):
                axis = 0
            zero_point = _ZeroPoint(node.inputs[zero_point_at], axis)
        yield from behind(region, name, zero_point, files)


def lists_operands(node: Node) -> bool:
    """Say whether it is known which inputs of a node are weights."""
    return bool(_places(node)) or (node.domain, node.op) == (_MICROSOFT, "MatMulNBits")


def _reaches(region: Region, name: str, among: Collection[str]) -> bool:
    """Say whether a weight, or what it is a view, a transposition or another type of, is one of."""
    for _ in range(_FURTHEST):
        if name in among:
            return True
        producer = region.producer_of(name)
        if producer is None or producer.op not in _SAME_ELEMENTS | {"Cast", "DequantizeLinear"}:
            break
        name = _input(producer, 0)
    return False


def _places(node: Node) -> tuple[_Place, ...]:
    if node.op == "Einsum" and not node.domain:
        return tuple((at, None, 0) for at in range(len(node.inputs)))
    return {"": _STANDARD, _MICROSOFT: _CONTRIBUTED}.get(node.domain, {}).get(node.op, ())


def behind(
    region: Region, name: str, zero_point: _ZeroPoint | None, files: Files
) -> Iterator[Operand | Uncounted]:
    """Yield the stored tensors whose elements a weight has."""
    waiting: list[tuple[str, _ZeroPoint | None, bool, int]] = [(name, zero_point, False, 0)]
    while waiting:
        current, zero_point, moved, steps = waiting.pop()
        producer = region.producer_of(current)
        if producer is None or (producer.op == "Constant" and not producer.domain):
            yield _operand(region, current, zero_point, moved, files)
            continue
        following: tuple[str, ...] = ()
        if not producer.domain and steps < _FURTHEST:
            if producer.op in _SAME_ELEMENTS:
                following = producer.inputs[:1]
                moved = moved or producer.op != "Identity"
            elif producer.op == "Cast" and _keeps_zeros(region, producer):
                following = producer.inputs[:1]
            elif producer.op == "Concat" and zero_point is None:
                following = producer.inputs
        dequantizes = producer.op == "DequantizeLinear" and producer.domain in ("", _MICROSOFT)
        if dequantizes and zero_point is None:
            following = producer.inputs[:1]
            given = _input(producer, 2)
            moved = False
            zero_point = _ZeroPoint(given, producer.integer("axis", 1)) if given else None
        if not following:
            yield Uncounted(current, f"worked out by {producer.operator[:60]}")
        waiting += [(source, zero_point, moved, steps + 1) for source in following[::-1]]


def _operand(
    region: Region, name: str, zero_point: _ZeroPoint | None, moved: bool, files: Files
) -> Operand | Uncounted:
    stored = stored_tensor(region, name)
    if isinstance(stored, Absent):
        return Uncounted(name, stored.why)
    plain = zero_of(stored.dtype)
    if plain is None:
        return Uncounted(name, "of a type without zeros")
    if zero_point is None:
        return Operand(name, stored, plain)
    zero = _zero(region, stored, region.type_of(name).shape, zero_point, moved, files)
    return Operand(name, stored, zero or plain, assumed=zero is None)


def _zero(
    region: Region,
    stored: Stored,
    shape: tuple[int | None, ...] | None,
    zero_point: _ZeroPoint,
    moved: bool,
    files: Files,
) -> Zero | None:
    """Return the zero of a quantised tensor, None where its zero points are not known."""
    patterns = _patterns(region, zero_point.name, files)
    if not patterns:
        return None
    if len(set(patterns)) == 1:
        return zero_of(stored.dtype, patterns[:1])
    points = region.type_of(zero_point.name).shape
    if moved or shape is None or points is None:
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
    for _ in range(_FURTHEST):
        producer = region.producer_of(name)
        if producer is None or producer.domain or producer.op not in _VIEWS:
            break
        name = producer.inputs[0]
    stored = stored_tensor(region, name)
    if isinstance(stored, Absent):
        return None
    return bit_patterns(stored, files, _MOST_ZERO_POINT_BYTES)


def _small_bits(region: Region, node: Node, files: Files) -> Iterator[Operand | Uncounted]:
    """MatMulNBits: weights of 2, 4 or 8 bits in bytes, a zero point for each block of a column."""
    name = _input(node, 1)
    if not name or not region.is_weight(name):
        return
    bits, block = node.integer("bits", 4), node.integer("block_size", 0)
    columns, inner = node.integer("N", 0), node.integer("K", 0)
    stored = stored_tensor(region, name)
    if isinstance(stored, Absent):
        yield Uncounted(name, stored.why)
        return
    if bits not in (2, 4, 8) or min(block, columns, inner) < 1:
        yield Uncounted(name, f"{bits} bits in blocks of {block}")
        return
    blocks = -(-inner // block)
    viewed = stored.viewed(f"uint{bits}", columns * blocks * block)
    if isinstance(viewed, Absent):
        yield Uncounted(name, viewed.why)
        return
    middle = zero_of(viewed.dtype, (1 << (bits - 1),))
    zero: Zero | None = middle
    if given := _input(node, 3):
        zero = _block_zero_points(region, given, bits, columns, blocks, block, files)
    if middle is not None:
        yield Operand(name, viewed, zero or middle, assumed=zero is None)


def _block_zero_points(
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


def _keeps_zeros(region: Region, cast: Node) -> bool:
    """Say whether a Cast is between float types: one to whole numbers makes zeros."""
    return is_float(region.type_of(cast.inputs[0]).dtype) and is_float(
        region.type_of(cast.outputs[0]).dtype
    )


def _input(node: Node, at: int) -> str:
    return node.inputs[at] if at < len(node.inputs) else ""
