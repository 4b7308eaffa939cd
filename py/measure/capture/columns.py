"""The columns of a capture, and how a row is written as one line and known by its key."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import fields

from py.measure.plans.shape import Shape
from py.measure.table import row

#: The columns of every table first, then what a capture knows besides.
COLUMNS = (
    *row.COLUMNS,
    *("variant", "network", "direction", "clock_mhz"),
    *("macs", "ops", "ifmap_elements", "weight_elements", "ofmap_elements"),
    *("runtime_se_ms", "runtime_min_ms", "repetitions", "window_s"),
    *("energy_se_mj", "gpu_mj", "package_mj", "core_mj", "dram_mj", "soc_mj"),
    "power_samples_w",
    *("clock_seen_mhz", "memory_clock_mhz", "temperature_c", "throttled"),
    *("outlier", "started", "took_s", "note"),
)

#: The columns that say what was to be measured.
ASKED = tuple(one.name for one in fields(Shape))

IDLE = "idle"
FAILED = "failed"
_MOST_CELL = 2_000


def cell_of(text: str) -> str:
    """Return a cell's text as a file keeps it: on one line, in letters that UTF-8 has, bounded."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text[:_MOST_CELL]


def key_of(cells: Mapping[str, str]) -> str:
    """Return what tells a row from all others of a capture, as a file keeps it."""
    return line_of([cells.get(name, "") for name in ASKED])


def line_of(cells: Sequence[str]) -> str:
    """Return cells as one line of comma-separated values, without its end."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([cell_of(cell) for cell in cells])
    return text.getvalue()


def cells_of(line: str) -> list[str]:
    """Return the cells of one line.

    Raises:
        ValueError: the line is none of comma-separated values.
    """
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error as error:
        raise ValueError(str(error)) from None
