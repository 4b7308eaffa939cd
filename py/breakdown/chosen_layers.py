"""The layers of a model with what is chosen for single ones of them, in the network's order."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TypeVar

from py.breakdown.layer_choices import Exit
from py.breakdown.options import Options
from py.columns import several
from py.layers import Bits, Layer, Zeros
from py.notes import Note
from py.platforms import Platform

Value = TypeVar("Value")
_MOST_NAMED = 3
_LONGEST_NAME = 40


def with_choices(layers: tuple[Layer, ...], options: Options) -> tuple[tuple[Layer, ...], Options]:
    """Return the layers with ``layer_bits`` and ``layer_zeros``.

    With them the options, of what is chosen by name only what no layer is called.
    """
    names = {layer.name for layer in layers}
    left = replace(
        options,
        layer_bits=_without(options.layer_bits, names),
        layer_zeros=_without(options.layer_zeros, names),
        active=_without(options.active, names),
        exits=tuple(own for own in options.exits or () if own.after not in names),
    )
    bits, zeros = options.layer_bits or {}, options.layer_zeros or {}
    changed = []
    for layer in layers:
        own = layer
        if layer.name in bits:
            own = own.with_bits(_over(bits[layer.name], own.bits))
        if layer.name in zeros:
            own = own.with_zeros(_filled(zeros[layer.name], own.zeros))
        changed.append(own)
    return tuple(changed), left


def shares_of(layers: Sequence[Layer], options: Options) -> list[float]:
    """Return the share of inferences in which each layer runs, by ``active`` and ``exits``.

    A layer is reached by all inferences that have not left after one before it. It runs that much
    less often: its estimate is then what it costs on average.
    """
    active = options.active or {}
    reach = reached(layers, options.exits or ())
    return [share * active.get(layer.name, 1.0) for layer, share in zip(layers, reach, strict=True)]


def reached(layers: Sequence[Layer], exits: Sequence[Exit]) -> list[float]:
    """Return the share of inferences that reach each layer; unknown exits are left out."""
    if not exits:
        return [1.0] * len(layers)
    last = {layer.name: place for place, layer in enumerate(layers)}
    leaving: dict[int, list[float]] = {}
    for own in exits:
        if own.after in last:
            leaving.setdefault(last[own.after], []).append(own.leave)
    gone: list[float] = []
    share, shares = 1.0, []
    for place in range(len(layers)):
        shares.append(share)
        if place in leaving:
            gone += leaving[place]
            share = max(0.0, 1.0 - math.fsum(gone))
    return shares


def choice_notes(
    layers: Sequence[Layer], options: Options, left: Options, platform: Platform
) -> list[Note]:
    """Return what is to be known of widths and zeros of single layers, and of names of none.

    ``left`` are the options with what no layer is called.
    """
    notes = []
    if used := _used(options.layer_bits, left.layer_bits):
        text = f"Widths chosen for {named(used)} go before those of all layers."
        notes.append(Note("layer-bits", text))
    if used := _used(options.layer_zeros, left.layer_zeros):
        text = f"Zero fractions chosen for {named(used)} go before all others, there alone."
        if platform.kind != "accelerator":
            text = f"{platform.name} computes on zeros as on other numbers: those chosen for "
            text += f"{named(used)} change nothing."
        notes.append(Note("layer-zeros", text))
    lacking = (
        ("bits-unused", "Widths are", left.layer_bits),
        ("zeros-unused", "Zero fractions are", left.layer_zeros),
        ("active-unused", "Active shares are", left.active),
        ("exits-unused", "Exits are", [own.after for own in left.exits or ()]),
    )
    names = list(dict.fromkeys(layer.name for layer in layers))
    for code, what, unknown in lacking:
        if unknown:
            notes.append(_unused(code, what, list(dict.fromkeys(unknown)), names))
    return notes


def _unused(code: str, what: str, unknown: Sequence[str], names: Sequence[str]) -> Note:
    close = get_close_matches(unknown[0], names[:2000], 1)
    near = f"; like {_short(unknown[0])} is {_short(close[0])}" if close else ""
    return Note(code, f"{what} given for {named(unknown)} that the model lacks{near}.")


def named(names: Sequence[str]) -> str:
    """Return how many layers, and the first of them by name."""
    shown = ", ".join(_short(name) for name in names[:_MOST_NAMED])
    more = " and more" if len(names) > _MOST_NAMED else ""
    return f"{several(len(names), 'layer')} ({shown}{more})"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _without(chosen: Mapping[str, Value] | None, names: set[str]) -> dict[str, Value]:
    return {name: value for name, value in (chosen or {}).items() if name not in names}


def _used(chosen: Mapping[str, object] | None, left: Mapping[str, object] | None) -> list[str]:
    return [name for name in chosen or () if name not in (left or ())]


def _over(chosen: Bits, own: Bits) -> Bits:
    return Bits(chosen.weight or own.weight, chosen.activation or own.activation)


def _filled(chosen: Zeros, own: Zeros) -> Zeros:
    return Zeros(
        ifmap=own.ifmap if chosen.ifmap is None else chosen.ifmap,
        weight=own.weight if chosen.weight is None else chosen.weight,
        ofmap=own.ofmap if chosen.ofmap is None else chosen.ofmap,
    )
