"""What coding does to tensors with few zeros: it makes them larger."""

from collections import Counter
from collections.abc import Sequence

from py.breakdown.result import LayerResult
from py.columns import several
from py.notes import Note
from py.platforms import CountedEstimate

_WIDTHS = {"ifmap": "activation", "weight": "weight"}


def coding_notes(rows: Sequence[LayerResult]) -> list[Note]:
    """Return a note on the layers whose code is longer than the plain words, if there are such.

    A significance map leaves out the words that are zero and adds a bit to every word: of words of
    b bits fewer than one in b is zero where the code is longer.
    """
    layers: Counter[str] = Counter()
    longest, plain = 0.0, 1
    for row in rows:
        if not isinstance(row.estimate, CountedEstimate):
            continue
        for tensor, kind in _WIDTHS.items():
            width = row.estimate.bits.get(kind)
            bits = [term.bits_per_word for term in row.estimate.terms if term.tensor == tensor]
            if width is None or not bits or max(bits) <= width:
                continue
            layers[tensor] += 1
            if max(bits) * plain > longest * width:
                longest, plain = max(bits), width
    if not layers:
        return []
    what = " and ".join(f"the {tensor}s of {several(layers[tensor], 'layer')}" for tensor in layers)
    text = (
        f"Coding lengthens {what}, to {longest:.4g} bits a word in place of {plain}: where "
        "zeros are known, a significance map adds one bit to every word, and too few words here "
        "are zero to make up for it."
    )
    return [Note("coding-longer", text)]
