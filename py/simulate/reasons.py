"""Why a layer's MACs differ from what its zero fractions make one expect."""

from collections.abc import Sequence
from dataclasses import dataclass

from py.simulate.simulation import SimulatedLayer


@dataclass(frozen=True, slots=True)
class Reason:
    """Where the values of a layer are not spread evenly; shares from 0 to 1.

    ``padding`` is the share of MACs on padding. ``nonzero`` is the share of the ifmap that is not
    zero, ``under_filters`` the same share as MACs meet it: elements at the edges meet fewer taps.
    ``together`` is how much more often than by chance both operands are not zero: 1 is chance.
    None where nothing can be said.
    """

    layer: str
    padding: float
    nonzero: float | None
    under_filters: float | None
    together: float | None


def reasons(layers: Sequence[SimulatedLayer]) -> tuple[Reason, ...]:
    """Return a reason for each layer, in order."""
    return tuple(_reason(layer) for layer in layers)


def _reason(layer: SimulatedLayer) -> Reason:
    macs, zeros = layer.count.macs, layer.zeros.ifmap
    by_chance = macs.ifmap_nonzero * macs.weight_nonzero / macs.total
    return Reason(
        layer.name,
        padding=1.0 - macs.in_image / macs.total,
        nonzero=None if zeros is None else 1.0 - zeros,
        under_filters=macs.ifmap_nonzero / macs.in_image if macs.in_image else None,
        together=macs.both_nonzero / by_chance if by_chance else None,
    )
