"""A result as text for the terminal."""

import math
from collections.abc import Mapping
from typing import Any

from py.breakdown.basis import MAC_ENERGIES
from py.breakdown.blocks import tree_of
from py.breakdown.finding import finding
from py.breakdown.quantity import with_unit
from py.breakdown.result import Result
from py.breakdown.table import LABELS, energy_table
from py.breakdown.timed_text import interval_hints, interval_notes, timed_totals
from py.breakdown.training import TrainingRun, training_lines
from py.breakdown.what_if_text import what_if_lines
from py.columns import columns, counted, printable, several
from py.layers.report.cells import hints, inmost, share
from py.layers.report.heading import heading
from py.layers.report.table import WIDTH
from py.layers.report.totals import known_count, remarks, wrapped
from py.layers.report.view import rows_of
from py.platforms.estimate import STATIC, TENSORS

_SHORT = {"global_buffer": "buffer", "array": "array", "register_file": "RF"}
_UNBROKEN = "\N{NO-BREAK SPACE}%"


def result_table(
    result: Result,
    *,
    width: int = WIDTH,
    depth: int | None = None,
    every: bool = False,
    run: TrainingRun | None = None,
) -> str:
    """Return title, totals, finding, a table of blocks and the notes; columns add up.

    ``depth`` is how many levels of blocks are opened, None for as many as read well; ``every``
    shows each layer, alike or not; ``run`` is one of training, told beside its step.
    """
    total, unit = result.worth, result.basis.unit
    tree = tree_of(result, repeats=not every)
    root, inside = inmost(tree.root)
    rows = rows_of(root, 1 << 30 if every else depth)
    lines = [*heading(result.model, width, result.platform.name), ""]
    lines += _summary(result)
    said = finding(result, tree.root).replace(" %", _UNBROKEN)
    lines += ["", *(line.replace(_UNBROKEN, " %") for line in wrapped("", said, width, ""))]
    if result.rows:
        lines += ["", *energy_table(result, rows, inside, width)]
        lines += hints(rows, by_weights=tree.by_weights)
        lines += interval_hints(result)
        if result.platform.kind == "accelerator":
            lines += ["", *_matrix(result, total)]
    if result.what_if is not None:
        lines += ["", *what_if_lines(result.what_if, total, unit, width)]
    if training := training_lines(result, run):
        lines += ["", *training]
    lines += remarks(
        result.model, width, result.not_modelled, [*result.notes, *interval_notes(result)]
    )
    return "\n".join(lines) + "\n"


def _asked(options: Mapping[str, Any]) -> list[str]:
    """Return what was asked for that changes every number, a line each."""
    lines = []
    bits = options.get("bits")
    if bits is not None:
        lines.append(
            f"widths         weights {bits['weight']}, activations {bits['activation']} bits"
        )
    if options.get("dataflow") is not None:
        lines.append(f"dataflow       {printable(str(options['dataflow']))}")
    calibration = options.get("calibration")
    if calibration is not None:
        networks = several(calibration["networks"], "network")
        power = calibration["power"]
        scaled = "" if power is None else f", powers x {power:.4g}"
        lines.append(f"calibrated     times x {calibration['time']:.4g}{scaled}   (by {networks})")
    for level, size in (options.get("capacities") or {}).items():
        lines.append(f"capacity       {printable(level)} {counted(size, '0')} bytes")
    return lines


_OBJECTIVES = {"delay": "least delay", "energy_delay": "least energy times delay"}


def _counted(result: Result) -> list[str]:
    """Return the totals of an accelerator, a line each."""
    batch, total, unit = result.model.batch, result.worth, result.basis.unit
    least = "≥ " if result.not_modelled and total is not None else ""
    energy = f"{least}{with_unit(total, unit)}"
    if unit == MAC_ENERGIES.unit:
        energy += f"   (1 {unit} is the energy of one MAC at the platform's native width)"
    lines = [f"energy         {energy}"]
    if batch > 1 and total is not None:
        what = "per image" if result.options.get("train") else "per inference"
        lines.append(f"{what:<15}{least}{with_unit(total / batch, unit)}")
    if result.time_s is not None:
        lines.append(f"time           {least}{with_unit(result.time_s, 's')}")
    if result.power_w is not None:
        without = "" if STATIC in result.parts() else "   (without static power)"
        lines.append(f"power          {with_unit(result.power_w, 'W')}{without}")
    return lines


def _summary(result: Result) -> list[str]:
    """Return the totals, a line each."""
    lines = _counted(result) if result.platform.kind == "accelerator" else timed_totals(result)
    lines += _asked(result.options)
    if (least_of := _OBJECTIVES.get(str(result.options.get("objective")))) is not None:
        lines.append(f"mapped for     {least_of}")
    macs = known_count(result.model.macs, (row.layer.all_macs for row in result.rows), "0")
    return [
        *lines,
        f"MACs           {macs}",
        f"parameters     {counted(result.model.parameters, '0')}",
    ]


def _matrix(result: Result, total: float | None) -> list[str]:
    """Return the energy by tensor and level, in per cent of the total."""
    parts = result.parts()
    levels = [
        (level, label)
        for level, label in (
            ("mac", "MACs"),
            *((level.id, _SHORT.get(level.id, level.name)) for level in result.platform.levels),
            (STATIC, STATIC),
        )
        if any(level in cells for cells in parts.values())
    ]
    rows = []
    for tensor, label in LABELS.items():
        if tensor not in TENSORS and tensor not in parts:
            continue
        cells = parts.get(tensor, {})
        rows.append(
            [
                label,
                *(share(cells.get(level), total) for level, _ in levels),
                share(math.fsum(cells.values()), total),
            ]
        )
    sums = [
        share(math.fsum(cells.get(level, 0.0) for cells in parts.values()), total)
        for level, _ in levels
    ]
    rows.append(["total", *sums, share(total, total)])
    return columns(["by tensor and level", *(label for _, label in levels), "total"], rows)
