"""The standard plan for a GPU, its layers in an order that serves what a fit needs first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from py.errors import JoulegraphError
from py.measure.plans.plan import Plan, make_plan
from py.measure.plans.shape import Shape
from py.measure.plans.work import workload_of_shape
from py.measure.table import cells
from py.measure.table.row import NETWORK

BATCHES = (64, 256)
"""Of whole networks: with fewer images a large GPU waits for its host in most of their layers."""

_SHARES: Mapping[str, int] = {
    **{"conv": 6, "dense": 4, "pool": 4, "depthwise": 3, "elementwise": 3},
    **{"grouped": 3, "movement": 3, "lrn": 3},
}
"""Rows of each kind among those of a beginning; kinds that few image networks have get ``_FEW``."""
_FEW = 1
NEEDED = tuple(_SHARES)
"""The kinds of which image networks are made."""


def gpu_plan(
    device: str,
    dtypes: Sequence[str],
    *,
    name: str = "standard",
    networks: Sequence[str] | None = None,
    batches: Sequence[int] = BATCHES,
) -> Plan:
    """Return a plan with its layers ordered by kind, and its networks at the batches, last.

    Every beginning has each kind in its share, within it the plan's own balance, and each layer in
    all precisions side by side.
    """
    plan = make_plan(name, device, dtypes=dtypes, networks=networks)
    layers = by_share([shape for shape in plan.shapes if shape.op != NETWORK])
    found = dict.fromkeys(
        replace(shape, batch=batch)
        for batch in batches
        for shape in plan.shapes
        if shape.op == NETWORK
    )
    return Plan(plan.name, (*layers, *found), plan.budget_s)


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
