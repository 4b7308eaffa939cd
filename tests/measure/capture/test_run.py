"""A plan's run: in order, within its time, whatever the date does."""

import contextlib
import math
import signal
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.measure.capture.columns import IDLE, key_of
from py.measure.capture.file import CaptureFile
from py.measure.capture.reading import open_capture
from py.measure.capture.run import Outcome, run_capture, stamp
from py.measure.capture.stop import StoppedError
from py.measure.plans.shape import Shape
from tests.measure.capture.made import layers, made_header

START = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)


class FakeClock:
    """Stands still until it is told how long something took."""

    def __init__(self) -> None:
        self.at_s = 1000.0

    def now_s(self) -> float:
        return self.at_s

    def sleep_s(self, seconds: float) -> None:
        self.at_s += seconds


class FakeStation:
    """Measures each shape in ``seconds``, with the cells that ``told`` says."""

    def __init__(self, clock: FakeClock, seconds: float = 1.0) -> None:
        self.clock, self.seconds = clock, seconds
        self.asked: list[str] = []
        self.told: dict[str, Mapping[str, str]] = {}
        self.stop_at: tuple[str, int] | None = None

    def measure(self, shape: Shape) -> Mapping[str, str]:
        name = shape.network or str(shape.batch)
        self.asked.append(name)
        self.clock.sleep_s(self.seconds)
        if self.stop_at is not None and self.stop_at[0] == name:
            signal.raise_signal(self.stop_at[1])
        return self.told.get(name, {"runtime_ms": "1"})

    def idle(self) -> Mapping[str, str]:
        self.asked.append(IDLE)
        self.clock.sleep_s(2.0)
        return {"power_w": "5", "window_s": "2"}


