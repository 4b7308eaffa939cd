"""Rows of layers drawn at random, timed by a formula with noise: what a fit of them should find."""

import csv
import io
import math
import random
from collections.abc import Mapping, Sequence

from py.measure.table.row import COLUMNS, Row
from py.measure.table.row_workload import workload_of_row
from py.measure.table.rows import parse_rows
from py.platforms.measured.features import features_of

Cells = dict[str, str]


def made_rows(
    op: str, count: int, *, seed: int = 1, noise: float = 0.05, power: bool = True
) -> list[Cells]:
    """Return cells of rows: a launch, a roofline of work and bytes, powers from 20 to 60 W."""
    generator = random.Random(seed)
    return [_timed(_drawn(op, generator), generator, noise, power) for _ in range(count)]


def rows_of(cells: Sequence[Mapping[str, str]]) -> list[Row]:
    """Return rows as a table of these cells is read."""
    return list(parse_rows(table_of(cells).encode(), "made.csv").rows)


def table_of(cells: Sequence[Mapping[str, str]]) -> str:
    """Return cells as CSV: the known columns, then any others."""
    others = sorted({name for row in cells for name in row} - set(COLUMNS))
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS, *others], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells)
    return text.getvalue()


def timed_s(cells: Mapping[str, str], clock: float = 1.0) -> float:
    """Return what a row takes without noise, at a share of the full clock."""
    plain = {name: value for name, value in cells.items() if name in COLUMNS}
    (row,) = rows_of([plain])
    feature = features_of(workload_of_row(row))
    computed = (feature["macs"] / 2e11 + feature["ops"] / 2e10) / clock
    return 8e-6 / clock + computed + feature["bytes"] / 3e10


def _timed(cells: Cells, generator: random.Random, noise: float, power: bool) -> Cells:
    seconds = timed_s(cells) * math.exp(generator.gauss(0, noise))
    cells["runtime_ms"] = repr(seconds * 1000)
    if power:
        watts = (20 + 40 * (1 - math.exp(-seconds / 1e-3))) * math.exp(generator.gauss(0, 0.03))
        cells["power_w"] = repr(watts)
        cells["energy_mj"] = repr(watts * seconds * 1000)
    return cells


def _drawn(op: str, generator: random.Random) -> Cells:
    def draw(low: int, high: int) -> int:
        return round(low * math.exp(generator.random() * math.log(high / low)))

    sizes: dict[str, int] = {"batch": draw(1, 128)}
    if op in ("fc", "matmul"):
        sizes |= {"cin": draw(8, 2048), "cout": draw(8, 2048)}
        sizes |= {"groups": draw(1, 16)} if op == "matmul" else {}
    elif op in ("conv", "pool"):
        window = generator.choice([1, 3, 5])
        sizes |= {"cin": draw(3, 256), "h": draw(7, 64), "kh": window, "pad": window // 2}
        sizes |= {"stride": generator.choice([1, 2])}
        sizes |= {"cout": draw(8, 256), "groups": 1} if op == "conv" else {}
    elif op == "attention":
        sizes |= {"groups": draw(1, 16), "h": draw(8, 256), "w": draw(8, 256), "cin": 64}
    elif op == "recurrent":
        sizes |= {"h": draw(1, 64), "cin": draw(8, 512), "cout": draw(8, 512)}
    else:
        sizes |= {"cin": draw(1, 512), "h": draw(1, 64), "w": draw(1, 64)}
    return {"op": op, "dtype": "fp32"} | {name: str(value) for name, value in sizes.items()}
