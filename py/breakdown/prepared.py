"""A model's layers as they are priced: with the widths, zeros, shares and phases that are asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from py.breakdown.chosen_layers import choice_notes, shares_of, with_choices
from py.breakdown.options import Options
from py.breakdown.pricing_notes import ZEROS_USED, zeros_note
from py.breakdown.widths import native_note, native_width, with_own_widths, with_widths
from py.columns import several
from py.layers import Bits, Layer, Model
from py.notes import Note
from py.platforms import Platform


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is priced, before a platform has priced it.

    ``given`` is the model with its zeros and widths, ``every`` has what is chosen as well, as if
    every layer ran in every inference, and ``priced`` each layer as often as it runs. ``left``:
    the options with what no layer is called.
    """

    given: Model
    every: Model
    priced: Model
    left: Options
    notes: tuple[Note, ...]


def prepare(model: Model, platform: Platform, options: Options) -> Prepared:
    """Return the model's layers as the platform is to price them."""
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
    return Prepared(given, every, priced, left, tuple(notes))


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
