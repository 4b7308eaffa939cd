"""A model's parameters: the stored tensors behind the weights of its works, a shared one once."""

from collections.abc import Mapping

from py.graph import Region
from py.graph.dtype import bits_of
from py.layers.works import VIEWS, Work
from py.quantities import total_count

_SAME_WEIGHT = VIEWS | {("", "Cast"), ("", "Transpose"), ("", "DequantizeLinear")}


class Parameters:
    """Counts the elements of distinct stored tensors over all regions."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], int] = {}
        self._bytes: dict[tuple[str, str], int | None] = {}
        self._used: set[tuple[str, str]] = set()

    @property
    def total(self) -> int:
        return sum(self._seen.values())

    @property
    def bytes(self) -> int | None:
        """What they take in the file's own types; None where a type has no fixed size."""
        return total_count(self._bytes.values())

    @property
    def idle(self) -> int:
        """Those that are used only in branches that do not run."""
        return sum(elements for key, elements in self._seen.items() if key not in self._used)

    def add(self, region: Region, weights: Mapping[str, int], runs: float) -> None:
        """Count stored tensors, each with its elements, in a region that runs so often."""
        for name, elements in weights.items():
            home = region.home_of(name)
            key = (home.path, name)
            if key not in self._seen:
                bits = bits_of(home.tensors[name].dtype)
                stored = home.tensors[name].elements or 0
                self._bytes[key] = None if bits is None else -(-stored * bits // 8)
            self._seen[key] = elements
            if runs:
                self._used.add(key)


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
