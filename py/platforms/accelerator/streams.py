"""Layers without MACs: they cost the words that they move.

Every word comes from the outermost level, through those above the array that keep its tensor (or
let it pass), to a PE, and goes back once. A level that the mapper may do without is done without.
What its operations cost is not in the sources, so it is counted as ``ops`` and not priced.
"""

from collections import Counter
from itertools import pairwise

from py.layers.layer import Layer
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.nest.access import ARRAY, Access
from py.platforms.accelerator.nest.dims import TENSORS


def stream(layer: Layer, hardware: Hardware) -> dict[Access, int] | None:
    """Return the accesses of a layer that only moves data, or None if its sizes are unknown."""
    read, weights, written = layer.ifmap_elements, layer.weight_elements, layer.ofmap_elements
    if read is None or weights is None or written is None:
        return None
    if layer.in_place:  # its neighbours write and read in place
        read = written = 0
    found: Counter[Access] = Counter()
    for tensor, words in (("ifmap", read), ("weight", weights)):
        keepers = _keepers(hardware, tensor)
        for outer, inner in pairwise(keepers):
            found[tensor, outer, "read"] += words
            found[tensor, inner, "fill"] += words
        found[tensor, keepers[-1], "read"] += words
        found[tensor, ARRAY, "deliver"] += words
    keepers = _keepers(hardware, "ofmap")
    found["ofmap", ARRAY, "collect"] += written
    found["ofmap", keepers[-1], "update"] += written
    for outer, inner in pairwise(keepers):
        found["ofmap", inner, "drain"] += written
        found["ofmap", outer, "update"] += written
    return {access: words for access, words in found.items() if words}


def _keepers(hardware: Hardware, tensor: str) -> list[str]:
    place = TENSORS.index(tensor)
    return [
        level.id
        for level in hardware.levels[: hardware.array.at]
        if level.memory.keeps[place] == "kept"
    ]
