"""How one shape is measured: warmed up until its time is steady, then run for one long window.

The window lasts for ``window_s``, ``updates`` steps of the slowest meter and ``least_runs`` runs,
whichever is longest. Energy is the difference of counters between two steps of theirs
(``py.measure.meters.window``), never a sum of sampled powers where a counter is there; power is
sampled besides, for a plot.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from py.measure.capture.measurement import Measurement
from py.measure.capture.watch import Beside, Watch
from py.measure.meters.background import Background
from py.measure.meters.clock import Clock
from py.measure.meters.device_state import DeviceState, StateReader
from py.measure.meters.meter import Domain, Meter
from py.measure.meters.window import WindowEnergy
from py.measure.runners.runner import Prepared, timings_of

_CHUNK_S = 0.01
_LEAST_RUNS = 2
_MOST_RUNS = 100_000
_NORMAL = 1.4826
"""The standard deviation of a normal distribution over its median absolute deviation."""
_MEDIAN_SE = 1.2533
"""The standard error of a median over that of a mean, of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Method:
    """The settings of measuring, part of a capture's header.

    ``network_s`` is the window of a whole network, of which there are few. ``steady`` is how far
    two halves of a warm-up may differ, and windows that agree. A window is an outlier from a ratio
    ``scattered`` of mean to median on, or its square of median to least. Windows are repeated, up
    to ``most_windows``, until ``agreeing`` agree with the fastest and one of them is no outlier;
    the fastest such counts, or an outlier that is marked. ``idle_s`` is how long an idle window
    lasts.
    """

    window_s: float = 0.05
    network_s: float = 1.0
    updates: int = 20
    least_runs: int = 8
    most_window_s: float = 20.0
    least_warm_up_s: float = 0.01
    most_warm_up_s: float = 0.3
    steady: float = 0.1
    scattered: float = 1.2
    most_windows: int = 4
    agreeing: int = 1
    idle_s: float = 2.0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"Method.{name}: positive and finite, got {value}")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def method_of(plan: str) -> Method:
    """Return the method of a plan: the quick one measures each layer as briefly as makes sense."""
    return (
        Method(window_s=0.03, network_s=0.3, least_runs=6, idle_s=1.0)
        if plan == "quick"
        else Method()
    )


def measure(
    prepared: Prepared,
    meters: Sequence[Meter],
    state: StateReader | None,
    clock: Clock,
    method: Method,
    measured: Domain,
    beside: Beside = Background,
) -> Measurement:
    """Return what running a shape took; ``measured`` is the domain of the device that runs it.

    A meter that fails leaves its domain unavailable and says so in the note. ``beside`` looks at a
    GPU while it works (``py.measure.capture.watch``).

    Raises:
        NotRunnableError: the device refused.
    """
    run_s = _warmed_up(prepared, clock, method)
    found: list[Measurement] = []
    for _ in range(method.most_windows):
        found.append(_window(prepared, meters, state, clock, method, measured, beside, run_s))
        least_s = min(one.runtime_s or math.inf for one in found)
        most_s = least_s * (1 + method.steady)
        alike = [one for one in found if (one.runtime_s or 0.0) <= most_s]
        best = min(alike, key=lambda one: (one.outlier, one.runtime_s))
        if not best.outlier and len(alike) >= method.agreeing:
            break
    return best


def _window(
    prepared: Prepared,
    meters: Sequence[Meter],
    state: StateReader | None,
    clock: Clock,
    method: Method,
    measured: Domain,
    beside: Beside,
    run_s: float,
) -> Measurement:
    """Return what one window of runs took."""
    window_s = max(method.window_s, method.least_runs * run_s)
    times: list[float] = []
    timings = 0
    with Watch(meters, state, clock, measured, beside) as watch:
        # A device that is looked at beside its work needn't be stopped for a look.
        chunk_s = max(_CHUNK_S, watch.slowest_s / 2)
        began_s = clock.now_s()
        while True:
            passed_s = clock.now_s() - began_s
            long_enough = passed_s >= window_s and watch.energy.enough(window_s, method.updates)
            if (long_enough or passed_s >= method.most_window_s) and len(times) >= _LEAST_RUNS:
                break
            ran = prepared.run(max(1, min(_MOST_RUNS, round(chunk_s / run_s))))
            times += ran
            timings += timings_of(ran)
            watch.between()
        took_s = clock.now_s() - began_s
    found = watch.energy.results()
    middle = median(times)
    own = next((one for one in found if one.facts.domain == measured), None)
    return Measurement(
        runtime_s=middle,
        runtime_se_s=_standard_error(times, middle, timings),
        runtime_min_s=min(times),
        repetitions=len(times),
        window_s=took_s,
        measured=measured,
        power_w={
            one.facts.domain: one.power_w for one in reversed(found) if one.power_w is not None
        },
        power_se_w=None if own is None else power_se_w(own),
        power_samples_w=watch.sampler.samples_w,
        state=_together(watch.states),
        outlier=_scatters(times, middle, method.scattered),
        note="; ".join(f"meter: {one.reason}" for one in found if one.reason),
    )


def _scatters(times: Sequence[float], middle: float, most: float) -> bool:
    """Return whether runs were interrupted: a few of them at length, or most of them."""
    return math.fsum(times) / len(times) > most * middle or middle > most**2 * min(times)


def power_se_w(found: WindowEnergy) -> float | None:
    """Return the standard error of a window's power."""
    if found.energy_se_j is None or found.length_s is None:
        return None
    return found.energy_se_j / found.length_s


def _warmed_up(prepared: Prepared, clock: Clock, method: Method) -> float:
    """Run until two halves of the last runs take as long; return the seconds of a run.

    These are seconds of the clock, not of a layer: a run may be several layers.
    """
    began_s = clock.now_s()
    times = list(prepared.run(1))
    run_s = max(clock.now_s() - began_s, 1e-9)
    while True:
        half = len(times) // 2
        passed_s = clock.now_s() - began_s
        if passed_s >= method.most_warm_up_s:
            return run_s
        if passed_s >= method.least_warm_up_s and half:
            first, second = median(times[:half]), median(times[half:])
            if abs(second - first) <= method.steady * first:
                return run_s
        runs = max(2, min(_MOST_RUNS, round(method.least_warm_up_s / 2 / run_s)))
        # The older half of the runs is forgotten as new ones come: it was colder.
        times = [*times[half:], *prepared.run(runs)]
        run_s = max((clock.now_s() - began_s - passed_s) / runs, 1e-9)


def _standard_error(times: Sequence[float], middle: float, timings: int) -> float | None:
    """Return the standard error of the median, from the median absolute deviation.

    Runs that share a timing are one value between them, however many they are.
    """
    if timings < 2:
        return None
    deviation = _NORMAL * median(abs(one - middle) for one in times)
    return _MEDIAN_SE * deviation / math.sqrt(timings)


def _together(looks: Sequence[DeviceState]) -> DeviceState:
    """Return the means of what was seen, and all reasons of throttling."""
    return DeviceState(
        clock_mhz=_mean([look.clock_mhz for look in looks]),
        memory_clock_mhz=_mean([look.memory_clock_mhz for look in looks]),
        temperature_c=_mean([look.temperature_c for look in looks]),
        throttled=tuple(sorted({reason for look in looks for reason in look.throttled})),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None
