"""At which of a device's published peaks a layer runs: that of its type, else the next wider."""

from collections.abc import Mapping

from py.layers.layer import Layer
from py.platforms.datasheet.device import Figure
from py.platforms.timed_platform import NATIVE_BITS

_WIDER = ("fp32", "tf32", "fp64")
_CHAINS = ((8, ("int8", "fp16", "bf16", *_WIDER)), (16, ("fp16", "bf16", *_WIDER)), (32, _WIDER))
_BFLOAT16 = ("bf16", *_WIDER)
_ANY = ("fp32", "tf32", "fp16", "bf16", "int8")


def widths_of(layer: Layer) -> tuple[int, int]:
    """Return the bits of a layer's weights and activations."""
    return layer.bits.weight or NATIVE_BITS, layer.bits.activation or NATIVE_BITS


def chain_of(layer: Layer) -> tuple[str, ...]:
    """Return the precisions a layer can run at, that of its own width first.

    The wider of its operands says which. A 16-bit type is bfloat16 where the model says so. What
    has no MACs moves bytes more than it computes: for that any peak will do where its own is not
    known.
    """
    if layer.macs == 0:
        own = _own(layer)
        return (*own, *(name for name in _ANY if name not in own))
    return _own(layer)


def _own(layer: Layer) -> tuple[str, ...]:
    width = max(widths_of(layer) if layer.weight_elements else widths_of(layer)[1:])
    if width == 16 and layer.activation_dtype == "bfloat16":
        return _BFLOAT16
    return next((chain for most, chain in _CHAINS if width <= most), ("fp64",))


def precision_taken(chain: tuple[str, ...], peaks: Mapping[str, Figure]) -> str | None:
    """Return the precision a layer runs at, None where no peak is published for any of a chain.

    It is the first of the chain with a peak; single precision where that is faster, as on GPUs
    that have half precision at 1/64 of its rate.
    """
    found = next((name for name in chain if name in peaks), None)
    if found is None or "fp32" not in chain or "fp32" not in peaks:
        return found
    return "fp32" if peaks["fp32"].value > peaks[found].value else found
