"""A result's layers as the blocks of ``py.layers``'s table, with what they cost."""

import math
from collections.abc import Iterator, Sequence

from py.breakdown.result import LayerResult, Result
from py.layers.report.block import Amounts
from py.layers.report.tree import Tree
from py.layers.report.view import Row
from py.platforms.estimate import STATIC, TENSORS

ENERGY = 0
_SHOWN = (*TENSORS, STATIC)
PARTS = {tensor: 1 + place for place, tensor in enumerate(_SHOWN)}
"""Where among a block's amounts the energy of a tensor, of computation, or static energy stands."""
_FIRST = 1 + len(_SHOWN)
ZEROS = {"ifmap": (_FIRST, _FIRST + 1), "weight": (_FIRST + 2, _FIRST + 3)}
"""Where a tensor's zeros stand, and the elements among which they were counted."""


def tree_of(result: Result, *, repeats: bool = True) -> Tree:
    """Return the blocks of a result's model; energies are in joules where these are known."""
    return Tree(result.model, repeats=repeats, amounts=list(_amounts(result)))


def sums(rows: Sequence[Row]) -> Amounts:
    """Return what rows that are not in each other come to; nothing where none is priced."""
    priced = [row.amounts for row in rows if row.amounts]
    return tuple(math.fsum(column) for column in zip(*priced, strict=True))


def _amounts(result: Result) -> Iterator[Amounts | None]:
    """Yield the amounts of each of the model's layers, None for those without an estimate."""
    rows = iter(result.rows)
    row = next(rows, None)
    for layer in result.model.layers:
        own = (layer.name, layer.path, layer.nodes, layer.kind)
        if row is not None and own == (
            *(row.layer.name, row.layer.path, row.layer.nodes, row.layer.kind),
        ):
            yield _amounts_of(row)
            row = next(rows, None)
        else:
            yield None


def _amounts_of(row: LayerResult) -> Amounts:
    layer, estimate = row.layer, row.estimate
    energy = estimate.energy_macs if estimate.energy_j is None else estimate.energy_j
    parts = estimate.parts()
    zeros = []
    for share, elements in (
        (layer.zeros.ifmap, layer.ifmap_elements),
        (layer.zeros.weight, layer.weight_elements),
    ):
        known = 0.0 if share is None or not elements else elements * float(layer.runs)
        zeros += [(share or 0.0) * known, known]
    return (energy, *(math.fsum(parts.get(tensor, {}).values()) for tensor in _SHOWN), *zeros)
