"""Shapes spread evenly over what layers are like: a low-discrepancy sample, as captures take."""

import math
import random
from collections.abc import Callable, Iterator

from py.measure.table.row import Row
from tests.measure.stranger.machines import Machine, measured
from tests.measure.stranger.networks import conv, fc, pool

_PRIMES = (2, 3, 5, 7, 11, 13, 17)
_MOST_S = 2.0
_MOST_ELEMENTS = 3e8


def sample(machine: Machine, count: int, seed: int = 3) -> list[Row]:
    """Return measured rows: half convolutions, the rest of every kind."""
    generator = random.Random(seed)
    shares = ((_conv, 0.45), (_depthwise, 0.12), (_grouped, 0.08), (_fc, 0.2), (_pool, 0.15))
    return [row for drawn, share in shares for row in _of(machine, drawn, share, count, generator)]


def _of(
    machine: Machine,
    drawn: Callable[[Iterator[float]], Row],
    share: float,
    count: int,
    generator: random.Random,
) -> list[Row]:
    found: list[Row] = []
    place = 17
    while len(found) < round(share * count):
        place += 1
        row = drawn(iter([_halton(place, base) for base in _PRIMES]))
        if _elements(row) > _MOST_ELEMENTS:
            continue
        taken = measured(machine, row, generator)
        if taken.runtime_s is not None and taken.runtime_s < _MOST_S:
            found.append(taken)
    return found


def _halton(place: int, base: int) -> float:
    found, part = 0.0, 1.0
    while place:
        part /= base
        found += part * (place % base)
        place //= base
    return found


def _elements(row: Row) -> float:
    area = (row.h or 1) * (row.w or 1)
    widest = max(row.cin or 1, row.cout or 1)
    return float(row.batch or 1) * widest * area


def _between(share: float, low: int, high: int) -> int:
    """Return a whole number between two, evenly by its logarithm."""
    return round(low * math.exp(share * math.log(high / low)))


def _one_of(share: float, values: tuple[int, ...]) -> int:
    return values[int(share * len(values))]


def _channels(share: float, low: int, high: int) -> int:
    """Return channels; large ones are in eights, as networks have them."""
    found = _between(share, low, high)
    return found if found < 16 else 8 * round(found / 8)


def _conv(draw: Iterator[float]) -> Row:
    batch, cin = _between(next(draw), 1, 256), _channels(next(draw), 3, 2048)
    side, cout = _between(next(draw), 7, 224), _channels(next(draw), 8, 2048)
    return conv(
        batch, cin, side, cout, _one_of(next(draw), (1, 1, 3, 3, 5, 7)), _one_of(next(draw), (1, 2))
    )


def _depthwise(draw: Iterator[float]) -> Row:
    batch, channels = _between(next(draw), 1, 256), _channels(next(draw), 16, 1024)
    side = _between(next(draw), 7, 112)
    window, stride = _one_of(next(draw), (3, 3, 5)), _one_of(next(draw), (1, 2))
    return conv(batch, channels, side, channels, window, stride, groups=channels)


def _grouped(draw: Iterator[float]) -> Row:
    batch, side = _between(next(draw), 1, 256), _between(next(draw), 7, 56)
    groups = _one_of(next(draw), (2, 8, 32))
    width = groups * _between(next(draw), 4, 32)
    return conv(batch, width, side, width, 3, _one_of(next(draw), (1, 2)), groups=groups)


def _fc(draw: Iterator[float]) -> Row:
    batch = _between(next(draw), 1, 256)
    return fc(batch, _channels(next(draw), 64, 16384), _channels(next(draw), 16, 4096))


def _pool(draw: Iterator[float]) -> Row:
    batch, channels = _between(next(draw), 1, 256), _channels(next(draw), 16, 2048)
    side = _between(next(draw), 7, 224)
    window = _one_of(next(draw), (2, 3, 7))
    return pool(batch, channels, side, window, _one_of(next(draw), (1, 2)))
