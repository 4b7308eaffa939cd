"""A result as text for the terminal."""

import math

from py.breakdown.quantity import share, with_unit
from py.breakdown.result import LayerResult, Result
from py.columns import columns, printable, shortened
from py.quantities import total_count

_TENSORS = (("computation", "MACs"), ("ifmap", "ifmap"), ("weight", "weight"), ("ofmap", "ofmap"))
_LEVELS = (
    ("mac", "MACs"),
    ("dram", "DRAM"),
    ("global_buffer", "buffer"),
    ("array", "array"),
    ("register_file", "RF"),
)
MAC_UNIT = "MACe"


def result_table(result: Result) -> str:
    """Return title, finding, totals, a table of layers and the notes; columns add up."""
    joules = result.energy_j is not None
    total = result.energy_j if joules else result.energy_macs
    unit = "J" if joules else MAC_UNIT
    batch = result.model.batch
    lines = [
        f"{printable(result.model.name)} on {printable(result.platform.name)}, batch {batch}",
        "",
    ]
    lines += _summary(result, total, unit)
    if result.rows:
        lines += ["", *_layers(result, total, unit), "", *_matrix(result, total)]
    if result.not_modelled:
        lines += ["", "Not covered:"]
        lines += [
            f"  {printable(entry.name)}: {printable(entry.reason)}"
            for entry in result.not_modelled[:20]
        ]
        if len(result.not_modelled) > 20:
            lines.append(f"  and {len(result.not_modelled) - 20} more")
    if result.notes:
        lines += ["", *(f"Note: {printable(note.text)}" for note in result.notes)]
    return "\n".join(lines) + "\n"


def finding(result: Result) -> str:
    """Return in one sentence where the energy goes."""
    total = result.energy_macs
    if not result.rows:
        return "Nothing in this model could be estimated."
    if not total:
        return "Nothing in this model costs energy on this platform."
    ranked = sorted(result.rows, key=lambda row: -row.estimate.energy_macs)
    top = ranked[: min(3, len(ranked))]
    held = math.fsum(row.estimate.energy_macs / total for row in top)
    macs = result.parts().get("computation", {}).get("mac", 0.0)
    scale = total if result.energy_j is None else result.energy_j
    names = ", ".join(printable(shortened(row.layer.name, 32)) for row in top)
    moving = (scale - macs) / macs if macs else None
    verb = "takes" if len(top) == 1 else "take"
    sentence = f"{names} {verb} {100 * held:.0f} % of the energy"
    if moving is None:
        return f"{sentence}; all of it moves data."
    return f"{sentence}; moving data takes {moving:.1f} times what computing takes."


def _summary(result: Result, total: float | None, unit: str) -> list[str]:
    totals = result.totals()
    batch = result.model.batch
    each = (
        f"  ({with_unit(None if total is None else total / batch, unit)} per inference)"
        if batch > 1
        else ""
    )
    least = "≥ " if result.not_modelled and total is not None else ""
    lines = [
        f"Energy      {least}{with_unit(total, unit)}{each}",
        f"MACs        {_macs(result)}",
        f"Parameters  {with_unit(totals['parameters'], '')}",
    ]
    if unit == MAC_UNIT:
        lines.append(
            f"            1 {MAC_UNIT} is the energy of one MAC at the platform's native width"
        )
    lines.append(finding(result))
    return lines


def _macs(result: Result) -> str:
    """Return the MACs of all layers; at least those known, where some are not."""
    if result.model.macs is not None:
        return with_unit(result.model.macs, "")
    return f"≥ {with_unit(total_count(row.layer.all_macs or 0 for row in result.rows), '')}"


def _layers(result: Result, total: float | None, unit: str) -> list[str]:
    header = ["layer", "kind", "MACs", "energy", "share", *(label for _, label in _TENSORS)]
    rows = []
    for row in result.rows:
        energy = _energy(row)
        parts = row.estimate.parts()
        shares = [
            share(math.fsum(parts[tensor].values()) if tensor in parts else None, energy)
            for tensor, _ in _TENSORS
        ]
        macs = with_unit(row.layer.all_macs, "") if row.layer.all_macs else "–"
        rows.append(
            [
                shortened(row.layer.name, 44),
                row.layer.kind,
                macs,
                with_unit(energy, unit),
                share(energy, total),
                *shares,
            ]
        )
    everything = result.parts()
    shares = [
        share(math.fsum(everything.get(tensor, {}).values()), total) for tensor, _ in _TENSORS
    ]
    rows.append(
        [
            "total",
            "",
            _macs(result),
            with_unit(total, unit),
            share(total, total),
            *shares,
        ]
    )
    return columns(header, rows, left=2)


def _matrix(result: Result, total: float | None) -> list[str]:
    """Return the energy by tensor and level, in per cent of the total."""
    parts = result.parts()
    levels = [
        (level, label)
        for level, label in _LEVELS
        if any(level in cells for cells in parts.values())
    ]
    rows = []
    for tensor, label in _TENSORS:
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


def _energy(row: LayerResult) -> float | None:
    return row.estimate.energy_macs if row.estimate.energy_j is None else row.estimate.energy_j
