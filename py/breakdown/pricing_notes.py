"""What a reader of a priced model must know of its layers together, by the kind of platform."""

from collections.abc import Sequence

from py.breakdown.chosen_layers import named
from py.breakdown.coding import coding_notes
from py.breakdown.layer_result import LayerResult
from py.notes import Note
from py.platforms import Platform

_LESS = {
    "energy": "less energy",
    "delay": "less delay",
    "energy_delay": "less energy times delay",
}
ZEROS_USED = "Zero fractions are used"
OF_LAYERS = "layers-"
"""What the code of a note that gathers those of several layers begins with."""
_MADE_AGAIN = (
    *("capacity", "unscaled", "coding-longer"),
    *("ops-not-priced", "weights-again", "not-proven", "not-all-tiles"),
    *("array", "clock", "layer-bits", "layer-zeros", "expected"),
    *("bits-unused", "zeros-unused", "active-unused", "exits-unused"),
)
_OF_KINDS = ("platform-", "training", OF_LAYERS)


def made_again(note: Note) -> bool:
    """Whether every pricing makes a note for its own options and platform: no link carries it."""
    return note.code in _MADE_AGAIN or note.code.startswith(_OF_KINDS)


def pricing_notes(
    rows: Sequence[LayerResult],
    platform: Platform,
    objective: str | None,
    runs: Sequence[float],
) -> list[Note]:
    """Return the notes on what all layers together were priced as.

    ``runs`` is how often each runs where it runs at all.
    """
    if platform.kind == "accelerator":
        return _counted(rows, platform, objective or "energy", runs)
    return _timed(rows, platform)


def zeros_note(source: str, platform: Platform) -> Note:
    """Return what zero fractions do on a platform."""
    given = source or "no source given"
    if platform.kind == "accelerator":
        return Note("zero-fractions", f"{ZEROS_USED}: {given}")
    text = f"{platform.name} computes on zeros as on other numbers: zero fractions change nothing."
    return Note("zero-fractions", text)


def _counted(
    rows: Sequence[LayerResult], platform: Platform, objective: str, runs: Sequence[float]
) -> list[Note]:
    notes = coding_notes(rows)
    if any(row.layer.ops for row in rows):
        text = f"{platform.name}'s sources give no energy for operations other than MACs: "
        notes.append(Note("ops-not-priced", text + "those are counted, and cost what they move."))
    often = (row for row, times in zip(rows, runs, strict=True) if times > 1)
    again = len([row for row in often if row.layer.weight_elements])
    if again:
        what = "1 layer runs" if again == 1 else f"{again} layers run"
        text = f"{what} more than once (steps of a recurrence, bodies of loops): each run "
        notes.append(Note("weights-again", text + "fetches its weights anew, also where they fit."))
    gaps = [row.estimate.mapping["gap"] or 0.0 for row in rows if row.estimate.mapping is not None]
    unproven = len([gap for gap in gaps if gap])
    if unproven:
        what = "1 layer was" if unproven == 1 else f"{unproven} layers were"
        text = f"{what} mapped with limited effort: another mapping of one may have up to "
        less = _LESS.get(objective, "less")
        notes.append(Note("not-proven", text + f"{100 * max(gaps):.1f} % {less}."))
    steps = len([row for row in rows if any(own.code == "steps" for own in row.estimate.notes)])
    if steps:
        what = "1 layer has loops" if steps == 1 else f"{steps} layers have loops"
        text = f"{what} so long that not all tiles were looked at: see its notes."
        notes.append(Note("not-all-tiles", text))
    return notes


def _timed(rows: Sequence[LayerResult], platform: Platform) -> list[Note]:
    """Return the layers' own notes, each once with the layers it is of, and what is not known."""
    found: dict[Note, list[str]] = {}
    for row in rows:
        for note in row.estimate.notes:
            found.setdefault(note, []).append(row.layer.name)
    notes = [
        Note(OF_LAYERS + note.code, f"{named(names)}: {note.text}") for note, names in found.items()
    ]
    without = [row.layer.name for row in rows if row.estimate.energy_j is None]
    if without and len(without) < len(rows):
        text = f"The power of {named(without)} is not known on {platform.name}: "
        notes.append(Note(f"{OF_LAYERS}power", text + "there is no energy in total."))
    outside = [row.layer.name for row in rows if row.estimate.in_range is False]
    if outside:
        verb = "lies" if len(outside) == 1 else "lie"
        text = f"{named(outside)} {verb} out of the range that was measured on {platform.name}."
        notes.append(Note(f"{OF_LAYERS}outside", text))
    estimated = [row.layer.name for row in rows if row.estimate.origins["time_s"] == "datasheet"]
    if estimated and len(estimated) < len(rows):
        text = f"The time of {named(estimated)} was not measured and is estimated."
        notes.append(Note(f"{OF_LAYERS}estimated", text))
    return notes
