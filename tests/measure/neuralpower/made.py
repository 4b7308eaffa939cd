"""Layers drawn at random, timed by a formula: what a fit of them should find is known."""

import random
from collections.abc import Callable

from py.measure.neuralpower.features import values_of
from py.measure.row import Row

Formula = Callable[[dict[str, float]], float]


def made(
    op: str, count: int, formula: Formula, seed: int = 5, *, power: Formula | None = None
) -> list[Row]:
    """Return layers whose runtime, and power if asked, follow from their features."""
    generator = random.Random(seed)
    rows = []
    for line in range(2, count + 2):
        bare = _drawn(op, generator, line)
        values = values_of(bare)
        rows.append(
            Row(
                **{name: getattr(bare, name) for name in _FIELDS},
                runtime_s=formula(values),
                power_w=None if power is None else power(values),
            )
        )
    return rows


_FIELDS = ("op", "batch", "cin", "h", "w", "cout", "kh", "kw", "stride", "pad", "dtype", "line")


def _drawn(op: str, generator: random.Random, line: int) -> Row:
    draw = generator.randint
    if op == "fc":
        return Row(
            op, batch=draw(1, 64), cin=draw(1, 512), cout=draw(1, 512), dtype="fp32", line=line
        )
    return Row(
        op,
        batch=draw(1, 16),
        cin=draw(1, 32),
        h=draw(8, 32),
        w=draw(8, 32),
        cout=draw(1, 32) if op == "conv" else None,
        kh=draw(1, 5),
        kw=draw(1, 5),
        stride=draw(1, 3),
        pad=draw(0, 2),
        dtype="fp32",
        line=line,
    )
