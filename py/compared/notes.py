"""What a reader of a comparison must know before believing it."""

from collections.abc import Sequence

from py.columns import several
from py.compared.run import Run
from py.notes import Note
from py.version import ENGINE

_ORIGINS = {"modelled": "modelled", "measured": "measured", "datasheet": "from a datasheet"}


def notes_on(runs: Sequence[Run], base: int, basis: str | None) -> tuple[Note, ...]:
    """Return what is not the same about runs, or not known, with the names it is of."""
    notes = []
    if basis is None:
        text = "Neither energy nor time is known of all runs: MACs and parameters are compared."
        notes.append(Note("no-basis", text))
    elif basis == "time_s":
        without = [run.name for run in runs if run.totals["energy_j"] is None]
        text = f"The energy of {_listed(without)} is not known: all are compared by time."
        notes.append(Note("by-time", text))
    elif basis == "energy_macs":
        without = [run.name for run in runs if run.totals["energy_j"] is None]
        text = f"The joules of {_listed(without)} are not known: all are compared in MAC energies."
        if len({run.platform["id"] for run in runs}) > 1:
            text += " Each platform counts in those of its own MAC, which need not cost the same."
        notes.append(Note("by-mac-energies", text))
    if len({run.batch for run in runs}) > 1:
        text = "Batches differ: every number is of one inference."
        notes.append(Note("batches", text))
    trained = [run.name for run in runs if run.train is not None]
    if trained:
        text = f"Of {_listed(trained)} every number is of one image in a step of training"
        rest = "." if len(trained) == len(runs) else "; the others are inferences."
        notes.append(Note("training", text + rest))
    notes += _origins(runs)
    notes += _zeros(runs)
    alike = _overlapping(runs, base, basis)
    if alike:
        text = f"The intervals of {_listed(alike)} and of {runs[base].name} overlap: "
        notes.append(Note("overlap", text + "which of them takes less is not certain."))
    for run in runs:
        if run.not_modelled:
            layers = several(run.not_modelled, "layer")
            text = f"{run.name}: {layers} got no estimate and are in no number: at least so much."
            notes.append(Note("not-modelled", text))
    other = [run.name for run in runs if run.engine not in ("", ENGINE)]
    if other:
        text = f"{_listed(other)} is from another version of the engine than this, {ENGINE}."
        notes.append(Note("engine", text))
    return tuple(notes)


def _overlapping(runs: Sequence[Run], base: int, basis: str | None) -> list[str]:
    """Return the runs whose totals may as well be the base's, by the intervals that are known."""
    own = runs[base].interval.get(basis or "")
    if own is None:
        return []
    ends = [(run, run.interval.get(basis or "")) for run in runs]
    return [
        run.name
        for run, other in ends
        if other is not None and run is not runs[base] and other != own
        if other[0] <= own[1] and own[0] <= other[1]
    ]


def _origins(runs: Sequence[Run]) -> list[Note]:
    """Return which runs' energy, and time, is modelled, measured or estimated, where it differs."""
    said = []
    for quantity, word in (("energy_j", "Energy"), ("time_s", "Time")):
        groups: dict[str, list[str]] = {}
        for run in runs:
            origin = run.origins.get(quantity)
            if origin in _ORIGINS:
                groups.setdefault(_ORIGINS[origin], []).append(run.name)
        if len(groups) > 1:
            each = "; ".join(f"{origin}: {_listed(names)}" for origin, names in groups.items())
            said.append(f"{word} is {each}.")
            if {run.platform["kind"] for run in runs} >= {"measured", "datasheet"}:
                said.append("A datasheet knows no cost of starting a layer, a measurement has it.")
    return [Note("origins", " ".join(["The numbers are not of one kind.", *said]))] if said else []


def _zeros(runs: Sequence[Run]) -> list[Note]:
    """Return of which runs zero fractions are known, where others might use them, too."""
    able = [run for run in runs if run.platform["kind"] == "accelerator"]
    known = [run.name for run in able if run.zeros]
    if len(known) in (0, len(able)):
        return []
    text = f"Zero fractions are known of {_listed(known)} only: elsewhere zeros cost as others do."
    return [Note("zeros", text)]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
