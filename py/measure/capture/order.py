"""A plan's layers in an order that serves first what a fit of image networks needs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from py.errors import JoulegraphError
from py.measure.plans.plan import Plan
from py.measure.plans.shape import Shape
from py.measure.plans.work import workload_of_shape
from py.measure.table import cells
from py.measure.table.row import NETWORK

_SHARES: Mapping[str, int] = {
    **{"conv": 6, "dense": 4, "pool": 4, "depthwise": 3, "elementwise": 3},
    **{"grouped": 3, "movement": 3, "lrn": 3},
}
"""Rows of each kind among those of a beginning; kinds that few image networks have get ``_FEW``."""
_FEW = 1
NEEDED = tuple(_SHARES)
"""The kinds of which image networks are made."""


def ordered(plan: Plan) -> Plan:
    """Return a plan whose every beginning has each kind of layer in its share, networks last.

    Within a kind the plan's own balance stays, and each layer in all precisions side by side.
    """
    layers = by_share([shape for shape in plan.shapes if shape.op != NETWORK])
    return replace(plan, shapes=(*layers, *_networks(plan)))


def with_networks_at(plan: Plan, batches: Sequence[int]) -> Plan:
    """Return a plan with its networks at these batches instead of its own."""
    layers = [shape for shape in plan.shapes if shape.op != NETWORK]
    found = dict.fromkeys(
        replace(shape, batch=batch) for batch in batches for shape in _networks(plan)
    )
    return replace(plan, shapes=(*layers, *found))


def _networks(plan: Plan) -> list[Shape]:
    return [shape for shape in plan.shapes if shape.op == NETWORK]


def by_share(shapes: Sequence[Shape]) -> list[Shape]:
    """Return layers so that every beginning has the same share of each kind."""
    seen: dict[tuple[str, str], int] = {}
    placed = []
    for number, shape in enumerate(shapes):
        kind = kind_of(shape)
        before = seen.get((kind, shape.dtype), 0)
        seen[kind, shape.dtype] = before + 1
        placed.append(((before + 0.5) / _SHARES.get(kind, _FEW), number, shape))
    return [shape for _, _, shape in sorted(placed, key=lambda one: one[:2])]


def kind_of(shape: Shape) -> str:
    """Return the kind of layer that a shape is timed as; of what makes none, its op."""
    try:
        return workload_of_shape(shape).kind
    except JoulegraphError:
        return shape.op


def shape_of(row: Mapping[str, str]) -> Shape:
    """Return the layer that a row of a capture is of."""
    size = {name: cells.size(row[name]) for name in _SIZES}
    return Shape(
        row["op"],
        size["batch"] or 1,
        cin=size["cin"],
        h=size["h"],
        w=size["w"],
        cout=size["cout"],
        kh=size["kh"],
        kw=size["kw"],
        stride=size["stride"],
        pad=cells.pad(row["pad"]),
        groups=size["groups"],
        dtype=row["dtype"],
        variant=row["variant"] or None,
    )


_SIZES = ("batch", "cin", "h", "w", "cout", "kh", "kw", "stride", "groups")
