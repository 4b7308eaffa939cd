"""Two ways of counting side by side, per layer and in total: simulated values, expected ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum

from py.platforms.accelerator.nest.access import Access
from py.simulate.counted import LayerCount, Rule

CostOf = Callable[[Access], float]
"""What a bit of an access costs, in any one unit."""

TOTAL = "all layers"


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity of a layer: ``simulated`` beside ``expected``."""

    layer: str
    quantity: str
    simulated: float
    expected: float

    @property
    def difference(self) -> float | None:
        """How far the expected figure is from the simulated one, as a share of that."""
        if not self.simulated:
            return 0.0 if not self.expected else None
        return self.expected / self.simulated - 1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows by layer, and the same quantities added up over all layers.

    Quantities are ``macs`` (not skipped), ``bits`` (all accesses), each access as ``bits of tensor,
    place, kind``, and ``energy`` where costs are given.
    """

    layers: tuple[Row, ...]
    totals: tuple[Row, ...]

    def total(self, quantity: str) -> Row:
        """Return the sum of a quantity over all layers.

        Raises:
            KeyError: a quantity that is not compared.
        """
        for row in self.totals:
            if row.quantity == quantity:
                return row
        raise KeyError(quantity)


def compare(
    simulated: Sequence[LayerCount],
    expected: Sequence[LayerCount],
    rule: Rule = "either_zero",
    cost_of: CostOf | None = None,
    mac_cost: float = 1.0,
) -> Comparison:
    """Return both side by side; the layers must be the same, in the same order.

    Raises:
        ValueError: other layers, or other accesses.
    """
    rows: list[Row] = []
    for one, other in zip(simulated, expected, strict=True):
        if one.name != other.name or one.bits.keys() != other.bits.keys():
            raise ValueError(f"compare: the same layer and accesses, got {one.name}, {other.name}")
        mine, theirs = (_quantities(c, rule, cost_of, mac_cost) for c in (one, other))
        rows += [Row(one.name, name, mine[name], theirs[name]) for name in mine]
    names = dict.fromkeys(row.quantity for row in rows)
    totals = []
    for name in names:
        same = [row for row in rows if row.quantity == name]
        both = fsum(row.simulated for row in same), fsum(row.expected for row in same)
        totals.append(Row(TOTAL, name, *both))
    return Comparison(tuple(rows), tuple(totals))


def _quantities(
    count: LayerCount, rule: Rule, cost_of: CostOf | None, mac_cost: float
) -> dict[str, float]:
    kept, bits = count.macs.kept(rule), count.bits
    found = {"macs": kept, "bits": fsum(bits.values())}
    if cost_of is not None:
        costs = [cost_of(access) * amount for access, amount in bits.items()]
        found["energy"] = fsum([*costs, mac_cost * kept])
    for (tensor, place, kind), amount in sorted(bits.items()):
        found[f"bits of {tensor}, {place}, {kind}"] = amount
    return found
