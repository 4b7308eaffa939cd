"""Scenarios as text for the terminal."""

from py.breakdown.quantity import share, with_unit
from py.columns import columns, printable, several, shortened
from py.layers.report.table import WIDTH
from py.layers.report.totals import wrapped
from py.scenarios.cost import Cost
from py.scenarios.curve import Curve
from py.scenarios.pruning import SOURCE, PruneStep, Pruning
from py.scenarios.tokens import Tokens

_MOST_STEPS = 30
_LONGEST_NAME = 36


def curve_text(curve: Curve, *, width: int = WIDTH) -> str:
    """Return a table of batches; why one has no answer stands below."""
    rows = []
    failed: dict[str, list[str]] = {}
    for point in curve.points:
        if point.cost is None:
            rows.append([str(point.batch), *["–"] * 4])
            if point.error is not None:
                failed.setdefault(point.error.message, []).append(str(point.batch))
            continue
        each, least = point.cost.divided(point.batch), "≥ " if point.left else ""
        rows.append(
            [
                str(point.batch),
                least + _energy(point.cost),
                least + _energy(each),
                least + with_unit(each.time_s, "s"),
                with_unit(point.cost.power_w, "W"),
            ]
        )
    head = ["batch", "energy", "per inference", "time per inference", "power"]
    lines = columns(head, rows, left=0)
    for message, batches in failed.items():
        lines += wrapped("", f"{', '.join(batches)}: {printable(message)}", width, "")
    return _text(lines)


def pruning_text(pruning: Pruning, *, width: int = WIDTH, every: bool = False) -> str:
    """Return a table of steps, of many only the first; ``every`` shows them all."""
    shown = pruning.steps if every else pruning.steps[:_MOST_STEPS]
    rows = []
    for place, step in enumerate(shown, 1):
        also = f" + {len(step.also)}" if step.also else ""
        name = shortened(printable(step.layer), _LONGEST_NAME) + also
        rows.append([str(place), name, share(step.share, 1.0)])
        if pruning.priced:
            rows[-1] += _saving(step, pruning.before)
    head = ["step", "pruned layer", f"of {pruning.order}"]
    head += ["saves", "energy then", "of before"] if pruning.priced else []
    lines = columns(head, rows, left=2)
    if len(pruning.steps) > len(shown):
        more = several(len(pruning.steps) - len(shown), "more step")
        lines.append(f"and {more}; --all shows all")
    lines += ["", *wrapped("", f"{printable(pruning.about)} Source: {SOURCE}.", width, "")]
    return _text(lines)


def _saving(step: PruneStep, before: Cost) -> list[str]:
    """Return what a step saves, what the network then takes, and its part of what it took."""
    unit, names = ("MACe", ("saves_macs", "energy_macs"))
    if step.energy_j is not None:
        unit, names = ("J", ("saves_j", "energy_j"))
    saved, then = (getattr(step, name) for name in names)
    return [with_unit(saved, unit), with_unit(then, unit), share(then, getattr(before, names[1]))]


def tokens_text(tokens: Tokens, *, width: int = WIDTH) -> str:
    """Return a table of prefill, decode by position, and both together."""
    texts = "" if tokens.batch == 1 else f", {tokens.batch} texts at once"
    batch, prompt, count = tokens.batch, tokens.prompt, tokens.generate
    entries = [
        ("prefill", prompt, tokens.prefill),
        *((f"decode after {place:,}", 1, cost) for place, cost in tokens.decode),
        ("decode, all", count, tokens.generated),
        ("prefill and decode", prompt + count, tokens.total),
    ]
    least = "≥ " if tokens.left else ""
    rows = []
    for name, number, cost in entries:
        each = cost.divided(number * batch)
        rows.append(
            [
                name,
                f"{number * batch}",
                least + _energy(cost),
                least + _energy(each),
                least + with_unit(cost.time_s, "s"),
                least + with_unit(each.time_s, "s"),
                with_unit(cost.power_w, "W"),
            ]
        )
    head = ["", "tokens", "energy", "per token", "time", "per token", "power"]
    title = f"A prompt of {several(prompt, 'token')}, then {count:,} generated{texts}"
    lines = [title, "", *columns(head, rows, foot=2)]
    lines += ["", *wrapped("", printable(tokens.about), width, "")]
    return _text(lines)


def _energy(cost: Cost) -> str:
    """Return an energy in joules, or in MAC energies where only those are known."""
    if cost.energy_j is None and cost.energy_macs is not None:
        return with_unit(cost.energy_macs, "MACe")
    return with_unit(cost.energy_j, "J")


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
