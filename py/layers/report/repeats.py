"""Blocks in a row that are alike, as the layers of a transformer: shown once, with how often.

Alike are layers with the same operators, output shape, parameters, MACs, runs and, on a platform,
cost, and blocks of the same layers in the same order; names do not count.
"""

from collections.abc import Hashable

from py.layers.report.block import Block, sum_up

_LAYERS_IN_A_ROW = 4
_ROWS_SAVED = 8
_TRIES = 12
_LONGEST = 512
_LONGEST_SHIFT = 32


class Repeats:
    """Finds what is alike; a number stands for all blocks that are."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def folded(self, blocks: list[Block]) -> list[Block]:
        """Return blocks with those that follow each other alike as one."""
        if len(blocks) < 2:
            return blocks
        numbers = [self._number(block) for block in blocks]
        following = _following(numbers)
        result: list[Block] = []
        start = 0
        while start < len(blocks):
            period, count = _repeated(numbers, following, start, blocks)
            if count > 1:
                before = _shift(numbers, start, period, count, blocks)
                result += blocks[start : start + before]
                start += before
                result.append(_group(blocks[start : start + period * count], period, count))
            else:
                result.append(blocks[start])
            start += period * count
        return result

    def _number(self, block: Block) -> int:
        key: Hashable
        if block.alike is not None:
            return block.alike
        if block.children:
            key = (block.times, *(self._number(child) for child in block.children))
        else:
            key = (
                *(block.operators, block.shape, block.parameters, block.macs, block.runs),
                *(block.amounts, block.unpriced, block.assumed),
            )
        block.alike = self._numbers.setdefault(key, len(self._numbers))
        return block.alike


def _following(numbers: list[int]) -> list[int]:
    """Return for each place the next place with the same number, the end where there is none."""
    last: dict[int, int] = {}
    following = [len(numbers)] * len(numbers)
    for place in range(len(numbers) - 1, -1, -1):
        following[place] = last.get(numbers[place], len(numbers))
        last[numbers[place]] = place
    return following


def _repeated(
    numbers: list[int], following: list[int], start: int, blocks: list[Block]
) -> tuple[int, int]:
    """Return the length of what repeats from ``start`` on, and how often: (1, 1) for nothing."""
    best = (1, 1)
    place = start
    for _ in range(_TRIES):
        place = following[place]
        period = place - start
        if place + period > len(numbers) or period > _LONGEST:
            break
        if numbers[place - 1] != numbers[place - 1 + period]:
            continue
        unit = numbers[start:place]
        count = 1
        while numbers[start + count * period : start + (count + 1) * period] == unit:
            count += 1
        if count * period > best[0] * best[1] and _pays(period, count, blocks[start]):
            best = (period, count)
    return best


def _pays(period: int, count: int, first: Block) -> bool:
    """Say whether a repetition is worth a row of its own."""
    if period == 1:
        return count > 1 if first.children else count >= _LAYERS_IN_A_ROW
    return period * (count - 1) >= _ROWS_SAVED


def _shift(numbers: list[int], start: int, period: int, count: int, blocks: list[Block]) -> int:
    """Return how much later what repeats begins, where the rest allows, to have names together.

    A row of blocks of four layers, with two like theirs before, repeats from these on as well.
    """
    end = start + period * count
    rest = 0
    while rest < period - 1 and end + rest < len(numbers):
        if numbers[end + rest] != numbers[start + rest]:
            break
        rest += 1
    places = range(start, start + min(rest, _LONGEST_SHIFT) + 1)
    names = [block.name for block in blocks[start : places[-1] + period]]

    def together(place: int) -> int:
        own = names[place - start : place - start + period]
        first, last = min(own), max(own)
        letters = enumerate(zip(first, last, strict=False))
        return next((place for place, (a, b) in letters if a != b), len(first))

    return max(places, key=lambda place: (together(place), -place)) - start


def _group(blocks: list[Block], period: int, count: int) -> Block:
    """Return the block that stands for ``count`` alike in a row."""
    group = Block(f"{blocks[0].name} … {blocks[-1].name}")
    sum_up(group, blocks[:period], count)
    return group
