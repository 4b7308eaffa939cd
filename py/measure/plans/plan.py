"""Plans: named lists of shapes, in an order that stays balanced wherever it is cut short."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from py.measure.plans.networks import NETWORKS, QUICK_NETWORKS, network_path
from py.measure.plans.of_network import shapes_of_network
from py.measure.plans.sampled import FAMILIES, sampled
from py.measure.plans.shape import Direction, Shape
from py.measure.plans.work import elements_of, macs_of

PLANS = ("quick", "standard", "batch", "clocks")
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_CURVE = ("alexnet", "resnet18", "mobilenet_v2")
"""Networks whose layers and whole are measured over batches and clocks (papers/004)."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How large shapes may be, so that none takes seconds on a device of its class."""

    most_macs: int
    most_elements: int


_REACH: Mapping[str, Reach] = {
    "cpu": Reach(6_000_000_000, 120_000_000),
    "gpu": Reach(1_500_000_000_000, 600_000_000),
}
_QUICK_REACH: Mapping[str, Reach] = {
    "cpu": Reach(300_000_000, 40_000_000),
    "gpu": Reach(60_000_000_000, 150_000_000),
}
_QUICK = {
    **{"convolution": 130, "first convolution": 24, "depthwise": 40, "grouped": 22},
    **{"fully connected": 40, "classifier": 14, "product": 24, "pool": 40, "elementwise": 28},
    **{"normalisation": 24, "local response": 22, "softmax": 24, "movement": 24},
}
_STANDARD = {
    **{"convolution": 700, "first convolution": 120, "uneven": 120, "depthwise": 220},
    **{"grouped": 120, "fully connected": 220, "classifier": 60, "product": 160, "pool": 220},
    **{"elementwise": 160, "of transformers": 80, "normalisation": 80, "batch normalisation": 80},
    **{"local response": 80, "softmax": 80, "movement": 120, "reduction": 60},
    **{"attention": 80, "recurrent": 60},
}
_FOR_A_MODEL = 22
"""A kind of layer gets a model from twenty rows on; one or two may fail."""
_BUDGET_S = {"quick": 50.0, "standard": 27 * 60.0, "batch": 15 * 60.0, "clocks": 15 * 60.0}
_GPU_BUDGET_S = {"quick": 50.0, "standard": 7 * 60.0, "batch": 8.5 * 60.0, "clocks": 8.5 * 60.0}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, in order, layers before networks; ``budget_s`` bounds the layers' time."""

    name: str
    shapes: tuple[Shape, ...]
    budget_s: float

    @property
    def hash(self) -> str:
        """What tells this plan from others; the same shapes in the same order have the same."""
        text = json.dumps([self.name, *(shape.key for shape in self.shapes)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def make_plan(
    name: str,
    device: str = "cpu",
    *,
    dtypes: Sequence[str] = ("fp32",),
    networks: Sequence[str] | None = None,
    clocks_mhz: Sequence[int] = (),
    direction: Direction = "forward",
) -> Plan:
    """Return a plan for a device such as ``cpu`` or ``cuda:0``.

    ``networks`` are samples to measure whole, with their layers; None is what the plan has.
    ``clocks_mhz`` are those of the plan ``clocks``.

    Raises:
        ValueError: an unknown plan or network, or the plan ``clocks`` without clocks.
    """
    if name not in PLANS:
        raise ValueError(f"plan: one of {', '.join(PLANS)}, got {name[:40]!r}")
    if name == "clocks" and not clocks_mhz:
        raise ValueError("plan: clocks needs clocks that the device supports, got none")
    kind = "cpu" if device == "cpu" else "gpu"
    chosen = tuple(networks) if networks is not None else _networks_of(name)
    reach = (_QUICK_REACH if name == "quick" else _REACH)[kind]
    layers, whole = _SHAPES[name](chosen, reach, kind, clocks_mhz)
    shapes = [
        replace(shape, dtype=dtype, direction=direction)
        for part in (layers, whole)
        for shape in part
        for dtype in dtypes
    ]
    budget = (_BUDGET_S if kind == "cpu" else _GPU_BUDGET_S)[name]
    return Plan(name, tuple(dict.fromkeys(shapes)), budget)


def _networks_of(name: str) -> tuple[str, ...]:
    return {"quick": QUICK_NETWORKS, "standard": NETWORKS}.get(name, _CURVE)


_Parts = tuple[Sequence[Shape], Sequence[Shape]]


def _quick(networks: Sequence[str], reach: Reach, _kind: str, _clocks: Sequence[int]) -> _Parts:
    families = {"of networks": _layers(networks, (1,)), **_samples(_QUICK, reach)}
    return in_order(families.values()), _whole(networks, (1,))


def _standard(networks: Sequence[str], reach: Reach, kind: str, _clocks: Sequence[int]) -> _Parts:
    batches = _BATCHES if kind == "gpu" else _BATCHES[:6]
    own = [
        shape
        for shape in _layers(networks, batches)
        if (macs_of(shape) or 0) <= reach.most_macs and elements_of(shape) <= reach.most_elements
    ]
    # Each batch is a family of its own: cut short, all batches are there.
    by_batch = {
        f"of networks, batch {batch}": [one for one in own if one.batch == batch]
        for batch in batches
    }
    whole = _whole(networks, (1, 8) if kind == "cpu" else (1, 32))
    return in_order([*by_batch.values(), *_samples(_STANDARD, reach).values()]), whole


def _batch(networks: Sequence[str], reach: Reach, _kind: str, _clocks: Sequence[int]) -> _Parts:
    layers = [
        shape
        for shape in _layers(networks, _BATCHES)
        if (macs_of(shape) or 0) <= reach.most_macs and elements_of(shape) <= reach.most_elements
    ]
    by_batch = [[one for one in layers if one.batch == batch] for batch in _BATCHES]
    return balanced(by_batch), _whole(networks, _BATCHES)


def _clocks(networks: Sequence[str], _reach: Reach, kind: str, clocks: Sequence[int]) -> _Parts:
    batch = 1 if kind == "cpu" else 16
    layers = [
        [replace(shape, clock_mhz=clock) for shape in _layers(networks, (batch,))]
        for clock in clocks
    ]
    whole = [
        replace(shape, clock_mhz=clock) for shape in _whole(networks, (batch,)) for clock in clocks
    ]
    return balanced(layers), whole


_SHAPES = {"quick": _quick, "standard": _standard, "batch": _batch, "clocks": _clocks}


def _samples(counts: Mapping[str, int], reach: Reach) -> dict[str, Sequence[Shape]]:
    return {
        family: sampled(
            family, counts[family], most_macs=reach.most_macs, most_elements=reach.most_elements
        )
        for family in FAMILIES
        if family in counts
    }


def _layers(networks: Sequence[str], batches: Sequence[int]) -> list[Shape]:
    """Return the distinct layers of networks at batches, one batch after the other."""
    found: dict[Shape, None] = {}
    for batch in batches:
        for network in networks:
            for shape, _ in shapes_of_network(network_path(network), batch):
                found[shape] = None
    return list(found)


def _whole(networks: Sequence[str], batches: Sequence[int]) -> list[Shape]:
    return [Shape("network", batch, network=network) for batch in batches for network in networks]


def in_order(families: Iterable[Sequence[Shape]]) -> list[Shape]:
    """Return all shapes, first those that give every family a model, then the others; balanced."""
    listed = list(families)
    first = [family[:_FOR_A_MODEL] for family in listed]
    return [*balanced(first), *balanced(family[_FOR_A_MODEL:] for family in listed)]


def balanced(families: Iterable[Sequence[Shape]]) -> list[Shape]:
    """Return all shapes in an order whose every beginning has the same share of each family.

    No family is ever a whole row before its share or behind it: of those that are not before it,
    the one that would first be behind goes next (Steiner and Yeomans 1993).
    """
    rows = [family for family in families if family]
    total = sum(map(len, rows))
    taken = [0] * len(rows)
    found = []
    for place in range(1, total + 1):
        number = min(
            (one for one, row in enumerate(rows) if taken[one] * total < place * len(row)),
            key=lambda one: -(-(taken[one] + 1) * total // len(rows[one])),
        )
        found.append(rows[number][taken[number]])
        taken[number] += 1
    return found
