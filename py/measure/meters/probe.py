"""Which meters work here: each is opened, watched until it has stepped a few times, and closed.

Nothing is guessed: a meter works if it could be read and its reading moved while it was watched. A
counter that stands still counts nothing, whatever the kernel or the driver promises.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

from py.measure.meters import nvml_candidates, rapl, zeus_meters
from py.measure.meters.candidate import Candidate
from py.measure.meters.clock import Clock, SteadyClock
from py.measure.meters.meter import Meter, MeterError
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.report import MeterReport, MeterUnavailableError
from py.measure.meters.steps import Steps, watch_steps
from py.measure.meters.sys_files import ReadText, read_text

LIMIT_S = 3.0
"""The longest time that one kind of meter is watched."""

RAPL_LIMIT_S = 1.0
"""The same for RAPL's, which step a thousand times in it or stand still."""


def find_candidates(
    root: Path = Path("/"),
    clock: Clock | None = None,
    read: ReadText = read_text,
    load_nvml: Callable[[], Nvml] = Nvml.load,
    load_zeus: zeus_meters.Import = import_module,
) -> list[Candidate]:
    """Return every meter that could exist here, each name once."""
    clock = clock or SteadyClock()
    return [
        *nvml_candidates.candidates(clock, load_nvml),
        *rapl.candidates(root, clock, read),
        *zeus_meters.candidates(root, clock, load_zeus),
    ]


def find_meters(
    root: Path = Path("/"),
    clock: Clock | None = None,
    read: ReadText = read_text,
    load_nvml: Callable[[], Nvml] = Nvml.load,
    load_zeus: zeus_meters.Import = import_module,
    limit_s: float = LIMIT_S,
) -> tuple[MeterReport, ...]:
    """Return what is known of each meter, resolution and update period as measured now.

    ``root`` is where ``sys`` and ``proc`` lie. Meters of one kind that only the device updates, as
    GPUs do, are watched together; RAPL's, which step every millisecond, one after the other.
    """
    clock = clock or SteadyClock()
    groups: dict[str, list[Candidate]] = {}
    everything = find_candidates(root, clock, read, load_nvml, load_zeus)
    for candidate in everything:
        groups.setdefault(candidate.name.split(":")[0], []).append(candidate)
    reports: dict[str, MeterReport] = {}
    for kind, group in groups.items():
        shorter_s = min(limit_s, RAPL_LIMIT_S) if kind.startswith("rapl-") else limit_s
        reports.update(_watch(group, clock, shorter_s))
    return tuple(reports[candidate.name] for candidate in everything)


def open_meters(
    candidates: Sequence[Candidate],
    reports: Sequence[MeterReport],
    names: Collection[str] | None = None,
    domains: Collection[str] | None = None,
    device: int | None = None,
) -> tuple[Meter, ...]:
    """Open the meters that were found to work, each stating the facts of its report.

    By default all of them, but of a GPU that has a counter not its sampled power besides. ``names``
    or ``domains`` name some; ``device`` leaves out the GPUs of other indices.

    Raises:
        MeterUnavailableError: a meter asked for by its name is not there or doesn't work, with its
            reason and remedy.
        MeterError: a meter that worked when the report was made no longer does.
    """
    known = {report.name: report for report in reports}
    for name in names or ():
        report = known.get(name)
        if report is None:
            raise MeterUnavailableError(
                f"there is no meter {name!r} here, only {', '.join(known) or 'none'}"
            )
        if not report.works:
            raise MeterUnavailableError(f"{name}: {report.reason}", report.remedy)
    chosen = choose(reports, names, domains, device)
    by_name = {candidate.name: candidate for candidate in candidates}
    with ExitStack() as opened:
        meters = []
        for report in chosen:
            meter = by_name[report.name].open(report.facts)
            opened.callback(meter.close)
            meters.append(meter)
        opened.pop_all()
    return tuple(meters)


def choose(
    reports: Sequence[MeterReport],
    names: Collection[str] | None = None,
    domains: Collection[str] | None = None,
    device: int | None = None,
) -> tuple[MeterReport, ...]:
    """Return the meters that ``open_meters`` would open."""
    working = [
        report
        for report in reports
        if report.works
        and (names is None or report.name in names)
        and (domains is None or report.domain in domains)
        and (device is None or report.device is None or report.device == device)
    ]
    if names is not None:
        return tuple(working)
    counted = {(report.domain, report.device) for report in working if report.source == "counter"}
    return tuple(
        report
        for report in working
        if report.source == "counter" or (report.domain, report.device) not in counted
    )


def _watch(group: Sequence[Candidate], clock: Clock, limit_s: float) -> dict[str, MeterReport]:
    reports: dict[str, MeterReport] = {}
    meters: dict[str, Meter] = {}
    with ExitStack() as opened:
        for candidate in group:
            try:
                meter = candidate.open(candidate.facts)
            except MeterUnavailableError as error:
                reports[candidate.name] = candidate.failing(error.reason, error.remedy)
            except MeterError as error:
                reports[candidate.name] = candidate.failing(str(error))
            else:
                opened.callback(meter.close)
                meters[candidate.name] = meter
        powers = {name for name, meter in meters.items() if _states_power(meter)}
        readings = {
            name: _power(meter) if name in powers else meter.energy_j
            for name, meter in meters.items()
        }
        seen = watch_steps(readings, clock, limit_s=limit_s)
    for candidate in group:
        name = candidate.name
        if name in powers:
            reports[name] = _report_of_power(candidate, seen[name])
        elif name in seen:
            reports[name] = _report(candidate, seen[name], limit_s)
    return reports


def _states_power(meter: Meter) -> bool:
    """Whether a sampled meter is to be watched by its power: the sum of it grows at every look."""
    if meter.facts.source == "counter":
        return False
    try:
        return meter.power_w() is not None
    except MeterError:
        return False


def _power(meter: Meter) -> Callable[[], float]:
    def power_w() -> float:
        power = meter.power_w()
        if power is None:
            raise MeterError(f"{meter.facts.name} no longer states its power")
        return power

    return power_w


def _report_of_power(candidate: Candidate, steps: Steps) -> MeterReport:
    """Return that it works, even if its power holds still: it is a power all the same.

    The unit of its power, over one update, is that of the energy.
    """
    if steps.error is not None:
        return candidate.failing(str(steps.error))
    if steps.unit is None or steps.period_s is None:
        return candidate.working()
    return candidate.working(steps.unit * steps.period_s, steps.period_s)


def _report(candidate: Candidate, steps: Steps, limit_s: float) -> MeterReport:
    if steps.error is not None:
        return candidate.failing(str(steps.error))
    if not steps.changes:
        return candidate.failing(f"its counter stood still for {limit_s:g} s, so it counts nothing")
    return candidate.working(steps.unit, steps.period_s)
