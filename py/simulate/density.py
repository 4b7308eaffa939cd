"""Zero fractions that were counted, as a file that the page and ``--density`` take."""

from collections import Counter
from typing import Any

from py.layers.density import SCHEMA
from py.simulate.simulation import Simulation


def density_of(simulation: Simulation) -> dict[str, Any]:
    """Return the file's content (public/schema/density.schema.json).

    A name that several layers share is left out: which of them is meant can't be told.
    """
    times = Counter(layer.name for layer in simulation.zeros)
    return {
        "schema": SCHEMA,
        "source": simulation.source,
        "layers": {
            layer.name: layer.zeros.as_json()
            for layer in simulation.zeros
            if times[layer.name] == 1 and any(v is not None for v in layer.zeros.as_json().values())
        },
    }
