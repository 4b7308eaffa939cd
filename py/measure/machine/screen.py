"""The doctor's screen: what the machine is, what can be measured, what would help."""

from collections.abc import Iterator

from py.columns import printable
from py.measure.machine.facts import MachineFacts
from py.measure.machine.line import Line, command, field, head, paragraph
from py.measure.machine.meaning import inside, joined, summary
from py.measure.machine.parts import gpu_lines, machine_parts
from py.measure.machine.quantity import Quantity
from py.measure.machine.software import Software

_MARK = 7


def screen(facts: MachineFacts, width: int = 80) -> list[Line]:
    """Return the lines to show."""
    return [
        *_machine(facts, width),
        Line(),
        *_runners(facts, width),
        Line(),
        *_measured(facts, width),
        *_advice(facts, width),
        Line(),
        *_verdict(facts, width),
    ]


def _machine(facts: MachineFacts, width: int) -> Iterator[Line]:
    yield head("This machine")
    for label, text in machine_parts(facts):
        yield from field(label, printable(text), width)
    where = inside(facts.surroundings)
    if where is not None:
        yield from field("runs in", where, width)
    for gpu in facts.gpus:
        for place, text in enumerate(gpu_lines(gpu)):
            yield from field(f"GPU {gpu.index}" if place == 0 else "", printable(text), width)


def _runners(facts: MachineFacts, width: int) -> Iterator[Line]:
    yield head("Runners")
    for one in facts.software:
        yield from field(one.name, printable(_software(one)), width, "good" if one.works else "bad")
        if one.remedy is not None:
            yield command(printable(one.remedy), 16)


def _software(one: Software) -> str:
    if not one.works:
        return f"{one.reason}" + (f" (version {one.version})" if one.version else "")
    libraries = [f"CUDA {one.cuda}"] if one.cuda else []
    libraries += [f"cuDNN {one.cudnn}"] if one.cudnn else []
    on = f" on {', '.join(one.devices)}" if one.devices else ""
    return ", ".join([f"{one.version or 'version unknown'}{on}", *libraries])


def _measured(facts: MachineFacts, width: int) -> Iterator[Line]:
    yield head("What can be measured")
    for one in facts.quantities:
        if one.available:
            yield from field("yes", f"{one.name}: {_how(one)}", width, "good", _MARK)
    reasons: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in facts.quantities:
        if one.reason is not None:
            reasons.setdefault((one.reason, one.remedy), []).append(one.name)
    for (reason, remedy), names in reasons.items():
        text = printable(f"{joined(names)}: {reason}")
        yield from field("no", text, width, "bad", _MARK)
        # What installs a runner stands with the runners.
        for line in () if names == ["runtime"] else remedy:
            yield command(printable(line), _MARK + 2)


def _how(one: Quantity) -> str:
    if one.quantity == "runtime":
        return f"with {one.how}"
    unit = None if one.resolution_j is None else f"in units of {_energy(one.resolution_j)}"
    every = None if one.update_period_s is None else f"updated every {_period(one.update_period_s)}"
    return ", ".join(part for part in (one.how, unit, every) if part)


def _energy(energy_j: float) -> str:
    for factor, unit in ((1.0, "J"), (1e-3, "mJ")):
        if energy_j >= factor:
            return f"{energy_j / factor:.3g} {unit}"
    return f"{energy_j * 1e6:.3g} µJ"


def _period(period_s: float) -> str:
    return f"{period_s:.3g} s" if period_s >= 1 else f"{period_s * 1000:.3g} ms"


def _advice(facts: MachineFacts, width: int) -> Iterator[Line]:
    if not facts.advice:
        return
    yield Line()
    yield head("What would help (nothing is changed here)")
    for one in facts.advice:
        yield from field("-", printable(one.what), width, indent=4)
        if one.command is not None:
            yield command(one.command, 6)
    if facts.busiest:
        busy = ", ".join(f"{one.name} {one.cpus:.1f}" for one in facts.busiest)
        yield from paragraph(f"Busiest just now, in processors' time: {printable(busy)}.", width)


def _verdict(facts: MachineFacts, width: int) -> Iterator[Line]:
    yield head("Verdict")
    yield from paragraph(summary(facts.quantities), width)
