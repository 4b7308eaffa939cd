"""From a model and a platform to a result."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from py.breakdown.expected import Expected, expected_of
from py.breakdown.options import Options
from py.breakdown.prepared import prepare
from py.breakdown.pricing_notes import pricing_notes
from py.breakdown.result import LayerResult, Result
from py.breakdown.what_if import fuse
from py.errors import JoulegraphError
from py.layers import Layer, Model, NotModelled
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
    prepared = prepare(model, platform, options)
    every, priced, left = prepared.every, prepared.priced, prepared.left
    notes = [*prepared.notes, *platform.notes]
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
        prepared.given,
        expected,
    )
    return result if expected is None else _told(result, expected, options)


def _told(result: Result, expected: Expected, options: Options) -> Result:
    """Return the result with a note on what is expected."""
    names = {row.layer.name for row in result.rows}
    active = [name for name, share in (options.active or {}).items() if share < 1 and name in names]
    note = expected.note(result, active, result.model.batch)
    return replace(result, notes=(*result.notes, note))


def _unpriced(layer: Layer, reason: str) -> NotModelled:
    return NotModelled(
        name=layer.name,
        op=layer.op_types[0] if layer.op_types else layer.kind,
        nodes=layer.nodes,
        macs=layer.all_macs,
        reason=reason,
    )
