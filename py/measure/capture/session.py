"""A capture from request to file: the machine is looked at, a plan made, its shapes measured."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from py.columns import several
from py.errors import JoulegraphError
from py.measure.capture.choice import choose, default_output
from py.measure.capture.clock_plan import supported_clocks_mhz
from py.measure.capture.clocked import ClockedStation
from py.measure.capture.file import CaptureFile
from py.measure.capture.header import Header
from py.measure.capture.method import Method, method_of
from py.measure.capture.progress import Progress, duration
from py.measure.capture.request import Request
from py.measure.capture.run import Outcome, now, run_capture, stamp
from py.measure.capture.station import Equipment, Opened, Station
from py.measure.capture.time_budget import expected_s
from py.measure.machine.facts import MachineFacts
from py.measure.plans.plan import Plan, make_plan
from py.measure.table.row import NETWORK

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A capture that came to its end, and where it lies."""

    path: Path
    outcome: Outcome


def take_capture(
    request: Request,
    facts: MachineFacts,
    say: Say,
    progress: Progress,
    method: Method | None = None,
) -> Taken:
    """Take a capture, or go on with it; ``say`` is told beforehand what will be done.

    Raises:
        StoppedError: a signal ended it; the file has what was measured until then.
        JoulegraphError: it can't be begun, or not be gone on with.
    """
    runner, device = choose(facts.software, request.runner, request.device)
    method = method_of(request.plan) if method is None else method
    meters = tuple(one for one in facts.meters if one.works)
    asked = Equipment(runner, device, method, request.settings, request.meters or meters)
    path = Path(
        request.output or default_output(facts, runner, device, request.plan, request.dtypes)
    )
    with Station(asked) as station:
        opened = station.open()
        plan = _plan(request, device, opened)
        header = Header(
            plan=plan.name,
            plan_hash=plan.hash,
            started=stamp(now()),
            runner=dict(opened.identity),
            device=device,
            machine=facts.as_json(),
            method=method.as_json(),
        )
        with CaptureFile(path, header, retry=request.retry) as file:
            for note in file.notes:
                say(note)
            _announce(say, plan, file, opened, facts)
            with _at_clocks(station, plan, opened) as measuring:
                outcome = run_capture(
                    *(plan.shapes, file, measuring, progress),
                    budget_s=plan.budget_s,
                    idle=bool(opened.meters),
                )
            file.close(tidy=True)
    return Taken(path, outcome)


def _plan(request: Request, device: str, opened: Opened) -> Plan:
    clocks = supported_clocks_mhz(opened.gpu) if request.plan == "clocks" else ()
    try:
        return make_plan(
            request.plan,
            device,
            dtypes=request.dtypes,
            networks=request.networks,
            clocks_mhz=clocks,
            direction=request.direction,
        )
    except ValueError as error:
        raise JoulegraphError("plan-invalid", f"{error}.", "Change --plan or --networks.") from None


def _at_clocks(
    station: Station, plan: Plan, opened: Opened
) -> AbstractContextManager[Station | ClockedStation]:
    if opened.gpu is not None and any(shape.clock_mhz is not None for shape in plan.shapes):
        return ClockedStation(station, opened.gpu)
    return station


def _announce(say: Say, plan: Plan, file: CaptureFile, opened: Opened, facts: MachineFacts) -> None:
    """Say what will be done, and how long it takes."""
    networks = sum(shape.op == NETWORK for shape in plan.shapes)
    layers = len(plan.shapes) - networks
    seconds = expected_s(plan.budget_s, networks)
    identity = opened.identity
    name = " ".join(filter(None, (identity.get("runner"), identity.get("version"))))
    say(
        f"Plan {plan.name}: {several(layers, 'layer')} and {several(networks, 'network')} by "
        f"{name} on {file.header.device}"
        + ("" if seconds is None else f", at most about {duration(seconds)}.")
    )
    if opened.meters:
        say(f"Meters: {', '.join(opened.meters)}.")
        _announce_slow_meters(say, plan, layers, opened, facts, int(file.header.method["updates"]))
    else:
        for sentence in facts.verdict:
            say(sentence)
    count = len(file.done)
    there = f"{several(count, 'row')} {'is' if count == 1 else 'are'} there; the rest goes"
    say(f"{there if count else 'Rows go'} to {file.shown}. Ctrl-C stops; the same command goes on.")


def _announce_slow_meters(
    say: Say, plan: Plan, layers: int, opened: Opened, facts: MachineFacts, updates: int
) -> None:
    """Say how many layers there is time for, where a meter that seldom steps makes them few."""
    periods = [
        one.update_period_s
        for one in facts.meters
        if one.name in opened.meters and one.update_period_s is not None
    ]
    window_s = updates * max(periods, default=0.0)
    if window_s > 0 and plan.budget_s / window_s < layers:
        say(
            f"A row with energy takes {window_s:.1f} s, {updates} steps of its meter: "
            f"there is time for about {several(round(plan.budget_s / window_s), 'layer')}."
        )
