"""A good made-up capture and the profile fitted to it; and both with one thing wrong."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from py.measure.__main__ import main
from py.measure.capture.file import CaptureFile
from py.measure.capture.header import Header
from py.measure.check.checks import Checked, checked
from py.measure.check.subject import read_subject
from py.measure.table.row_workload import workload_of_row
from py.terminal import run
from tests.measure.made_rows import Cells, made_rows, rows_of

ID = "made"
FACTS: dict[str, Any] = {
    "name": "A made-up machine",
    "licence": "CC0-1.0",
    "device": "made-up processor",
    "software": "made up 1.0",
    "precision": "fp32",
    "clocks": "1,000 MHz, fixed",
    "idle_power_w": {"value": 10.0, "source": "the capture's own rows of idling"},
    "rated_power_w": {"value": 80.0, "source": "made up for tests"},
    "measured": {
        "who": None,
        "date": "2026-11-21",
        "source": f"public/captures/{ID}.csv.gz",
        "licence": "CC0-1.0",
        "method": "made up for tests",
    },
    "remarks": ["Nothing of this was measured."],
}
HEADER = Header(
    plan="quick",
    plan_hash="0123456789abcdef",
    started="2026-11-21T10:00:00Z",
    runner={"name": "made up", "version": "1.0"},
    device="cpu",
    machine={
        "processor": {"name": "made-up processor"},
        "share": {"threads": 4},
        "load": {"others_cpus": 0.1},
        "gpus": [],
    },
    method={"window_s": 0.2},
)


def made_cells(*ops: str, rows: int = 30, seed: int = 1) -> list[Cells]:
    """Return the rows of a capture: layers with all that is measured, between idle readings."""
    found = [_idle(0, 10.0)]
    for place, op in enumerate(ops or ("fc",)):
        for cells in made_rows(op, rows, seed=seed + place):
            found.append(_captured(cells, len(found)))
        found.append(_idle(len(found), 10.0 + 0.1 * place))
    return [*found, _idle(len(found), 10.2)]


def _captured(cells: Cells, place: int) -> Cells:
    (row,) = rows_of([cells])
    runtime, energy = float(cells["runtime_ms"]), float(cells["energy_mj"])
    return {
        **cells,
        "direction": "forward",
        "macs": str(workload_of_row(row).macs),
        "runtime_se_ms": repr(runtime * 0.01),
        "runtime_min_ms": repr(runtime * 0.97),
        "repetitions": "100",
        "window_s": "0.2",
        "energy_se_mj": repr(energy * 0.02),
        "package_mj": repr(energy),
        "power_samples_w": f"{cells['power_w']} {cells['power_w']}",
        "outlier": "0",
        "started": _moment(place),
    }


def _idle(place: int, power_w: float) -> Cells:
    return {
        "op": "idle",
        "batch": "1",
        "power_w": repr(power_w),
        "window_s": "1",
        "started": _moment(place),
    }


def _moment(place: int) -> str:
    return f"2026-11-21T10:{place // 60 % 60:02}:{place % 60:02}.000Z"


def write_capture(path: Path, cells: Sequence[Cells], **changes: Any) -> Path:
    """Write a capture, its header with changes."""
    with CaptureFile(path, replace(HEADER, **changes)) as file:
        for row in cells:
            file.append(row)
    return path


def fit(folder: Path, capture: Path, **facts: Any) -> Path:
    """Fit a profile to a capture, as the command does; return its path."""
    about, output = folder / "facts.json", folder / f"{ID}.json"
    about.write_text(json.dumps(FACTS | facts), encoding="utf-8")
    given = ["fit", str(capture), "--id", ID, "--about", str(about), "--output", str(output)]
    assert run(main, given) == 0
    return output


def made(
    folder: Path, *ops: str, change: Callable[[list[Cells]], object] = len, **header: Any
) -> Path:
    """Write a capture whose rows were changed, fit a profile to it, and return the profile."""
    cells = made_cells(*ops)
    change(cells)
    return fit(folder, write_capture(folder / f"{ID}.csv.gz", cells, **header))


def look(profile: Path, *captures: Path, own_names: frozenset[str] = frozenset()) -> Checked:
    """Check a profile, with nothing published."""
    return checked(read_subject(profile, captures, own_names, profile.parent / "none"))


def failed(found: Checked) -> list[str]:
    """Return the codes of the checks that failed."""
    return [check.code for check, _ in found.of("fail")]


def warned(found: Checked) -> list[str]:
    """Return the codes of the checks that warn."""
    return [check.code for check, _ in found.of("warn")]
