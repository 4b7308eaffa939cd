"""A capture from request to file: the machine is looked at, a plan made, its shapes measured."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from py.errors import JoulegraphError
from py.measure.capture.announcement import announce
from py.measure.capture.choice import choose, default_output
from py.measure.capture.clock_plan import supported_clocks_mhz
from py.measure.capture.clocked import ClockedStation
from py.measure.capture.columns import key_of
from py.measure.capture.file import CaptureFile
from py.measure.capture.header import Header
from py.measure.capture.method import Method, method_of
from py.measure.capture.order import ordered, with_networks_at
from py.measure.capture.progress import Progress
from py.measure.capture.reading import open_capture
from py.measure.capture.request import Request
from py.measure.capture.run import Measuring, Outcome, now, run_capture, stamp
from py.measure.capture.schedule import Schedule, schedule_of
from py.measure.capture.station import Equipment, Opened, Station
from py.measure.capture.time_budget import TimeBudget
from py.measure.capture.time_limit import time_limit_s
from py.measure.capture.turns import Turns, powered_in, window_s
from py.measure.machine.facts import MachineFacts
from py.measure.meters.clock import Clock, SteadyClock
from py.measure.plans.networks import NETWORKS
from py.measure.plans.plan import Plan, make_plan
from py.measure.plans.shape import Shape
from py.measure.table.row import NETWORK

Say = Callable[[str], None]

_LEAST_LIMIT_S = 20.0
_LEAST_FOR_LAYERS = 0.5
"""Of the time that a call has left: without layers networks are of no use."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that begins nothing after ``until_s`` of a clock, whatever is left of its plan."""

    until_s: float
    clock: Clock


@dataclass(frozen=True, slots=True)
class Taken:
    """A capture that came to its end, or to that of its time, and where it lies."""

    path: Path
    outcome: Outcome


def take_capture(
    request: Request,
    facts: MachineFacts,
    say: Say,
    progress: Progress,
    method: Method | None = None,
    call: Call | None = None,
) -> Taken:
    """Take a capture, or go on with it; ``say`` is told beforehand what will be done.

    A call has its time for itself: layers get what its networks leave of it.

    Raises:
        StoppedError: a signal ended it; the file has what was measured until then.
        JoulegraphError: it can't be begun, or not be gone on with.
    """
    runner, device = choose(facts.software, request.runner, request.device)
    if runner == "onnxruntime" and set(request.dtypes) != {"fp32"}:
        raise JoulegraphError(
            "dtype-unknown",
            f"With onnxruntime layers are measured in fp32 alone, got {','.join(request.dtypes)}.",
            "Leave out --dtype, or take --runner torch.",
        )
    method = method_of(request.plan) if method is None else method
    meters = tuple(one for one in facts.meters if one.works)
    asked = Equipment(runner, device, method, request.settings, request.meters or meters)
    path = Path(
        request.output or default_output(facts, runner, device, request.plan, request.dtypes)
    )
    clock = SteadyClock() if call is None else call.clock
    with ExitStack() as stack:
        station = stack.enter_context(_station(asked, call))
        opened = station.open()
        read = [one for one in meters if one.name in opened.meters]
        plan = _plan(request, device, opened)
        schedule = schedule_of(plan, method, window_s(read, method.updates), request.minutes)
        if call is not None:  # the same call again goes on: nothing is spread over this one alone
            schedule = replace(schedule, energy_s=math.inf)
        if schedule.one_of > 1:
            plan = ordered(plan)
        header = Header(
            plan=plan.name,
            plan_hash=plan.hash,
            started=stamp(now()),
            runner=dict(opened.identity),
            device=device,
            machine=facts.as_json(),
            method=method.as_json(),
        )
        file = stack.enter_context(CaptureFile(path, header, retry=request.retry))
        for note in file.notes:
            say(note)
        taken_s = _taken_s(file.path)
        layers_s = schedule.layers_s
        if call is not None:
            layers_s = taken_s + _layers_of(call, plan, file, schedule)
        left_s = max(0.0, layers_s - taken_s)
        announce(say, plan, file, opened, facts, schedule, left_s, request.minutes)
        measuring: Measuring = stack.enter_context(_at_clocks(station, plan, opened))
        if schedule.one_of > 1:
            bare = Equipment(runner, device, method, request.settings)
            timed = stack.enter_context(_station(bare, call))
            measuring = Turns(
                *(measuring, timed, schedule.wanted, clock, schedule.one_of),
                *(powered_in(file.path), schedule.energy_s),
            )
        outcome = run_capture(
            *(plan.shapes, file, measuring, progress),
            budget_s=layers_s,
            network_s=schedule.network_s,
            until_s=math.inf if call is None else call.until_s,
            idle=bool(opened.meters),
            clock=clock,
        )
        file.close(tidy=True)
    return Taken(path, outcome)


def _station(asked: Equipment, call: Call | None) -> Station:
    """Return a station; one of a call waits no longer for a shape than the call lasts."""
    if call is None:
        return Station(asked)

    def limit_s(shape: Shape, method: Method) -> float:
        left_s = max(_LEAST_LIMIT_S, call.until_s - call.clock.now_s())
        return min(left_s, time_limit_s(shape, method))

    return Station(asked, limit_s)


def _taken_s(capture: Path) -> float:
    """Return how long the layers took that a capture has."""
    budget = TimeBudget(None)
    with open_capture(capture) as had:
        budget.charge_all(had.rows())
    return budget.taken_s


def _layers_of(call: Call, plan: Plan, file: CaptureFile, schedule: Schedule) -> float:
    """Return how long layers may take in a call, so that its networks have their time."""
    left_s = max(0.0, call.until_s - call.clock.now_s())
    networks = [shape for shape in plan.shapes if shape.op == NETWORK]
    rest = sum(key_of(shape.cells) not in file.done for shape in networks)
    return max(left_s - rest * schedule.network_s, _LEAST_FOR_LAYERS * left_s)


def _plan(request: Request, device: str, opened: Opened) -> Plan:
    clocks = supported_clocks_mhz(opened.gpu) if request.plan == "clocks" else ()
    try:
        plan = make_plan(
            request.plan,
            device,
            dtypes=request.dtypes,
            networks=request.networks,
            clocks_mhz=clocks,
            direction=request.direction,
        )
    except ValueError as error:
        raise JoulegraphError(
            "plan-invalid",
            f"{error}.",
            f"Change --plan or --networks; the samples are {', '.join(NETWORKS)}.",
        ) from None
    return plan if request.batches is None else with_networks_at(plan, request.batches)


def _at_clocks(
    station: Station, plan: Plan, opened: Opened
) -> AbstractContextManager[Station | ClockedStation]:
    if opened.gpu is not None and any(shape.clock_mhz is not None for shape in plan.shapes):
        return ClockedStation(station, opened.gpu)
    return station
