"""What an axis of the grid does to cost and time, as curves; platforms beside each other."""

from collections.abc import Sequence

from py.reports import svg
from py.reports.axis import Axis, around
from py.reports.frame import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, names
from py.sweep.summary.effects import AxisEffects, Effect
from py.sweep.summary.groups import axis_in_words, value_in_words
from py.sweep.summary.plots.ticks import in_times

Plot = tuple[str, str]
_MOST_NAMED = 7
_LETTERS = 12
_INSET = 24.0


def curves(effects: Sequence[AxisEffects]) -> list[Plot]:
    """Return a picture of one axis for each platform, on the scale of all of them."""
    ends = [
        value
        for one in effects
        for effect in (*one.costs, *one.times)
        for value in (effect.low, effect.high)
        if value is not None and value > 0
    ]
    if not ends:
        return []
    y = Axis(*around([*ends, 1.0]), BOTTOM, TOP)
    return [_curve(one, y) for one in effects]


def _curve(one: AxisEffects, y: Axis) -> Plot:
    places = _places([effect.value for effect in one.costs])
    every = -(-len(places) // _MOST_NAMED)
    parts = []
    for value in y.named():
        parts.append(svg.line((LEFT, y.place(value)), (RIGHT, y.place(value)), "grid"))
        parts.append(svg.text(LEFT - 8, y.place(value) + 4.5, in_times(value), "tick end"))
    for number, (effect, at) in enumerate(zip(one.costs, places, strict=True)):
        parts.append(svg.line((at, TOP), (at, BOTTOM), "grid"))
        if number % every == 0:
            words = value_in_words(one.axis, effect.value)
            short = words if len(words) <= _LETTERS else f"{words[: _LETTERS - 1]}…"
            parts.append(svg.text(at, BOTTOM + 20, short, "tick middle"))
    known = [(at, effect) for at, effect in zip(places, one.costs, strict=True) if effect.rows]
    band = [(at, y.place(effect.low or 1.0)) for at, effect in known]
    band += [(at, y.place(effect.high or 1.0)) for at, effect in reversed(known)]
    parts.append(svg.area(band, "band"))
    timed = [(at, e) for at, e in zip(places, one.times, strict=False) if e.median is not None]
    parts.append(svg.steps([(at, y.place(e.median or 1.0)) for at, e in timed], "same"))
    parts.append(svg.steps([(at, y.place(e.median or 1.0)) for at, e in known], "curve"))
    parts += [
        svg.told_dot((at, y.place(e.median or 1.0)), _said(one, e), "many", 4) for at, e in known
    ]
    first = value_in_words(one.axis, one.costs[0].value)
    axis = axis_in_words(one.axis)
    parts += names(axis, f"{one.word}, times that of {axis} {first}"[:52])
    dashed = "; dashed: time" if timed else ""
    label = (
        f"{one.platform}: {one.word} of an inference by {axis}, times that of {first}: the median "
        f"over models and otherwise equal options, shaded 8 of 10{dashed}."
    )
    return svg.picture(WIDTH, HEIGHT, label, parts), label


def _places(values: Sequence[str | int | float | None]) -> list[float]:
    """Return where values stand: by their logarithm where all have one, else side by side."""
    low, high = LEFT + _INSET, RIGHT - _INSET
    numbers = [float(v) for v in values if isinstance(v, int | float) and v > 0]
    if len(numbers) == len(values) and len(numbers) > 1 and numbers[0] < numbers[-1]:
        scale = Axis(numbers[0], numbers[-1], low, high)
        return [scale.place(value) for value in numbers]
    step = (high - low) / max(1, len(values) - 1)
    return [low + number * step for number in range(len(values))]


def _said(one: AxisEffects, effect: Effect) -> str:
    value = value_in_words(one.axis, effect.value)
    return (
        f"{axis_in_words(one.axis)} {value}: {in_times(effect.median or 1.0)}, {effect.rows:,} rows"
    )
