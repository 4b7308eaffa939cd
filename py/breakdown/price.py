"""From a model and a platform to a result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from py.breakdown.pricing_notes import ZEROS_USED, pricing_notes, zeros_note
from py.breakdown.result import LayerResult, Result
from py.breakdown.what_if import fuse
from py.columns import several
from py.errors import JoulegraphError
from py.layers import Bits, Choices, Density, Layer, Model, NotModelled
from py.notes import Note
from py.platforms import Platform
from py.platforms.load import calibrated, platform_from_json
from py.platforms.measured.calibration import Calibration

Progress = Callable[[int, int], None]
Ahead = Callable[[Platform, Sequence[Layer]], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is priced. ``bits`` overrides the widths of all layers.

    ``dataflow`` is the one that was asked for by name, and ``objective`` of what its mapping of a
    layer has the least (energy, delay, energy_delay); ``capacities`` are bytes by the id of a
    level in place of the file's: the platform is made with them. ``fuse``: what fusing layers would
    save is looked into as well. ``calibration`` scales what was measured to one's own software.
    """

    choices: Choices = field(default_factory=Choices)
    bits: Bits | None = None
    density: Density | None = None
    dataflow: str | None = None
    capacities: Mapping[str, int] | None = None
    fuse: bool | None = None
    objective: str | None = None
    calibration: Calibration | None = None

    def as_json(self, batch: int) -> dict[str, Any]:
        bits = self.bits
        return {
            "batch": batch,
            "bits": None
            if bits is None
            else {"weight": bits.weight, "activation": bits.activation},
            "density": None if self.density is None else {"source": self.density.source},
            **({} if self.dataflow is None else {"dataflow": self.dataflow}),
            **({} if self.objective is None else {"objective": self.objective}),
            **({"capacities": dict(self.capacities)} if self.capacities else {}),
            **({"fuse": True} if self.fuse else {}),
            **({} if self.calibration is None else {"calibration": self.calibration.as_json()}),
            **self.choices.as_json(),
        }


def platform_for(file: Any, options: Options, *, held: bool = False) -> Platform:
    """Return the platform that a file describes, as the options have it; see
    ``py.platforms.load.platform_from_json``.
    """
    found = platform_from_json(
        file,
        options.dataflow,
        options.capacities,
        objective=options.objective,
        fuse=options.fuse,
        held=held,
    )
    return found if options.calibration is None else calibrated(found, options.calibration)


def price(
    model: Model,
    platform: Platform,
    options: Options,
    progress: Progress | None = None,
    ahead: Ahead | None = None,
) -> Result:
    """Return what the model costs on the platform; ``ahead`` may prepare it for the layers.

    A layer that the platform can't price, or has no room for, is listed as not modelled.
    """
    density = options.density
    source = "" if density is None else density.source
    notes = [_as_here(note, platform, source) for note in model.notes]
    layers = model.layers
    if density is not None and (density.layers or not model.from_link):  # a link's have theirs
        layers, unused = density.applied(layers)
        notes.append(zeros_note(density.source, platform))
        if unused:
            notes.append(_unused_density(unused))
    layers, width_notes = _with_widths(layers, platform, options.bits)
    notes += [*width_notes, *platform.notes]
    if ahead is not None:
        ahead(platform, layers)
    rows: list[LayerResult] = []
    not_modelled = list(model.not_modelled)
    for done, layer in enumerate(layers):
        if progress is not None:
            progress(done, len(layers))
        try:
            estimate = platform.estimate(layer)
        except JoulegraphError as error:  # no room for this layer: the others still have an answer
            not_modelled.append(_unpriced(layer, error.message))
            continue
        if estimate is None:
            not_modelled.append(_unpriced(layer, "Its sizes could not be worked out."))
        else:
            rows.append(LayerResult(layer, estimate.repeated(layer.runs)))
    notes += pricing_notes(rows, platform, options.objective)
    notes = list(dict.fromkeys(notes))  # a link brings the notes of its making along
    return Result(
        model,
        platform,
        options.as_json(model.batch),
        tuple(rows),
        tuple(not_modelled),
        tuple(notes),
        fuse(rows, platform) if options.fuse else None,
    )


def _with_widths(
    layers: tuple[Layer, ...], platform: Platform, chosen: Bits | None
) -> tuple[tuple[Layer, ...], list[Note]]:
    """Return the layers with widths: the user's, the model's own where the platform has them."""
    result = []
    native: set[str] = set()
    for layer in layers:
        weight, activation = layer.bits.weight, layer.bits.activation
        for dtype in (layer.weight_dtype, layer.activation_dtype):
            if dtype is not None and platform.element_bits(dtype) is None:
                native.add(dtype)
        if layer.weight_dtype is not None:
            weight = platform.element_bits(layer.weight_dtype)
        if layer.activation_dtype is not None:
            activation = platform.element_bits(layer.activation_dtype)
        if chosen is not None:
            weight, activation = chosen.weight or weight, chosen.activation or activation
        result.append(layer.with_bits(Bits(weight, activation)))
    if chosen is not None or not native:
        return tuple(result), []
    types = ", ".join(sorted(native))
    width = _native(platform)
    text = f"{platform.name} has no {types}: these tensors are counted at its native {width}."
    return tuple(result), [Note("native-width", text)]


def _as_here(note: Note, platform: Platform, source: str) -> Note:
    """Return a note; one of a link, about another platform's widths or zeros, as it holds here."""
    if note.code == "zero-fractions":
        used = note.text.startswith(ZEROS_USED)
        return note if used and platform.kind == "accelerator" else zeros_note(source, platform)
    if note.code != "native-width" or note.text.startswith(f"{platform.name} "):
        return note
    text = "The link does not say which types its tensors have: without widths of their own they "
    return Note(note.code, f"{text}are counted at {platform.name}'s native {_native(platform)}.")


def _native(platform: Platform) -> str:
    weight, activation = platform.native_bits
    return f"{weight} bits" if weight == activation else f"{weight} and {activation} bits"


def _unused_density(names: tuple[str, ...]) -> Note:
    shown = ", ".join(names[:5]) + (" and more" if len(names) > 5 else "")
    return Note(
        "density-unused",
        f"Zero fractions are given for {several(len(names), 'layer')} that the model lacks: "
        f"{shown}.",
    )


def _unpriced(layer: Layer, reason: str) -> NotModelled:
    return NotModelled(
        name=layer.name,
        op=layer.op_types[0] if layer.op_types else layer.kind,
        nodes=layer.nodes,
        macs=layer.all_macs,
        reason=reason,
    )
