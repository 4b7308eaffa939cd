"""A capture of very many rows that are made up, written in seconds.

A block of rows of twelve kinds is compressed once and follows itself, as gzip members may. In each
block some rows have no result, some a power that is none, some ran while the device was held back.
"""

import csv
import gzip
import io
from pathlib import Path

from py.measure.capture.columns import COLUMNS
from tests.measure.capture.made import made_header
from tests.measure.made_rows import Cells, made_rows

KINDS = (
    *("conv", "grouped", "depthwise", "fc", "matmul", "pool"),
    *("elementwise", "norm", "lrn", "softmax", "attention", "recurrent"),
)
_EACH = 250
_SKIPPED, _HELD_BACK, _NO_POWER = range(3)
#: Rows of a block that are not fitted to, or not in full, of each kind.
LEFT_OUT = 2 * len(KINDS)
SET_ASIDE = len(KINDS)


def block_rows(kinds: tuple[str, ...] = KINDS) -> int:
    """Return how many rows are in a block."""
    return _EACH * len(kinds)


def write_many_rows(path: Path, blocks: int, kinds: tuple[str, ...] = KINDS) -> None:
    """Write a capture of so many blocks."""
    rows = [list(map(_full, _drawn(kind), range(_EACH))) for kind in kinds]
    mixed = [row for turn in zip(*rows, strict=True) for row in turn]
    head = io.StringIO()
    csv.writer(head, lineterminator="\n").writerow(COLUMNS)
    body = io.StringIO()
    csv.DictWriter(body, COLUMNS, lineterminator="\n").writerows(mixed)
    block = gzip.compress(body.getvalue().encode(), 1)
    with path.open("wb") as file:
        file.write(gzip.compress(f"{made_header().line}\n{head.getvalue()}".encode()))
        for _ in range(blocks):
            file.write(block)


def _drawn(kind: str) -> list[Cells]:
    """Return rows of a kind; convolutions in groups are made of others."""
    rows = made_rows("conv" if kind in ("grouped", "depthwise") else kind, _EACH)
    for row in rows:
        if kind == "depthwise":
            row |= {"groups": row["cin"], "cout": row["cin"]}
        elif kind == "grouped":
            row |= {"groups": "4", **{name: str(4 * int(row[name])) for name in ("cin", "cout")}}
    return rows


def _full(row: Cells, place: int) -> Cells:
    """Return the cells of a row as a capture has them, about as long as in one."""
    watts, milliseconds = row["power_w"], row["runtime_ms"]
    full = dict.fromkeys(COLUMNS, "") | row
    full |= {"direction": "forward", "repetitions": "157", "window_s": f"0.0500{place:03d}17"}
    full |= {"runtime_se_ms": f"{0.0003 + place / 1e9:.9f}", "runtime_min_ms": milliseconds[:9]}
    full |= {"gpu_mj": row["energy_mj"], "energy_se_mj": f"0.0189{place:05d}"}
    full |= {"power_samples_w": " ".join([watts[:5]] * 20), "clock_seen_mhz": "1410"}
    full |= {"memory_clock_mhz": "1215", "temperature_c": "54", "outlier": "0"}
    full |= {"started": f"2026-01-02T03:04:{place % 60:02d}.{place:03d}Z"}
    if place == _SKIPPED:
        full |= dict.fromkeys(("runtime_ms", "power_w", "energy_mj"), "")
        full["note"] = f"skipped: needs 12.{place} GB, 8.0 GB are free"
    elif place == _HELD_BACK:
        full["throttled"] = "sw_thermal_slowdown"
    elif place == _NO_POWER:
        full["power_w"] = "-1"
    return full
