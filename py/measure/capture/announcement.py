"""What is said before a capture: what will be done, with which meters, and how long it takes."""

from collections.abc import Callable

from py.columns import several
from py.measure.capture.columns import key_of
from py.measure.capture.file import CaptureFile
from py.measure.capture.progress import duration
from py.measure.capture.schedule import Schedule
from py.measure.capture.station import Opened
from py.measure.capture.time_budget import expected_s
from py.measure.machine.facts import MachineFacts
from py.measure.plans.plan import Plan
from py.measure.table.row import NETWORK

Say = Callable[[str], None]


def announce(
    say: Say,
    plan: Plan,
    file: CaptureFile,
    opened: Opened,
    facts: MachineFacts,
    schedule: Schedule,
    left_s: float,
    minutes: float | None,
) -> None:
    """Say it all; ``left_s`` is what layers still have of their time."""
    networks = [shape for shape in plan.shapes if shape.op == NETWORK]
    layers = len(plan.shapes) - len(networks)
    rest = sum(key_of(shape.cells) not in file.done for shape in networks)
    seconds = expected_s(left_s, rest, schedule.network_s)
    identity = opened.identity
    name = " ".join(filter(None, (identity.get("runner"), identity.get("version"))))
    say(
        f"Plan {plan.name}: {several(layers, 'layer')} and {several(len(networks), 'network')} by "
        f"{name} on {file.header.device}"
        + ("" if seconds is None else f", at most about {duration(seconds)}.")
    )
    if minutes is not None:
        say(f"All layers get {duration(60 * minutes)}, as --minutes asks; networks come on top.")
    if opened.unknown:
        say(f"No energy of the GPU: {opened.unknown}.")
    if opened.meters:
        say(f"Meters: {', '.join(opened.meters)}.")
        _say_how_slow(say, schedule, layers, int(file.header.method["updates"]))
    else:
        for sentence in facts.verdict:
            say(sentence)
    count = len(file.done)
    there = f"{several(count, 'row')} {'is' if count == 1 else 'are'} there; the rest goes"
    say(f"{there if count else 'Rows go'} to {file.shown}. Ctrl-C stops; the same command goes on.")


def _say_how_slow(say: Say, schedule: Schedule, layers: int, updates: int) -> None:
    """Say what slow meters cost, where they do."""
    window_s = schedule.window_s
    takes = f"A row with energy takes {window_s:.1f} s, {updates} steps of its meter: "
    if schedule.one_of > 1:
        first = sum(schedule.wanted.values())
        enough = first * window_s <= schedule.energy_s
        say(
            f"{takes}{several(first, 'layer')} have theirs first, as many as fits of powers need, "
            f"then one in {schedule.one_of}; the others have their runtime alone."
            if enough
            else f"{takes}about {several(round(schedule.energy_s / window_s), 'layer')} of the "
            f"{first} that fits of powers need have theirs. --minutes "
            f"{-(-2 * first * window_s // 60):.0f} is time for all of them."
        )
    elif window_s > 0 and schedule.layers_s / window_s < layers:
        say(
            f"{takes}there is time for about "
            f"{several(round(schedule.layers_s / window_s), 'layer')}."
        )
