"""Signals: Fourier transforms, their windows, and the mel scale."""

from py.graph.dtype import dtype_of
from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.constants import length_of
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis, show


@rule("DFT")
def _dft(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, None)]
    rank = len(data.shape)
    if rank < 2:
        raise MismatchError(f"the input should have 2 or more dimensions, got {show(data.shape)}")
    one_sided = bool(site.node.integer("onesided", 0))
    real_output = one_sided and bool(site.node.integer("inverse", 0))
    place: int | None = site.node.integer("axis", 1)
    if site.opset >= 20:
        place = site.need(2).integer() if site.has(2) else -2
    parts = 1 if real_output else 2
    if place is None:
        kept = not one_sided and not site.has(1)  # then every axis keeps its length
        return [fact(data.dtype, (*(d if kept else None for d in data.shape[:-1]), parts))]
    axis = normal_axis(place, rank)
    if axis == rank - 1:
        raise MismatchError(f"axis {place} holds the real and imaginary parts")
    length = data.shape[axis]
    if site.has(1):
        length = site.need(1).integer()
    elif real_output and length is not None:
        length = 2 * (length - 1)
    if length is not None and length < 1:
        raise MismatchError(f"a transform of length {length}")
    if one_sided and not real_output:
        length = _one_sided(length)
    shape = (*data.shape[:axis], length, *data.shape[axis + 1 : -1], parts)
    return [fact(data.dtype, shape)]


def _one_sided(length: Dimension) -> Dimension:
    return None if length is None else length // 2 + 1


@rule("STFT")
def _stft(site: Site) -> list[Fact]:
    signal, window = site.shape(0), site.given(2)
    if signal is not None and len(signal) not in (2, 3):  # onnxruntime takes two, of real numbers
        raise MismatchError(f"the signal should have 3 dimensions, got {show(signal)}")
    batch, samples = signal[:2] if signal is not None else (None, None)
    length = samples
    if site.has(3):
        length = site.need(3).integer()
    elif window is not None:
        length = length_of(window.shape)
    step = site.need(1).integer()
    if (step is not None and step < 1) or (length is not None and length < 1):
        raise MismatchError(f"frames of {length} every {step}")
    frames: Dimension = None
    if samples is not None and length is not None:
        if length > samples:
            raise MismatchError(f"frames of {length} in a signal of {samples}")
        frames = 1 if length == samples else None
        if step is not None:
            frames = (samples - length) // step + 1
    bins = _one_sided(length) if site.node.integer("onesided", 1) else length
    shape: Shape = (batch, frames, bins, 2)
    return [fact(site.dtype(0), shape)]


@rule("BlackmanWindow HammingWindow HannWindow")
def _window(site: Site) -> list[Fact]:
    size = site.need(0).integer()
    if size is not None and size < 0:
        raise MismatchError(f"a window of {size}")
    return [fact(dtype_of(site.node.integer("output_datatype", 1)), (size,))]


@rule("MelWeightMatrix")
def _mel_weight_matrix(site: Site) -> list[Fact]:
    bins, length = site.need(0).integer(), site.need(1).integer()
    if (bins is not None and bins < 0) or (length is not None and length < 0):
        raise MismatchError(f"{bins} bins of a transform of length {length}")
    return [fact(dtype_of(site.node.integer("output_datatype", 1)), (_one_sided(length), bins))]
