"""A model's parameters: the stored tensors behind the weights of its works, a shared one once."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from py.graph import Region
from py.graph.dtype import bits_of
from py.layers.works import VIEWS, Work
from py.quantities import total_count

_SAME_WEIGHT = VIEWS | {("", "Cast"), ("", "Transpose"), ("", "DequantizeLinear")}


@dataclass(frozen=True, slots=True)
class StoredWeight:
    """A tensor of the file that a work has as parameters.

    ``key`` is the same wherever the tensor is met: a function has its own in every call.
    ``size_bytes`` is None where its type has no fixed size.
    """

    key: Hashable
    name: str
    elements: int
    size_bytes: int | None


class Parameters:
    """Counts the elements of distinct stored tensors over all regions."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, StoredWeight] = {}
        self._used: set[Hashable] = set()

    @property
    def total(self) -> int:
        return _elements(self._seen.values())

    @property
    def bytes(self) -> int | None:
        """What they take in the file's own types; None where a type has no fixed size."""
        return total_count(weight.size_bytes for weight in self._seen.values())

    @property
    def idle(self) -> int:
        """Those that are used only in branches that do not run."""
        return _elements(w for key, w in self._seen.items() if key not in self._used)

    def add(self, weights: Iterable[StoredWeight], runs: float) -> None:
        """Count stored tensors of a region that runs so often."""
        for weight in weights:
            self._seen[weight.key] = weight
            if runs:
                self._used.add(weight.key)


def stored_weights(region: Region, work: Work) -> tuple[StoredWeight, ...]:
    """Return the stored tensors behind a work's parameters, each once."""
    found: dict[Hashable, StoredWeight] = {}
    for name in work.weights:
        # The file may pack several numbers into one element of the first.
        weight = _stored(region, name, None if found else work.unpacked)
        found.setdefault(weight.key, weight)
    return tuple(found.values())


def _stored(region: Region, name: str, unpacked: int | None) -> StoredWeight:
    """Return the initializer or constant behind a weight."""
    while True:
        region, name = region.origin_of(name)
        producer = region.producer_of(name)
        if producer is None or (producer.domain, producer.op) not in _SAME_WEIGHT:
            break
        name = producer.inputs[0]
    tensor = region.type_of(name)
    stored, bits = tensor.elements or 0, bits_of(tensor.dtype)
    return StoredWeight(
        _key(region, name),
        name,
        stored if unpacked is None else unpacked,
        None if bits is None else -(-stored * bits // 8),
    )


def _key(region: Region, name: str) -> Hashable:
    """Return what tells a stored tensor from all others: its elements in the file."""
    initializer = region.initializers.get(name)
    if initializer is not None:
        return id(initializer.payload)
    producer = region.producer_of(name)
    if producer is None or producer.op != "Constant" or producer.domain:
        return region.path, name
    value = producer.tensor("value")
    return id(next(iter(producer.attributes.values())) if value is None else value.payload)


def _elements(weights: Iterable[StoredWeight]) -> int:
    return sum(weight.elements for weight in weights)
