"""Fourier transforms of real signals and back; a last axis of 2 holds real and imaginary parts."""

from py.graph.fact import Fact, fact
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show


@rule("Rfft", MICROSOFT)
def _forward(site: Site) -> list[Fact]:
    shape = site.shape(0)
    if not shape:
        return [fact(site.dtype(0), None)]
    half = None if shape[-1] is None else shape[-1] // 2 + 1
    return [fact(site.dtype(0), (*shape[:-1], half, 2))]


@rule("Irfft", MICROSOFT)
def _back(site: Site) -> list[Fact]:
    shape = site.shape(0)
    if shape is None:
        return [fact(site.dtype(0), None)]
    if len(shape) < 2 or shape[-1] not in (2, None):
        raise MismatchError(f"real and imaginary parts should come last, got {show(shape)}")
    whole = None if shape[-2] is None else 2 * max(shape[-2] - 1, 0)
    return [fact(site.dtype(0), (*shape[:-2], whole))]
