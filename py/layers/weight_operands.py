"""Which stored tensors a product multiplies by, and what value of each is a zero.

A weight may reach its product through views, transposition, a change of float type, concatenation
and DequantizeLinear: its elements stay what they are, and a quantised one is zero where it equals
its zero point. What is worked out in any other way has zeros of its own, which nobody has counted.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from py.graph import Node, Region, is_float
from py.graph.weights import Absent, Files, Stored, Zero, stored_tensor, zero_of
from py.layers.weight_places import MICROSOFT, input_of, weight_places
from py.layers.zero_points import FURTHEST, VIEWS, ZeroPoint, zero_at, zero_by_block

_SAME_ELEMENTS = VIEWS | {"Transpose"}


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


def weight_operands(
    region: Region, node: Node, files: Files, among: Collection[str] | None = None
) -> Iterator[Operand | Uncounted]:
    """Yield what a node multiplies by and is stored; nothing for an operator not listed.

    ``among`` are the tensors that count, by the name of the input or of what is behind it, where
    a part of the node's work has not all of them.
    """
    if node.domain == MICROSOFT and node.op == "MatMulNBits":
        if among is None or reaches(region, input_of(node, 1), among):
            yield from _small_bits(region, node, files)
        return
    for at, zero_point_at, axis in weight_places(node):
        name = input_of(node, at)
        if not name or not region.is_weight(name):
            continue
        if among is not None and not reaches(region, name, among):
            continue
        zero_point = None
        if zero_point_at is not None and input_of(node, zero_point_at):
            zero_point = ZeroPoint(region, node.inputs[zero_point_at], axis)
        yield from behind(region, name, zero_point, files)


def lists_operands(node: Node) -> bool:
    """Say whether it is known which inputs of a node are weights."""
    return bool(weight_places(node)) or (node.domain, node.op) == (MICROSOFT, "MatMulNBits")


def reaches(region: Region, name: str, among: Collection[str]) -> bool:
    """Say whether a weight, or what it is a view, a transposition or another type of, is one of."""
    for _ in range(FURTHEST):
        if name in among:
            return True
        region, name = region.origin_of(name)
        if name in among:
            return True
        producer = region.producer_of(name)
        if producer is None or producer.op not in _SAME_ELEMENTS | {"Cast", "DequantizeLinear"}:
            break
        name = input_of(producer, 0)
    return False


def behind(
    region: Region, name: str, zero_point: ZeroPoint | None, files: Files
) -> Iterator[Operand | Uncounted]:
    """Yield the stored tensors whose elements a weight has."""
    waiting: list[tuple[Region, str, ZeroPoint | None, bool, int]]
    waiting = [(region, name, zero_point, False, 0)]
    while waiting:
        reader, given, zero_point, moved, steps = waiting.pop()
        region, current = reader.origin_of(given)
        # Of what a scan slices, all is counted.
        moved = moved or region.type_of(current).shape != reader.type_of(given).shape
        producer = region.producer_of(current)
        if producer is None or (producer.op == "Constant" and not producer.domain):
            yield _operand(region, current, zero_point, moved, files)
            continue
        following: tuple[str, ...] = ()
        if not producer.domain and steps < FURTHEST:
            if producer.op in _SAME_ELEMENTS:
                following = producer.inputs[:1]
                moved = moved or producer.op != "Identity"
            elif producer.op == "Cast" and _keeps_zeros(region, producer):
                following = producer.inputs[:1]
            elif producer.op == "Concat" and zero_point is None:
                following = producer.inputs
        dequantizes = producer.op == "DequantizeLinear" and producer.domain in ("", MICROSOFT)
        if dequantizes and zero_point is None:
            following = producer.inputs[:1]
            point = input_of(producer, 2)
            moved = False
            zero_point = ZeroPoint(region, point, producer.integer("axis", 1)) if point else None
        if not following:
            yield Uncounted(current, f"worked out by {producer.operator[:60]}")
        waiting += [(region, source, zero_point, moved, steps + 1) for source in following[::-1]]


def _operand(
    region: Region, name: str, zero_point: ZeroPoint | None, moved: bool, files: Files
) -> Operand | Uncounted:
    stored = stored_tensor(region, name)
    if isinstance(stored, Absent):
        return Uncounted(name, stored.why)
    plain = zero_of(stored.dtype)
    if plain is None:
        return Uncounted(name, "of a type without zeros")
    if zero_point is None:
        return Operand(name, stored, plain)
    shape = None if moved else region.type_of(name).shape
    zero = zero_at(stored, shape, zero_point, files)
    return Operand(name, stored, zero or plain, assumed=zero is None)


def _small_bits(region: Region, node: Node, files: Files) -> Iterator[Operand | Uncounted]:
    """MatMulNBits: weights of 2, 4 or 8 bits in bytes, a zero point for each block of a column."""
    name = input_of(node, 1)
    if not name or not region.is_weight(name):
        return
    bits, block = node.integer("bits", 4), node.integer("block_size", 0)
    columns, inner = node.integer("N", 0), node.integer("K", 0)
    stored = stored_tensor(*region.origin_of(name))
    if isinstance(stored, Absent):
        yield Uncounted(name, stored.why)
        return
    if bits not in (2, 4, 8) or min(block, columns, inner) < 1:
        yield Uncounted(name, f"{bits} bits in blocks of {block}")
        return
    if inner % block:
        yield Uncounted(name, f"blocks of {block} filled up past {inner}")
        return
    blocks = inner // block
    viewed = stored.viewed(f"uint{bits}", columns * blocks * block)
    if isinstance(viewed, Absent):
        yield Uncounted(name, viewed.why)
        return
    middle = zero_of(viewed.dtype, (1 << (bits - 1),))
    zero: Zero | None = middle
    if given := input_of(node, 3):
        zero = zero_by_block(region, given, bits, columns, blocks, block, files)
    if middle is not None:
        yield Operand(name, viewed, zero or middle, assumed=zero is None)


def _keeps_zeros(region: Region, cast: Node) -> bool:
    """Say whether a Cast is between float types: one to whole numbers makes zeros."""
    return is_float(region.type_of(cast.inputs[0]).dtype) and is_float(
        region.type_of(cast.outputs[0]).dtype
    )
