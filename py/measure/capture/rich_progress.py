"""A capture's progress as a bar, by rich."""

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

from py.columns import printable, shortened
from py.measure.capture.progress import Pace, duration, failed
from py.measure.meters.clock import SteadyClock
from py.measure.plans.shape import Shape

_MOST_SHOWN = 36
_DRAWN_EVERY_S = 0.2


class RichProgress:
    """A bar with rows done, rows that failed, the time left and the last shape."""

    def __init__(self, console: Console | None = None) -> None:
        self._bar = Progress(
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f} of {task.total:.0f} rows"),
            TextColumn("[red]{task.fields[failures]}"),
            TextColumn("{task.fields[left]}"),
            TextColumn("[dim]{task.fields[shape]}"),
            console=Console(stderr=True) if console is None else console,
            transient=True,
            auto_refresh=False,  # drawn between rows alone: a thread that draws would be measured
        )
        self._failed = 0
        self._pace: Pace | None = None
        self._clock = SteadyClock()
        self._drawn_s = self._clock.now_s()

    def began(self, total: int, done: int, seconds: float | None) -> None:
        self._pace = Pace(total, done, seconds, self._clock.now_s)
        self._task = self._bar.add_task(
            "",
            total=total,
            completed=done,
            failures="",
            left="" if seconds is None else f"about {duration(seconds)} left",
            shape="",
        )
        self._bar.start()
        self._bar.refresh()

    def row(self, done: int, shape: Shape, cells: Mapping[str, str]) -> None:
        if self._pace is None:
            return
        self._failed += failed(cells)
        left = self._pace.left_s(done)
        self._bar.update(
            self._task,
            completed=done,
            failures=f"{self._failed} failed" if self._failed else "",
            left="" if left is None else f"about {duration(left)} left",
            shape=escape(told(shape)),
        )
        now_s = self._clock.now_s()
        if now_s - self._drawn_s >= _DRAWN_EVERY_S:
            self._drawn_s = now_s
            self._bar.refresh()

    def note(self, text: str) -> None:
        self._bar.console.print(printable(text), markup=False, highlight=False)

    def ended(self) -> None:
        self._bar.stop()


def told(shape: Shape) -> str:
    """Return a shape in a few words."""
    sizes = [f"{name} {getattr(shape, name)}" for name in ("batch", "cin", "h", "cout")]
    known = [text for text in sizes if not text.endswith("None")]
    return shortened(printable(" ".join([shape.network or shape.op, *known])), _MOST_SHOWN)
