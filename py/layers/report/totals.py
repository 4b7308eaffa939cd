"""What stands below the table: what the model comes to, what was not worked out, the notes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from py.columns import counted, printable, shortened
from py.layers.model import Model, NotModelled
from py.layers.report.heading import further_notes
from py.notes import Note
from py.quantities import repeated, total_count

_MOST_LISTED = 20
_MOST_ALIKE = 5


def totals(model: Model) -> list[str]:
    """Return the totals, a line each: numbers aligned, what they are after them."""
    stored = model.parameter_bytes
    nodes = len(model.nodes)
    rows = [
        ("layers", str(len(model.layers)), f"of {nodes} nodes" if nodes else ""),
        ("parameters", counted(model.parameters, "0"), "of MACs and normalisation"),
        *([("  as stored", counted(stored), "bytes")] if stored else []),
        ("MACs", known_count(model.macs, (layer.all_macs for layer in model.layers), "0"), ""),
        (
            "other operations",
            known_count(model.ops, (layer.all_ops for layer in model.layers), "0"),
            "",
        ),
        ("activations written", counted(written(model), "0"), "elements; views write none"),
    ]
    digits = max(len(value) for _, value, _ in rows)
    return [f"{label:20}{value:>{digits}}  {more}".rstrip() for label, value, more in rows]


def known_count(value: int | None, parts: Iterable[int | None], nothing: str = "–") -> str:
    """Return a total; where it is not known, that it is at least what is known of it."""
    if value is not None:
        return counted(value, nothing)
    known = total_count(part or 0 for part in parts)
    return f"≥ {counted(known)}" if known else "unknown"


def written(model: Model) -> int | None:
    """Return the activations that all layers write; what is done in place writes none."""
    if model.not_modelled:
        return None
    return total_count(
        repeated(layer.ofmap_elements, layer.runs) for layer in model.layers if not layer.in_place
    )


def remarks(
    model: Model,
    width: int,
    left: Sequence[NotModelled] | None = None,
    notes: Sequence[Note] | None = None,
) -> list[str]:
    """Return what was not worked out and the notes, without those that the heading says.

    A platform has its own of both.
    """
    left = model.not_modelled if left is None else left
    lines = []
    if left:
        lines += ["", "Not worked out:"]
        for entry in left[:_MOST_LISTED]:
            name = shortened(printable(entry.name), 120)
            lines += wrapped("  ", f"{name}: {printable(entry.reason)}", width)
        if len(left) > _MOST_LISTED:
            lines.append(f"  and {len(left) - _MOST_LISTED} more")
    said = list(_notes(model, model.notes if notes is None else notes))
    return [*lines, *([""] if said else []), *(w for n in said for w in wrapped("", n, width))]


def _notes(model: Model, notes: Sequence[Note]) -> Iterator[str]:
    """Yield the notes; of many of a kind the first few and how many more."""
    seen: Counter[str] = Counter()
    for note in further_notes(model, notes):
        seen[note.code] += 1
        if seen[note.code] <= _MOST_ALIKE:
            yield f"Note: {printable(note.text)}"
    for code, count in seen.items():
        if count > _MOST_ALIKE:
            yield f"Note: {count - _MOST_ALIKE} more like these ({code}); --format json has all."


def wrapped(indent: str, text: str, width: int, hanging: str = "  ") -> list[str]:
    """Return text in lines of at most ``width``, indented, those after the first further."""
    if len(text) + len(indent) <= width:
        return [f"{indent}{text}"]
    from textwrap import wrap  # most models need none

    further = f"{indent}{hanging}"
    return wrap(
        text, width, initial_indent=indent, subsequent_indent=further, break_long_words=False
    )
