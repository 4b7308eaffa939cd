"""The widths that layers run at: the model's own where the platform has them, and those chosen."""

from py.layers import Bits, Layer
from py.notes import Note
from py.platforms import Platform


def with_own_widths(
    layers: tuple[Layer, ...], platform: Platform
) -> tuple[tuple[Layer, ...], set[str]]:
    """Return the layers at their own types' widths, and the types that the platform lacks."""
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
        result.append(layer.with_bits(Bits(weight, activation)))
    return tuple(result), native


def with_widths(layers: tuple[Layer, ...], chosen: Bits | None) -> tuple[Layer, ...]:
    """Return the layers at the widths chosen for all of them."""
    if chosen is None or chosen == Bits():
        return layers
    return tuple(
        layer.with_bits(
            Bits(chosen.weight or layer.bits.weight, chosen.activation or layer.bits.activation)
        )
        for layer in layers
    )


def native_note(types: set[str], platform: Platform) -> Note:
    """Return that tensors of these types run at the platform's native widths."""
    listed = ", ".join(sorted(types))
    text = f"{platform.name} has no {listed}: these tensors are counted at its native "
    return Note("native-width", f"{text}{native_width(platform)}.")


def native_width(platform: Platform) -> str:
    """Return a platform's native widths in words."""
    weight, activation = platform.native_bits
    return f"{weight} bits" if weight == activation else f"{weight} and {activation} bits"
