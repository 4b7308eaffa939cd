"""Zero fractions that were counted, as a file that the page and ``--density`` take."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

from py.layers.density import SCHEMA
from py.simulate.simulation import LayerZeros


class Counted(Protocol):
    """Zero fractions that were counted: of a run, or of a simulation."""

    @property
    def source(self) -> str: ...

    @property
    def zeros(self) -> tuple[LayerZeros, ...]: ...


def density_of(counted: Counted) -> dict[str, Any]:
    """Return the file's content (public/schema/density.schema.json).

    A name that several layers share is left out: which of them is meant can't be told.
    """
    shared = set(shared_names(counted.zeros))
    return {
        "schema": SCHEMA,
        "source": counted.source,
        "layers": {
            layer.name: layer.zeros.as_json()
            for layer in counted.zeros
            if layer.name not in shared
            and any(value is not None for value in layer.zeros.as_json().values())
        },
    }


def shared_names(zeros: Sequence[LayerZeros]) -> tuple[str, ...]:
    """Return the names that several layers have."""
    times = Counter(layer.name for layer in zeros)
    return tuple(name for name, count in times.items() if count > 1)
