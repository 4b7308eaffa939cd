"""Zero fractions: which share of a layer's tensors is zero, from a file beside the model."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from py.errors import JoulegraphError
from py.layers.counted_zeros import CountedZeros
from py.layers.layer import Layer, Zeros

SCHEMA = "joulegraph/density/1"
_TENSORS = ("ifmap", "weight", "ofmap")
_MOST_LAYERS = 100_000


@dataclass(frozen=True, slots=True)
class Density:
    """Zero fractions by layer name, with where they come from.

    ``weights`` are those counted in the model's own weights, in its layers' order: they go before
    what is said of a layer by name.
    """

    source: str
    layers: dict[str, Zeros]
    weights: tuple[float | None, ...] = ()

    @classmethod
    def from_json(cls, data: Any) -> "Density":
        """Read a density file.

        Raises:
            JoulegraphError: ``density-invalid`` with the entry that is wrong.
        """
        if (
            not isinstance(data, dict)
            or data.get("schema") != SCHEMA
            or not isinstance(data.get("layers"), dict)
        ):
            raise _invalid(f'it says "schema": "{SCHEMA}" and has "layers"')
        entries = data["layers"]
        if len(entries) > _MOST_LAYERS:
            raise _invalid(f"it has at most {_MOST_LAYERS} layers, got {len(entries)}")
        layers = {str(name): _zeros(str(name), entry) for name, entry in entries.items()}
        return cls(str(data.get("source", ""))[:2000], layers)

    @classmethod
    def of(cls, given: "Density | None", counted: CountedZeros | None) -> "Density | None":
        """Return zero fractions that were given together with those that were counted."""
        if counted is None or not counted.source:
            return given
        if given is None:
            return cls(counted.source, {}, counted.shares)
        source = f"{given.source}; {counted.source}" if given.source else counted.source
        return replace(given, source=source, weights=counted.shares)

    def applied(self, layers: Iterable[Layer]) -> tuple[tuple[Layer, ...], tuple[str, ...]]:
        """Return the layers with their zero fractions, and the names that no layer has.

        A tensor's zeros are the same wherever it is read: a pooling layer between two layers of the
        file gets the first one's ofmap and the second one's ifmap.
        """
        layers = tuple(layers)
        tensors: dict[str, float] = {}
        for layer in layers:
            known = self.layers.get(layer.name)
            if known is not None:
                tensors |= _named(layer.ofmaps, known.ofmap)
        for layer in layers:
            known = self.layers.get(layer.name)
            if known is not None:
                tensors = _named(layer.ifmaps, known.ifmap) | tensors
        result = []
        for index, layer in enumerate(layers):
            own = self.layers.get(layer.name, Zeros())
            counted = self.weights[index] if index < len(self.weights) else None
            zeros = Zeros(
                ifmap=_first(own.ifmap, _shared(layer.ifmaps, tensors)),
                weight=_first(counted, own.weight),
                ofmap=_first(own.ofmap, _shared(layer.ofmaps, tensors)),
            )
            result.append(layer.with_zeros(zeros))
        names = {layer.name for layer in layers}
        return tuple(result), tuple(name for name in self.layers if name not in names)


def _first(stated: float | None, shared: float | None) -> float | None:
    return shared if stated is None else stated


def _named(names: tuple[str, ...], zeros: float | None) -> dict[str, float]:
    return {} if zeros is None or len(names) != 1 else {names[0]: zeros}


def _shared(names: tuple[str, ...], tensors: dict[str, float]) -> float | None:
    """Return the zeros of the one tensor, None for several (their sizes are not known here)."""
    return tensors.get(names[0]) if len(names) == 1 else None


def _zeros(name: str, entry: Any) -> Zeros:
    if not isinstance(entry, dict):
        raise _invalid(f"layer {name[:60]!r} has zero fractions by tensor, got {str(entry)[:60]!r}")
    unknown = sorted(entry.keys() - set(_TENSORS))
    if unknown:
        raise _invalid(f"layer {name[:60]!r} has no tensor {unknown[0][:40]!r}")
    values: dict[str, float | None] = {}
    for tensor in _TENSORS:
        value = entry.get(tensor)
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1
        ):
            raise _invalid(
                f"the zeros of {name[:60]!r} in its {tensor} are a share from 0 to 1, "
                f"got {str(value)[:40]!r}"
            )
        values[tensor] = None if value is None else float(value)
    return Zeros(**values)


def _invalid(expected: str) -> JoulegraphError:
    return JoulegraphError(
        "density-invalid",
        f"This is no file of zero fractions: {expected}.",
        "Give a file like public/models/alexnet.density.json.",
    )
