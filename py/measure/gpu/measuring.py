"""A capture of a GPU in the time of one call."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from py.measure.capture.columns import IDLE, key_of
from py.measure.capture.file import CaptureFile
from py.measure.capture.header import Header
from py.measure.capture.method import Method
from py.measure.capture.progress import Progress
from py.measure.capture.reading import open_capture
from py.measure.capture.run import Outcome, run_capture, stamp
from py.measure.capture.station import Equipment, Station
from py.measure.gpu.order import BATCHES, gpu_plan, kind_of, shape_of
from py.measure.gpu.turns import Group, OutOfTimeError, Turns, every, window_s
from py.measure.machine.facts import MachineFacts
from py.measure.meters.clock import Clock
from py.measure.meters.probe import choose
from py.measure.meters.report import MeterReport
from py.measure.plans.shape import Shape
from py.measure.table.row import NETWORK

NAME = "capture.csv.gz"
_DOMAINS = ("gpu", "package", "dram")
"""What is read: the GPU, and besides it what its host draws, where that is counted."""
_LEAST_LIMIT_S = 20.0
_MADE_READY_S = 1.0
"""To put a network on the device and warm it up."""
_LEAST_FOR_LAYERS = 0.5
"""Of the time that is left: without layers networks are of no use."""
_KEPT_S = 5.0
"""Of a call's time, to close the file and end the processes."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What one call is to measure; ``minutes`` is all the time it has for it."""

    output: Path
    device: str = "cuda:0"
    minutes: float = 9.0
    dtypes: Sequence[str] = ("fp32", "bf16")
    plan: str = "standard"
    networks: Sequence[str] | None = None
    batches: Sequence[int] = BATCHES
    runner: str = "torch"
    settings: Mapping[str, str] = field(default_factory=dict)
    method: Method = field(default_factory=Method)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.minutes) and self.minutes > 0):
            raise ValueError(f"Wish: minutes are positive and finite, got {self.minutes}")

    @property
    def capture(self) -> Path:
        return self.output / NAME


@dataclass(frozen=True, slots=True)
class Kept:
    """What a call left: how it went, or None where its time ended amid the plan, and the plan."""

    outcome: Outcome | None
    shapes: int
    one_of: int


def measure_gpu(
    wish: Wish, facts: MachineFacts, began_s: float, clock: Clock, progress: Progress
) -> Kept:
    """Measure what there is time for since ``began_s``, or go on where an earlier call stopped.

    Raises:
        JoulegraphError: the runner can't be opened, or the capture not written.
    """
    until_s = began_s + 60 * wish.minutes - _KEPT_S
    meters = choose(facts.meters, domains=_DOMAINS)
    plan = gpu_plan(
        wish.device, wish.dtypes, name=wish.plan, networks=wish.networks, batches=wish.batches
    )
    one_of = every(meters, wish.method.updates)

    def limit_s(_shape: Shape, _method: Method) -> float:
        return max(_LEAST_LIMIT_S, until_s - clock.now_s())

    wish.output.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        powered = stack.enter_context(Station(_equipment(wish, meters), limit_s))
        timed = powered
        if one_of > 1:
            timed = stack.enter_context(Station(_equipment(wish, ()), limit_s))
        opened = powered.open()
        header = Header(
            *(plan.name, plan.hash, stamp(datetime.now(UTC)), opened.identity, wish.device),
            *(facts.as_json(), wish.method.as_json()),
        )
        file = stack.enter_context(CaptureFile(wish.capture, header))
        had = powered_rows(wish.capture)
        turns = Turns(powered, timed, one_of, clock, until_s, wish.dtypes, had)
        left_s = max(0.0, until_s - clock.now_s())
        kept_s = _networks_s(plan.shapes, file, meters, wish.method)
        layers_s = max(left_s - kept_s, _LEAST_FOR_LAYERS * left_s)
        try:
            outcome = run_capture(
                plan.shapes, file, turns, progress, budget_s=layers_s, clock=clock
            )
        except OutOfTimeError:
            progress.note(f"the time is over: {wish.capture} has {len(file.done)} rows")
            outcome = None
    return Kept(outcome, len(plan.shapes), one_of)


def powered_rows(capture: Path) -> Counter[Group]:
    """Return how many layers of a capture have their energy, by kind and precision."""
    with open_capture(capture) as had:
        return Counter(
            (kind_of(shape_of(cells)), cells["dtype"])
            for cells in had.rows()
            if cells["power_w"] and cells["op"] not in (NETWORK, IDLE)
        )


def _networks_s(
    shapes: Sequence[Shape], file: CaptureFile, meters: Sequence[MeterReport], method: Method
) -> float:
    """Return about how long the networks take that are not yet in the capture."""
    networks = sum(shape.op == NETWORK and key_of(shape.cells) not in file.done for shape in shapes)
    return networks * (max(method.network_s, window_s(meters, method.updates)) + _MADE_READY_S)


def _equipment(wish: Wish, meters: tuple[MeterReport, ...]) -> Equipment:
    return Equipment(wish.runner, wish.device, wish.method, dict(wish.settings), meters)
