"""Does more work take more time and more energy?"""

from collections.abc import Iterator

from py.measure.check.finding import Finding, listed, not_checked, passed
from py.measure.check.subject import Subject
from py.measure.check.trend_shapes import growing
from py.measure.report import units
from py.platforms.measured.engine import Measured
from py.platforms.measured.model import KindModel

_ROUNDING = 1 - 1e-9
_REMEDY = "Fit with the default form, whose terms only grow; look at rows with impossible times."


def trends(subject: Subject) -> Finding:
    """Say whether time and energy grow with the batch, 1 to 256, and the image's side."""
    platform = subject.platform
    if platform is None:
        return not_checked("The profile can't be read: see the check of its form.")
    falls, lists = [], 0
    for model in platform.profile.models.values():
        for found in _falls_of(platform, model):
            lists += 1
            falls += found
    if falls:
        return Finding("fail", f"{len(falls)} of {lists} lists fall: {listed(falls, 2)}.", _REMEDY)
    return passed(
        f"In {lists} lists of growing layers ({len(platform.profile.models)} models; batch 1 to "
        "256, image side 8 to 512) neither time nor energy falls."
    )


def _falls_of(platform: Measured, model: KindModel) -> Iterator[list[str]]:
    """Yield for each list of a kind where it falls, if it does."""
    for name, base, works in growing(model):
        found: list[str] = []
        before: tuple[int, float, float | None] | None = None
        for size, work in works:
            estimate = platform.answer(work).estimate()
            now = size, estimate.time_s, estimate.energy_j
            if before is not None and not found:
                falls = _fall(before[1], now[1], "s") or _fall(before[2], now[2], "J")
                step = f"between {name} {before[0]} and {size} ({base.told})"
                found = [f"{model.kind} ({model.dtype}) {falls} {step}"] if falls else []
            before = now
        yield found


def _fall(before: float | None, now: float | None, unit: str) -> str:
    """Return what falls from where to where; blank where it does not."""
    if before is None or now is None or now >= before * _ROUNDING:
        return ""
    return f"falls from {units.quantity(before, unit)} to {units.quantity(now, unit)}"