class Told:
    """A progress that remembers."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def began(self, total: int, done: int, seconds: float | None) -> None:
        self.lines.append(f"began {total} {done} {seconds}")

    def row(self, done: int, shape: Shape, cells: Mapping[str, str]) -> None:
        self.lines.append(f"row {done} {shape.batch}")

    def note(self, text: str) -> None:
        self.lines.append(text)

    def ended(self) -> None:
        self.lines.append("ended")


class Made:
    """Everything that a run needs, with a clock that stands still."""

    def __init__(self, path: Path, seconds: float = 1.0) -> None:
        self.path = path / "a.csv.gz"
        self.clock = FakeClock()
        self.station = FakeStation(self.clock, seconds)
        self.told = Told()
        self.dates = [START]

    def date(self) -> datetime:
        return self.dates.pop(0) if len(self.dates) > 1 else self.dates[0]

    def run(
        self,
        shapes: list[Shape],
        *,
        budget_s: float | None = None,
        idle: bool = False,
        until_s: float = math.inf,
    ) -> Outcome:
        with CaptureFile(self.path, made_header()) as file:
            return run_capture(
                *(shapes, file, self.station, self.told),
                budget_s=budget_s,
                idle=idle,
                until_s=until_s,
                clock=self.clock,
                date=self.date,
            )

    @property
    def rows(self) -> list[dict[str, str]]:
        with open_capture(self.path) as found:
            return [dict(row) for row in found.rows()]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def networks(count: int) -> list[Shape]:
    return [Shape("network", 1, network=f"n{place}") for place in range(count)]


def test_a_plan_is_measured_in_order_with_idle_windows_around(made: Made) -> None:
    assert made.run(layers(3) + networks(1), idle=True) == Outcome(measured=4)
    assert made.station.asked == ["idle", "1", "2", "3", "n0", "idle"]
    first, row, *_ = made.rows
    assert (first["op"], first["power_w"], first["runtime_ms"]) == ("idle", "5", "")
    assert (row["batch"], row["macs"], row["started"]) == (
        *("1", str(64 * 32)),
        "2026-01-02T03:04:05.678Z",
    )
    assert made.told.lines == [
        *("began 4 0 None", "row 1 1", "row 2 2", "row 3 3", "row 4 1", "ended")
    ]


def test_idle_windows_stand_between_too(tmp_path: Path) -> None:
    made = Made(tmp_path, seconds=50.0)
    made.run(layers(7), idle=True)
    assert made.station.asked == [
        *("idle", "1", "2", "3", "idle", "4", "5", "6", "idle", "7", "idle")
    ]


def test_what_is_there_is_not_measured_again(made: Made) -> None:
    made.station.told["2"] = {"note": "skipped: out of memory"}
    made.station.told["3"] = {"note": "failed: no answer within 160 s"}
    assert made.run(layers(3)) == Outcome(measured=1, failed=1, skipped=1)
    assert made.run(layers(5)) == Outcome(measured=3, failed=1, skipped=1)
    assert made.station.asked == ["1", "2", "3", "4", "5"]
    assert made.run(layers(5), idle=True).measured == 3
    assert made.station.asked == ["1", "2", "3", "4", "5"], "nothing to do is nothing done"
    assert [row["batch"] for row in made.rows] == ["1", "2", "3", "4", "5"]
    assert "fc: failed: no answer within 160 s" in made.told.lines


def test_a_shape_that_a_plan_has_twice_is_measured_once(made: Made) -> None:
    assert made.run(layers(2) + layers(2)) == Outcome(measured=2)
    assert made.station.asked == ["1", "2"]


def test_networks_run_when_time_has_run_out(made: Made) -> None:
    found = made.run(layers(10) + networks(3), budget_s=4.5)
    assert made.station.asked == ["1", "2", "3", "4", "n0", "n1", "n2"]
    assert found == Outcome(measured=7, left_out=6)
    made.station.asked.clear()
    made.run(layers(10) + networks(3), budget_s=4.5)
    assert made.station.asked == [], "its time is spent"
    made.run(layers(10) + networks(3), budget_s=6.5)
    assert made.station.asked == ["5", "6"], "more time, more layers"


@pytest.mark.parametrize("rows", range(8))
def test_stopped_anywhere_and_gone_on_with_it_has_the_same_rows(tmp_path: Path, rows: int) -> None:
    """Layers take 1 s, 2 s and so on; the budget ends amid them, networks come after."""
    shapes = layers(10) + networks(2)
    found = []
    for name, stops in (("whole", None), ("stopped", rows)):
        (tmp_path / name).mkdir()
        made = Made(tmp_path / name)
        measure = made.station.measure

        def longer(shape: Shape, made: Made = made, measure: Any = measure) -> Mapping[str, str]:
            made.station.seconds = 1.0 if shape.network else float(shape.batch)
            return measure(shape)  # type: ignore[no-any-return]

        made.station.measure = longer  # type: ignore[method-assign]
        if stops is not None:
            shape = shapes[stops]
            made.station.stop_at = shape.network or str(shape.batch), signal.SIGTERM
            with contextlib.suppress(StoppedError):
                made.run(shapes, budget_s=20.0)
            made.station.stop_at = None
            made.clock.at_s += 1e6
        made.run(shapes, budget_s=20.0)
        found.append([(key_of(row), row["took_s"]) for row in made.rows])
    assert found[0] == found[1]
    assert [took for _, took in found[0]] == [f"{s}.000" for s in (1, 2, 3, 4, 5, 6, 1, 1)]


def test_a_spent_budget_goes_straight_on_to_networks(made: Made) -> None:
    made.run(layers(10), budget_s=3.0)
    assert made.station.asked == ["1", "2", "3"]
    made.station.asked.clear()
    found = made.run(layers(10) + networks(2), budget_s=3.0)
    assert made.station.asked == ["n0", "n1"]
    assert found == Outcome(measured=5, left_out=7)
    assert "began 12 3 5.0" in made.told.lines, "what is left is said, 2.5 s for each network"


def test_from_a_time_on_nothing_is_begun_not_even_a_network(made: Made) -> None:
    found = made.run(layers(3) + networks(2), idle=True, until_s=1005.5)
    assert made.station.asked == ["idle", "1", "2", "3", "n0"]
    assert found == Outcome(measured=4, left_out=1)


def test_idle_windows_cost_layers_no_time(made: Made) -> None:
    made.run(layers(5), budget_s=4.5, idle=True)
    assert made.station.asked == ["idle", "1", "2", "3", "4", "idle"]
    made.run(layers(5), budget_s=4.5, idle=True)
    assert made.station.asked[6:] == [], "nothing to do is nothing done"
    made.run(layers(5), budget_s=5.0, idle=True)
    assert made.station.asked[6:] == ["idle", "5", "idle"]


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400), timedelta(hours=1)])
def test_a_date_that_jumps_changes_what_is_written_alone(made: Made, jump: timedelta) -> None:
    made.dates = [START, START + jump, START, START + 2 * jump]
    assert made.run(layers(4), budget_s=60.0) == Outcome(measured=4)
    assert [row["started"] for row in made.rows] == [
        stamp(date) for date in (START, START + jump, START, START + 2 * jump)
    ]


def test_dates_are_in_utc_to_the_millisecond() -> None:
    from datetime import timezone

    eastern = timezone(timedelta(hours=-5))
    assert stamp(datetime(2026, 1, 1, 22, 0, 0, 999_999, eastern)) == "2026-01-02T03:00:00.999Z"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_stops_between_rows_and_the_same_command_goes_on(made: Made, name: str) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)
    made.station.stop_at = ("3", number)
    with pytest.raises(StoppedError) as error:
        made.run(layers(5))
    assert error.value.exit_code == 128 + number
    assert signal.getsignal(number) == before
    assert [row["batch"] for row in made.rows] == ["1", "2"]
    assert made.told.lines[-1] == "ended"
    made.station.stop_at = None
    made.run(layers(5))
    assert [row["batch"] for row in made.rows] == ["1", "2", "3", "4", "5"]


def test_a_signal_amid_a_row_s_writing_waits_for_its_end(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = CaptureFile.append

    def interrupted(self: CaptureFile, cells: Mapping[str, str]) -> None:
        signal.raise_signal(signal.SIGINT)
        append(self, cells)

    monkeypatch.setattr(CaptureFile, "append", interrupted)
    with pytest.raises(StoppedError):
        made.run(layers(3))
    assert [row["batch"] for row in made.rows] == ["1"]


def test_ignored_signals_stay_ignored(made: Made) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        made.station.stop_at = ("1", signal.SIGHUP)
        assert made.run(layers(2)) == Outcome(measured=2)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_full_disk_ends_the_run_and_the_next_one_goes_on(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = CaptureFile._write

    def full(self: CaptureFile, data: bytes) -> None:
        if len(self.done) == 2:
            write(self, data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        write(self, data)

    with monkeypatch.context() as patch:
        patch.setattr(CaptureFile, "_write", full)
        with pytest.raises(JoulegraphError) as error:
            made.run(layers(5))
    assert error.value.code == "disk-full"
    assert "it has 2 rows" in error.value.message
    made.run(layers(5))
    assert [key_of(row) for row in made.rows] == [key_of(shape.cells) for shape in layers(5)]
