"""A model's parameters: the stored tensors behind the weights of its works, a shared one once."""

from collections.abc import Mapping

from py.graph import Region
from py.layers.works import VIEWS, Work

_SAME_WEIGHT = VIEWS | {("", "Cast"), ("", "Transpose"), ("", "DequantizeLinear")}


class Parameters:
    """Counts the elements of distinct stored tensors over all regions."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], int] = {}

    @property
    def total(self) -> int:
        return sum(self._seen.values())

    def add(self, region: Region, weights: Mapping[str, int]) -> None:
        """Count stored tensors, each with its elements."""
        for name, elements in weights.items():
            self._seen[region.home_of(name).path, name] = elements


def stored_weights(region: Region, work: Work) -> dict[str, int]:
    """Return the stored tensors behind a work's parameters, each with its elements."""
    weights: dict[str, int] = {}
    for name in work.weights:
        stored = _stored(region, name)
        weights[stored] = region.type_of(stored).elements or 0
    if work.unpacked is not None and weights:
        weights[next(iter(weights))] = work.unpacked
    return weights


def _stored(region: Region, name: str) -> str:
    """Return the initializer or constant behind a weight."""
    producer = region.producer_of(name)
    while producer is not None and (producer.domain, producer.op) in _SAME_WEIGHT:
        name = producer.inputs[0]
        producer = region.producer_of(name)
    return name
