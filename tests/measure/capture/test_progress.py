"""What is told of a capture's progress: plain lines and a bar."""

import io

from rich.console import Console

from py.measure.capture.progress import Pace, PlainProgress, duration
from py.measure.capture.rich_progress import RichProgress, told
from py.measure.plans.shape import Shape
from tests.measure.capture.made import layers


class Clock:
    at_s = 0.0

    def now_s(self) -> float:
        return self.at_s

    def sleep_s(self, seconds: float) -> None:
        self.at_s += seconds


def test_plain_lines_come_now_and_then() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = PlainProgress(stream, clock)
    progress.began(100, 20, None)
    for count, shape in enumerate(layers(30), 1):
        clock.sleep_s(1.0)
        note = "failed: the process ended with signal 9" if count == 15 else ""
        progress.row(20 + count, shape, {"note": note})
    progress.note("some\x1b[2Jthing")
    progress.ended()
    assert stream.getvalue().splitlines() == [
        "30 of 100 rows, about 70 s left",
        "40 of 100 rows, 1 failed, about 60 s left",
        "50 of 100 rows, 1 failed, about 50 s left",
        "some\N{REPLACEMENT CHARACTER}[2Jthing",
    ]


def test_what_is_left_is_not_more_than_there_is_time_for() -> None:
    clock = Clock()
    pace = Pace(1000, 0, 60.0, clock.now_s)
    assert pace.left_s(0) == 60.0
    clock.sleep_s(20.0)
    assert pace.left_s(0) == 40.0
    assert pace.left_s(10) == 40.0
    assert pace.left_s(900) == 20.0 * 100 / 900
    clock.sleep_s(100.0)
    assert pace.left_s(10) == 0.0
    assert Pace(10, 10, None, clock.now_s).left_s(10) is None


def test_durations_are_told_as_people_do() -> None:
    assert [duration(seconds) for seconds in (0.4, 61, 99.4, 100, 1620, 5969, 7200)] == [
        *("0 s", "61 s", "99 s", "2 min", "27 min", "99 min", "2.0 h")
    ]


def test_a_bar_shows_rows_failures_and_the_shape() -> None:
    stream = io.StringIO()
    progress = RichProgress(Console(file=stream, force_terminal=True, width=120))
    progress.began(3, 1, 60.0)
    progress.row(2, Shape("fc", 1, cin=8, cout=9), {"note": "failed: no answer within 160 s"})
    progress.note("[red]kept as it is[/]\x1b[2J")
    progress.row(3, Shape("network", 1, network="[bold]"), {})
    progress.ended()
    shown = stream.getvalue()
    assert "1 of 3 rows" in shown
    assert "60 s left" in shown
    assert "[red]kept as it is[/]\N{REPLACEMENT CHARACTER}[2J" in shown
    assert "3 of 3 rows" in shown
    assert "1 failed" in shown
    assert "[bold] batch 1" in shown


def test_a_shape_is_told_in_few_words() -> None:
    assert told(Shape("conv", 1, 3, 224, 224, 64, 7, 7, 2, 3)) == "conv batch 1 cin 3 h 224 cout 64"
    assert told(Shape("network", 8, network="resnet18")) == "resnet18 batch 8"
    assert len(told(Shape("network", 8, network="n" * 500))) == 36
