"""A result as an attachment that Netron shows beside the model: drop it on the open model.

Netron (9.x, source/view.js, ``metadata.Attachment``) takes a file whose name ends in ``.json`` and
that says ``"signature": "netron:attachment"``. Its ``metadata`` and ``metrics`` are lists of
``{"kind", "target", "name", "value"}``; ``kind`` is model, graph, node, value or tensor, ``target``
the name up to its first line break (empty for the model), and of one target the last of a name
wins. It shows a value as it is, so quantities are texts with a unit. A node without a name can't be
named: what is said of it is said of its first output. A link does not know the graph's name.
"""

import json
from collections.abc import Iterable
from typing import Any

from py.breakdown import LayerResult, Result
from py.breakdown.quantity import share, with_unit
from py.exports.export import Export
from py.exports.plain import plain
from py.layers.nodes import NodeSummary
from py.quantities import total, total_count

_Target = tuple[str, str]


def netron(export: Export) -> str:
    """Return the attachment as JSON: totals, and what each layer costs at its main node."""
    result = export.result
    made, totals = export.made().items(), export.totals().items()
    graph = _line(result.model.graph)
    metadata = [_item("model", "", name, value) for name, value in made]
    metadata += [_item("graph", graph, name, value) for name, value in made]
    metrics = [_item("model", "", name, value) for name, value in totals]
    # Netron looks for a graph's metrics without its name, under subgraphs too: hence "model:".
    for of in dict.fromkeys(("", graph)):
        metrics += [_item("graph", of, f"model: {name}", value) for name, value in totals]
    nodes = {(node.path, node.index): node for node in result.model.nodes}
    found: dict[_Target, list[LayerResult]] = {}
    folded: dict[_Target, str] = {}
    for row in result.rows:
        main = _main(row, nodes)
        if main is None:
            continue
        found.setdefault(main, []).append(row)
        for index in row.layer.nodes:
            target = _target(nodes.get((row.layer.path, index)))
            if target is not None:
                folded.setdefault(target, row.layer.name)
    for target, rows in found.items():
        metrics += [_item(*target, name, value) for name, value in _metrics(result, rows)]
    metadata += [
        _item(*target, "energy counted with", plain(name))
        for target, name in folded.items()
        if target not in found
    ]
    for entry in result.not_modelled:
        target = _target(nodes.get((entry.path, entry.nodes[0]))) if entry.nodes else None
        if target is not None:
            metadata.append(_item(*target, "energy unknown", plain(entry.reason)))
    document = {"signature": "netron:attachment", "metadata": metadata, "metrics": metrics}
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _item(kind: str, target: str, name: str, value: str) -> dict[str, Any]:
    return {"kind": kind, "target": target, "name": name, "value": value}


def _main(row: LayerResult, nodes: dict[tuple[str | None, int], NodeSummary]) -> _Target | None:
    """Return where a layer's cost is shown: at the node that it is named after, else its first.

    A link knows no nodes, but the names that layers have from them.
    """
    layer = row.layer
    own = [node for index in layer.nodes if (node := nodes.get((layer.path, index))) is not None]
    if not own:
        name = _line(layer.name)
        return ("node", name) if name else None
    named = next((node for node in own if node.name == layer.name), None)
    first = next((node for node in own if node.op in layer.op_types[:1]), own[0])
    return _target(named or first)


def _target(node: NodeSummary | None) -> _Target | None:
    if node is None:
        return None
    if _line(node.name):
        return "node", _line(node.name)
    output = next((one.name for one in node.outputs if _line(one.name)), None)
    return None if output is None else ("value", _line(output))


def _line(name: str) -> str:
    return name.split("\n")[0]


def _metrics(result: Result, rows: list[LayerResult]) -> Iterable[tuple[str, str]]:
    """Yield what the layers of one node cost together."""
    estimates = [row.estimate for row in rows]
    basis = result.basis
    energy = total(one.energy_j for one in estimates)
    if energy is not None:
        yield "energy", with_unit(energy, "J")
    elif (in_macs := total(one.energy_macs for one in estimates)) is not None:
        yield "energy", with_unit(in_macs, "MACe")
    worth = total(basis.of(one) for one in estimates)
    if part := share(worth, result.worth):
        yield f"share of {basis.word}", part
    time = total(one.time_s for one in estimates)
    if time is not None:
        yield "time", with_unit(time, "s")
    macs = total_count(row.layer.all_macs for row in rows)
    if macs != 0:
        yield "MACs", with_unit(macs, "")
    nodes = [f"{len(row.layer.nodes)} nodes" for row in rows if len(row.layer.nodes) > 1]
    if nodes:
        yield "energy is of", " and ".join(dict.fromkeys(nodes))
    origins = {origin for row in rows if (origin := row.estimate.origin) is not None}
    if origins:
        yield "origin", ", ".join(sorted(origins))
