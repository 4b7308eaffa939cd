"""One look at each row of a capture, in bounded memory."""

import gzip
import math
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from py.errors import JoulegraphError
from py.measure.capture.columns import ASKED, COLUMNS, IDLE
from py.measure.capture.reading import Captured, open_capture
from py.measure.check.survey import Counts, Extreme, Reading, Survey
from py.measure.table.cells import number

_FEW = 20
_MOST_DISTINCT = 200_000
_NUMBERS = (
    *("runtime_ms", "power_w", "energy_mj", "macs", "runtime_se_ms", "runtime_min_ms"),
    *("window_s", "energy_se_mj", "gpu_mj", "package_mj", "core_mj", "dram_mj", "soc_mj"),
    *("clock_seen_mhz", "memory_clock_mhz", "temperature_c"),
)
_POSITIVE = ("runtime_ms", "power_w", "energy_mj", "runtime_min_ms", "window_s")
_PIECE = 1 << 20


def surveyed(path: Path) -> Survey:
    """Return what a capture holds; a file that is none has the reason."""
    survey = Survey()
    try:
        with open_capture(path) as captured:
            _survey(survey, captured)
        survey.cut = _is_cut(path)
    except JoulegraphError as error:
        survey.problem = error.message
    return survey


def _survey(survey: Survey, captured: Captured) -> None:
    survey.header, survey.columns = captured.header, captured.columns
    missing = [name for name in COLUMNS if name not in captured.columns]
    if missing or survey.header is None:
        what = f"the columns {', '.join(missing[:_FEW])}" if survey.header else "a header and rows"
        survey.problem = f"{captured.name} should have {what}, got none."
        return
    survey.first = _moment(survey.header.started)
    lines: dict[int, int] = {}
    for line, cells in enumerate(captured.rows(), 3):
        survey.rows += 1
        _see(survey, cells, line, lines)
    if captured.damaged:
        survey.problem = f"{captured.name} is damaged after {survey.rows} rows."


def _is_cut(path: Path) -> bool:
    """Say whether the file ends before its last gzip member does."""
    try:
        with gzip.open(path) as file:
            while file.read(_PIECE):
                pass
    except (OSError, EOFError, zlib.error):
        return True
    return False


def _see(survey: Survey, cells: Mapping[str, str], line: int, lines: dict[int, int]) -> None:
    found = {name: _number(survey, name, cells[name], line) for name in _NUMBERS}
    op = cells["op"]
    key = op, cells["dtype"], cells["direction"]
    counts = survey.groups.setdefault(key, Counts()) if len(survey.groups) < _FEW**2 else Counts()
    counts.rows += 1
    _see_texts(survey, cells, line, counts)
    at_s = _elapsed(survey, cells["started"])
    if op == IDLE:
        if found["power_w"] is not None and len(survey.idle) < _MOST_DISTINCT:
            survey.idle.append(Reading(at_s, found["power_w"]))
        return
    if found["runtime_ms"] is None:
        return
    counts.timed += 1
    counts.outliers += cells["outlier"].strip() == "1"
    _see_duplicate(survey, cells, line, lines)
    _see_times(survey, cells, found, line)
    _see_powers(survey, cells, found, line, counts, at_s)


def _see_texts(survey: Survey, cells: Mapping[str, str], line: int, counts: Counts) -> None:
    note = cells["note"]
    if note:
        survey.noted += 1
        counts.skipped += note.startswith("skipped")
        counts.failed += note.startswith("failed")
        if len(survey.notes) < _FEW:
            survey.notes.append((line, cells["op"], note))
    for text in (note, cells["network"]):
        if text and len(survey.texts) < _MOST_DISTINCT:
            survey.texts.add(text)
    reasons = cells["throttled"].split()
    if reasons and cells["op"] != IDLE:
        counts.throttled += 1
        if len(survey.reasons) < _FEW:
            survey.reasons.update(reasons)


def _see_duplicate(
    survey: Survey, cells: Mapping[str, str], line: int, lines: dict[int, int]
) -> None:
    # A hash of the key, for a million keys are a gigabyte.
    before = lines.setdefault(hash(tuple(cells[name] for name in ASKED)), line)
    if before != line:
        survey.duplicate_rows += 1
        if len(survey.duplicates) < _FEW:
            survey.duplicates.append(f"line {line} ({cells['op']}) has the layer of line {before}")


def _see_times(
    survey: Survey, cells: Mapping[str, str], found: Mapping[str, float | None], line: int
) -> None:
    runtime, scatter, macs = found["runtime_ms"], found["runtime_se_ms"], found["macs"]
    assert runtime is not None
    if scatter is not None:
        survey.time_scatter.append(scatter / runtime)
    if macs and cells["direction"] != "training":
        kind = cells["op"], cells["dtype"]
        if len(survey.rates) < _FEW**2:
            survey.rates.setdefault(kind, Extreme())
        if kind in survey.rates:
            survey.rates[kind].see(1000 * macs / runtime, line)


def _see_powers(
    survey: Survey,
    cells: Mapping[str, str],
    found: Mapping[str, float | None],
    line: int,
    counts: Counts,
    at_s: float,
) -> None:
    runtime, power, energy = found["runtime_ms"], found["power_w"], found["energy_mj"]
    assert runtime is not None
    if power is None:
        return
    counts.powered += 1
    survey.most_power.see(power, line)
    survey.least_power.see(-power, line)
    for reading in _sampled(cells["power_samples_w"], at_s, found["window_s"], power):
        survey.powers.add(reading)
    if energy is None:
        return
    survey.energies += 1
    survey.energy_gap.see(abs(energy / (power * runtime) - 1), line)
    scatter = found["energy_se_mj"]
    if scatter is not None:
        survey.energy_scatter.append(scatter / energy)


def _sampled(cell: str, at_s: float, window_s: float | None, power: float) -> list[Reading]:
    """Return the sampled powers, spread over the row's window; without samples the row's own."""
    try:
        samples = [float(one) for one in cell.split()[:_FEW]]
    except ValueError:
        samples = []
    sane = [one for one in samples if 0 < one < math.inf]
    if not sane or window_s is None:
        return [Reading(at_s, power)]
    return [Reading(at_s + place * window_s / len(sane), one) for place, one in enumerate(sane)]


def _number(survey: Survey, name: str, cell: str, line: int) -> float | None:
    """Return a cell's number; one that it must not hold is noted, and unknown."""
    if not cell:
        return None
    try:
        value = number(cell)
    except ValueError:
        value = math.nan
    least = 0.0
    if value is not None and math.isfinite(value) and value >= least:
        if value > least or name not in _POSITIVE:
            return value
    elif value is None:
        return None
    survey.wrong_cells += 1
    if len(survey.wrong) < _FEW:
        expected = "a positive number" if name in _POSITIVE else "a number from 0"
        survey.wrong.append(f"line {line}: {name} is {cell[:30]!r}, not {expected}")
    return None


def _elapsed(survey: Survey, started: str) -> float:
    """Return the seconds from the capture's first moment to a row's; NaN where it is not told."""
    moment = _moment(started)
    if moment is None or survey.first is None:
        return math.nan
    return (moment - survey.first).total_seconds()


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
