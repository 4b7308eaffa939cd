"""What stands below the table: what the model comes to, what was not worked out, the notes."""

from collections import Counter
from collections.abc import Iterator

from py.columns import counted, printable, shortened
from py.layers.model import Model
from py.layers.report.heading import further_notes
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
        ("MACs", *_known(model.macs, (layer.all_macs for layer in model.layers))),
        ("other operations", *_known(model.ops, (layer.all_ops for layer in model.layers))),
        ("activations written", counted(written(model), "0"), "elements; views write none"),
    ]
    digits = max(len(value) for _, value, _ in rows)
    return [f"{label:20}{value:>{digits}}  {more}".rstrip() for label, value, more in rows]


def _known(value: int | None, parts: Iterator[int | None]) -> tuple[str, str]:
    """Return a total; where it is not known, how much of it is."""
    if value is not None:
        return counted(value, "0"), ""
    return "unknown", f"{counted(total_count(part or 0 for part in parts), '0')} are known"


def written(model: Model) -> int | None:
    """Return the activations that all layers write; what is done in place writes none."""
    if model.not_modelled:
        return None
    return total_count(
        repeated(layer.ofmap_elements, layer.runs) for layer in model.layers if not layer.in_place
    )


def remarks(model: Model, width: int) -> list[str]:
    """Return what was not worked out and the notes, without those that the heading says."""
    lines = []
    if model.not_modelled:
        lines += ["", "Not worked out:"]
        for entry in model.not_modelled[:_MOST_LISTED]:
            name = shortened(printable(entry.name), 120)
            lines += _wrapped("  ", f"{name}: {printable(entry.reason)}", width)
        if len(model.not_modelled) > _MOST_LISTED:
            lines.append(f"  and {len(model.not_modelled) - _MOST_LISTED} more")
    notes = list(_notes(model))
    return [*lines, *([""] if notes else []), *(w for n in notes for w in _wrapped("", n, width))]


def _notes(model: Model) -> Iterator[str]:
    """Yield the notes; of many of a kind the first few and how many more."""
    seen: Counter[str] = Counter()
    for note in further_notes(model):
        seen[note.code] += 1
        if seen[note.code] <= _MOST_ALIKE:
            yield f"Note: {printable(note.text)}"
    for code, count in seen.items():
        if count > _MOST_ALIKE:
            yield f"Note: {count - _MOST_ALIKE} more like these ({code}); --format json has all."


def _wrapped(indent: str, text: str, width: int) -> list[str]:
    if len(text) + len(indent) <= width:
        return [f"{indent}{text}"]
    from textwrap import wrap  # most models need none

    return wrap(
        text, width, initial_indent=indent, subsequent_indent=f"{indent}  ", break_long_words=False
    )
