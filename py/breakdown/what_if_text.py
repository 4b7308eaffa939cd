"""What fusing layers would save, as text for the terminal."""

from py.breakdown.quantity import share, with_unit
from py.breakdown.what_if import WhatIf
from py.columns import columns, printable, several, shortened
from py.layers.report.totals import wrapped

_MOST_LISTED = 20
_LONGEST_NAME = 28


def what_if_lines(what_if: WhatIf, total: float | None, unit: str, width: int) -> list[str]:
    """Return the pairs that save most, a line each; ``total`` is of all layers, in ``unit``."""
    if not what_if.known:
        return ["What if layers were fused: this model does not say which layer reads which."]
    if not what_if.pairs:
        looked = several(what_if.tried, "pair")
        return [f"What if layers were fused: of {looked} none fits and saves energy."]
    ranked = sorted(what_if.pairs, key=lambda pair: -pair.saving_macs)[:_MOST_LISTED]
    scale = what_if.pairs[0].rows[0].counted.mac_energy_j or 1.0
    rows = []
    for pair in ranked:
        names = [shortened(printable(row.layer.name), _LONGEST_NAME) for row in pair.rows]
        rows.append(
            [
                " + ".join(names) + (" *" if pair.best else ""),
                with_unit(pair.fused.map_bits / 8, "B"),
                with_unit(pair.apart_macs * scale, unit),
                with_unit(pair.fused_macs * scale, unit),
                share(pair.saving_macs, pair.apart_macs),
            ]
        )
    head = ["what if fused", "map on chip", "apart", "fused", "less"]
    lines = columns(head, rows)
    if len(what_if.pairs) > len(ranked):
        lines.append(f"and {len(what_if.pairs) - len(ranked)} more pairs")
    saved = what_if.saving_macs * scale
    of_all = "" if not total else f", {share(saved, total)} of all"
    said = "Each pair alone, its map staying on chip. Those with * share no layer and save most"
    return [*lines, *wrapped("", f"{said} together: {with_unit(saved, unit)}{of_all}.", width, "")]
