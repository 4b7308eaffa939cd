"""Measuring a plan from its first shape to its last, or for as long as there is time.

Idle windows stand before, between and after, so that drift shows. When the layers' time runs out,
those that are left over are not measured; whole networks are, at the plan's end: they test a fit.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from py.measure.capture.columns import IDLE, key_of
from py.measure.capture.counted import counted_cells
from py.measure.capture.file import CaptureFile
from py.measure.capture.progress import Progress, failed
from py.measure.capture.reading import open_capture
from py.measure.capture.stop import Stop
from py.measure.capture.time_budget import TimeBudget, expected_s, took_cell
from py.measure.meters.clock import Clock, SteadyClock
from py.measure.plans.shape import Shape
from py.measure.table.row import NETWORK

_IDLE_EVERY_S = 120.0


class Measuring(Protocol):
    """What a capture needs of a station."""

    def measure(self, shape: Shape) -> Mapping[str, str]: ...

    def idle(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a plan: rows of the capture, and what was left out as time ran out."""

    measured: int = 0
    failed: int = 0
    skipped: int = 0
    left_out: int = 0


def now() -> datetime:
    """Return the date and time, in UTC."""
    return datetime.now(UTC)


def run_capture(
    shapes: Sequence[Shape],
    file: CaptureFile,
    station: Measuring,
    progress: Progress,
    *,
    budget_s: float | None = None,
    network_s: float = 2.5,
    until_s: float = math.inf,
    idle: bool = True,
    clock: Clock | None = None,
    date: Callable[[], datetime] = now,
) -> Outcome:
    """Measure the shapes that a file does not have, and append them to it.

    ``budget_s`` bounds the time of layers, those that the file has included; ``network_s`` is about
    how long a network takes, and ``idle`` asks for idle windows. From ``until_s`` of the clock on
    nothing is begun. Only ``clock``, which never jumps, says how long a row took; ``date`` is
    written down.

    Raises:
        StoppedError: a signal ended it between two rows; the file has all that was measured.
        JoulegraphError: the file can't be written, or the runner's process can't be started.
    """
    clock = SteadyClock() if clock is None else clock
    wanted = {key_of(shape.cells): shape for shape in shapes}
    rest = [shape for key, shape in wanted.items() if key not in file.done]
    before = len(wanted) - len(rest)
    budget = TimeBudget(budget_s)
    if budget_s is not None:
        with open_capture(file.path) as had:
            budget.charge_all(had.rows())
    networks = sum(shape.op == NETWORK for shape in rest)
    idle = idle and any(map(budget.has_time_for, rest))
    keeper = _Keeper(file, station, clock, date)
    left_out = 0
    with Stop() as stop:
        progress.began(len(wanted), before, expected_s(budget.left_s, networks, network_s))
        try:
            if idle:
                keeper.idle(stop)
            idle_s = clock.now_s()
            for shape in rest:
                if clock.now_s() >= until_s or not budget.has_time_for(shape):
                    left_out += 1
                    continue
                cells = keeper.shape(shape, stop)
                budget.charge(cells)
                progress.row(before + keeper.rows, shape, cells)
                if failed(cells):
                    progress.note(f"{shape.network or shape.op}: {cells['note']}")
                if idle and clock.now_s() - idle_s >= _IDLE_EVERY_S:
                    keeper.idle(stop)
                    idle_s = clock.now_s()
            if idle and clock.now_s() < until_s:
                keeper.idle(stop)
        finally:
            progress.ended()
    return _outcome([note for key, note in file.done.items() if key in wanted], left_out)


class _Keeper:
    """Has shapes measured and keeps their rows."""

    def __init__(
        self, file: CaptureFile, station: Measuring, clock: Clock, date: Callable[[], datetime]
    ) -> None:
        self._file, self._station, self._clock, self._date = file, station, clock, date
        self.rows = 0

    def shape(self, shape: Shape, stop: Stop) -> Mapping[str, str]:
        """Measure a shape and return its row."""
        began_s = self._clock.now_s()
        row = {**shape.cells, **counted_cells(shape)}
        row |= {"started": stamp(self._date()), **self._station.measure(shape)}
        row["took_s"] = took_cell(self._clock.now_s() - began_s)
        with stop.shielded():
            self._file.append(row)
            self.rows += 1
        return row

    def idle(self, stop: Stop) -> None:
        began_s = self._clock.now_s()
        row = {"op": IDLE, "started": stamp(self._date()), **self._station.idle()}
        row["took_s"] = took_cell(self._clock.now_s() - began_s)
        with stop.shielded():
            self._file.append(row)


def _outcome(notes: Sequence[str], left_out: int) -> Outcome:
    failures = sum(failed({"note": note}) for note in notes)
    skipped = sum(note.startswith("skipped") for note in notes)
    return Outcome(len(notes) - failures - skipped, failures, skipped, left_out)


def stamp(date: datetime) -> str:
    """Return a date in ISO 8601, in UTC, to the millisecond."""
    return date.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
