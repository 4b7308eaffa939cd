"""Layers without MACs: they cost the words that they move.

Every word goes from DRAM through the global buffer to a PE and back once. What its operations cost
is not in the sources (Chen et al., Yang et al.), so it is counted as ``ops`` and not priced.
"""

from py.layers.layer import Layer
from py.platforms.accelerator.counts import Count
from py.platforms.accelerator.hardware import Hardware


def stream(layer: Layer, hardware: Hardware) -> tuple[Count, ...] | None:
    """Return the accesses of a layer that only moves data, or None if its sizes are unknown."""
    read, weights, written = layer.ifmap_elements, layer.weight_elements, layer.ofmap_elements
    if read is None or weights is None or written is None:
        return None
    if layer.in_place:
        read = written = 0
        what = "words: its neighbours write and read in place"
    else:
        what = "words, each once"
    fills = hardware.conventions.fills == "charged"
    passes = 2 if fills else 1
    counts = []
    for tensor, words, verb in (
        ("ifmap", read, "read"),
        ("weight", weights, "read"),
        ("ofmap", written, "written"),
    ):
        if tensor == "weight" and not words:
            continue
        counts += [
            Count(tensor, "dram", words, f"{verb}: {words} {what}"),
            Count(
                tensor,
                "global_buffer",
                passes * words,
                f"written and read: {words} {what}" if fills else f"{verb}: {words} {what}",
            ),
            Count(tensor, "array", words, f"delivered: {words} {what}"),
        ]
    return tuple(counts)
