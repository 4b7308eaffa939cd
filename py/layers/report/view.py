"""Which of a model's blocks a table shows, and how deep: its rows."""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from py.layers.report.block import Amounts, Block, Shape, sum_up

COMFORTABLE = 50
"""Rows that people still read as one picture; with more, the table closes blocks."""


class Row(NamedTuple):
    """One line: a block, or neighbours without MACs together; ``closed`` hides what is in it."""

    level: int
    name: str
    operators: tuple[str, ...]
    shape: Shape | None
    runs: float
    times: int
    layers: int
    macs: int | None
    parameters: int | None
    closed: bool = False
    known_macs: int = 0
    amounts: Amounts = ()
    unpriced: int = 0
    assumed: bool = False


def rows_of(root: Block, depth: int | None = None) -> list[Row]:
    """Return the rows of the blocks in ``root``, opened ``depth`` levels deep.

    Without a depth as much as reads well is shown: neighbours without MACs are put together first,
    then the innermost blocks closed.
    """
    if depth is not None:
        return list(_rows(root.children, 0, depth, brief=False))
    rows = list(_rows(root.children, 0, inf, brief=False))
    if len(rows) <= COMFORTABLE:
        return rows
    for depth in range(_deepest(root), 0, -1):
        rows = list(_rows(root.children, 0, depth, brief=True))
        if len(rows) <= COMFORTABLE:
            break
    return rows


def _deepest(block: Block) -> int:
    inside = 0
    for child in block.children:
        if child.children:
            inside = max(inside, _deepest(child))
    return inside + (block.times == 1)


def _rows(blocks: list[Block], level: int, depth: float, *, brief: bool) -> Iterator[Row]:
    """Yield the rows of neighbours; what a group of alike repeats is as deep as the group."""
    for together in _neighbours(blocks) if brief else ([block] for block in blocks):
        block = together[0]
        if len(together) > 1:
            yield _joined(together, level)
            continue
        inner = depth if block.times > 1 else depth - 1
        opens = bool(block.children) and inner > 0 and not (brief and block.macs == 0)
        yield _row(block, level, closed=bool(block.children) and not opens)
        if opens:
            yield from _rows(block.children, level + 1, inner, brief=brief)


def _neighbours(blocks: list[Block]) -> Iterator[list[Block]]:
    """Yield blocks in order; single layers without MACs that follow each other together."""
    waiting: list[Block] = []
    for block in blocks:
        if block.macs == 0 and not block.children and block.runs == 1:
            waiting.append(block)
            continue
        if waiting:
            yield waiting
            waiting = []
        yield [block]
    if waiting:
        yield waiting


def _row(block: Block, level: int, *, closed: bool) -> Row:
    shows_shape = closed or not block.children or block.times > 1
    return Row(
        level,
        block.name,
        block.operators,
        block.shape if shows_shape else None,
        block.runs,
        block.times,
        block.layers,
        block.macs,
        block.parameters,
        closed,
        block.known_macs,
        block.amounts,
        block.unpriced,
        block.assumed,
    )


def _joined(blocks: list[Block], level: int) -> Row:
    together = Block(f"{blocks[0].name} … {blocks[-1].name}", macs=0)
    sum_up(together, blocks)
    return _row(together, level, closed=True)
