"""Workloads drawn at random, timed by a formula: what a fit of them should find is known."""

import random
from collections.abc import Callable, Mapping

from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.features import features_of
from py.platforms.measured.workload import Workload

Formula = Callable[[Mapping[str, float]], float]


def made(op: str, count: int, seed: int = 5, **fixed: int) -> list[Workload]:
    """Return workloads of a kind of row, some of whose columns may be fixed."""
    generator = random.Random(seed)
    sizes = [_drawn(op, generator) | fixed for _ in range(count)]
    return [workload_of_row(Row(op, **size)) for size in sizes]  # type: ignore[arg-type]


def timed(works: list[Workload], formula: Formula) -> list[float]:
    """Return what a formula of the features says of each."""
    return [formula(features_of(work)) for work in works]


def _drawn(op: str, generator: random.Random) -> dict[str, int]:
    draw = generator.randint
    if op == "fc":
        return {"batch": draw(1, 64), "cin": draw(1, 512), "cout": draw(1, 512)}
    sizes = {"batch": draw(1, 16), "cin": draw(1, 32), "h": draw(8, 32), "w": draw(8, 32)}
    window = {"kh": draw(1, 5), "kw": draw(1, 5), "stride": draw(1, 3), "pad": draw(0, 2)}
    return sizes | window | ({"cout": draw(1, 32)} if op == "conv" else {})
