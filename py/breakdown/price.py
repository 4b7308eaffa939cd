"""From a model and a platform to a result."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from py.breakdown.chosen_layers import choice_notes, shares_of, with_choices
from py.breakdown.expected import Expected, expected_of
from py.breakdown.options import Options
from py.breakdown.pricing_notes import ZEROS_USED, pricing_notes, zeros_note
from py.breakdown.result import LayerResult, Result
from py.breakdown.what_if import fuse
from py.breakdown.widths import native_note, native_width, with_own_widths, with_widths
from py.columns import several
from py.errors import JoulegraphError
from py.layers import Bits, Layer, Model, NotModelled
from py.notes import Note
from py.platforms import Estimate, Platform
from py.platforms.load import calibrated, platform_from_json

__all__ = ["Ahead", "Options", "Progress", "platform_for", "price"]

Progress = Callable[[int, int], None]
Ahead = Callable[[Platform, Sequence[Layer]], None]


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
        array=options.array,
        clock_hz=options.clock_hz,
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
    notes = []
    layers = model.layers
    if density is not None and (density.layers or not model.from_link):  # a link's have theirs
        layers, unused = density.applied(layers)
        notes.append(zeros_note(density.source, platform))
        if unused:
            notes.append(_unused_density(unused))
    layers, native = with_own_widths(layers, platform)
    if native and options.bits in (None, Bits()):
        notes.append(native_note(native, platform))
    given = replace(model, layers=layers)
    every, shares, left = _chosen(given, options)  # as if every layer ran in every inference
    priced = replace(every, layers=tuple(map(_in_part, every.layers, shares)))
    if options.train:
        given = _with_learning(given)  # a link has no tensors to find it out by
    notes += choice_notes(priced.layers, options, left, platform)
    notes = [_as_here(note, platform, source) for note in priced.notes] + notes
    notes += platform.notes
    if ahead is not None:
        ahead(platform, priced.layers)
    rows: list[LayerResult] = []
    runs: list[int | float] = []
    each: list[Estimate] = []
    not_modelled = list(priced.not_modelled)
    repeated: dict[tuple[int, float], Estimate] = {}  # layers that cost the same share what they do
    for done, (layer, own) in enumerate(zip(priced.layers, every.layers, strict=True)):
        if progress is not None:
            progress(done, len(priced.layers))
        try:
            estimate = platform.estimate(own)  # steps of a whole sequence, where it runs at all
        except JoulegraphError as error:  # no room for this layer: the others still have an answer
            not_modelled.append(_unpriced(layer, error.message))
            continue
        if estimate is None:
            not_modelled.append(_unpriced(layer, "Its sizes could not be worked out."))
            continue
        key = id(estimate), layer.runs
        if key not in repeated:
            repeated[key] = estimate.repeated(layer.runs)
        rows.append(LayerResult(layer, repeated[key]))
        runs.append(own.runs)
        each.append(estimate)
    notes += pricing_notes(rows, platform, options.objective, runs)
    expected = None
    if any(one.runs != own.runs for one, own in zip(priced.layers, every.layers, strict=True)):
        exits = [own for own in options.exits or () if own not in (left.exits or ())]
        expected = expected_of(priced.layers, exits, zip(each, runs, strict=True))
    result = Result(
        priced if options.train or expected else model,
        platform,
        options.as_json(model.batch),
        tuple(rows),
        tuple(not_modelled),
        tuple(dict.fromkeys(notes)),  # a link brings the notes of its making along
        fuse(rows, platform) if options.fuse else None,
        given,
        expected,
    )
    return result if expected is None else _told(result, expected, options)


def _chosen(given: Model, options: Options) -> tuple[Model, list[float], Options]:
    """Return the model with what is chosen for its layers, as a training step where that is asked.

    With it the share of inferences in which each layer runs, and the options with what no layer is
    called. What the layers of the step have names for that the model's have not is looked for among
    those.
    """
    layers, left = with_choices(with_widths(given.layers, options.bits), options)
    shares = shares_of(layers, options)
    model = replace(given, layers=layers)
    if options.train:
        from py.layers.training import training_model  # most models are not trained

        model = training_model(model, options.train)
        shares = _of_parts(model.layers, shares)
        parts = shares_of(model.layers, left)
        shares = [share * own for share, own in zip(shares, parts, strict=True)]
        layers, left = with_choices(model.layers, left)
        model = replace(model, layers=layers)
    return model, shares, left


def _of_parts(parts: Sequence[Layer], shares: Sequence[float]) -> list[float]:
    """Return the share of each layer of a step by those of the inference's layers.

    What is learnt is updated once a step, by whichever images came so far.
    """
    places: dict[int, int] = {}  # the forward parts are in the inference's order
    for part in parts:
        places.setdefault(id(part.inference), len(places))
    found = [shares[places[id(part.inference)]] for part in parts]
    return [
        1.0 if part.phase == "update" and share else share
        for part, share in zip(parts, found, strict=True)
    ]


def _in_part(layer: Layer, share: float) -> Layer:
    """Return a layer that runs in a share of inferences."""
    return layer if share == 1.0 else replace(layer, runs=layer.runs * share)


def _with_learning(given: Model) -> Model:
    """Return a model whose layers say what a training step must know of them."""
    from py.layers.training.learning import learnings

    layers = tuple(
        replace(layer, learning=fact)
        for layer, fact in zip(given.layers, learnings(given), strict=True)
    )
    return replace(given, layers=layers)


def _told(result: Result, expected: Expected, options: Options) -> Result:
    """Return the result with a note on what is expected."""
    names = {row.layer.name for row in result.rows}
    active = [name for name, share in (options.active or {}).items() if share < 1 and name in names]
    note = expected.note(result, active, result.model.batch)
    return replace(result, notes=(*result.notes, note))


def _as_here(note: Note, platform: Platform, source: str) -> Note:
    """Return a note; one of a link, about another platform's widths or zeros, as it holds here."""
    if note.code == "zero-fractions":
        used = note.text.startswith(ZEROS_USED)
        return note if used and platform.kind == "accelerator" else zeros_note(source, platform)
    if note.code != "native-width" or note.text.startswith(f"{platform.name} "):
        return note
    text = "The link does not say which types its tensors have: without widths of their own they "
    width = native_width(platform)
    return Note(note.code, f"{text}are counted at {platform.name}'s native {width}.")


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
