"""A layer's loop nest as a problem of the nest, and what is worth knowing about it."""

from dataclasses import replace

from py.layers.layer import Layer
from py.layers.loops import LoopNest, Planes
from py.notes import Note
from py.platforms.accelerator.nest.dims import sizes
from py.platforms.accelerator.nest.problem import Problem


def problem_of(loops: LoopNest) -> Problem:
    """Return the problem; planes are taken out of images and channels."""
    bounds = {name: getattr(loops, name) for name in "ngmcpqrs"}
    planes = loops.planes or Planes(1, 1, 1)
    bounds["n"] //= planes.o
    bounds["c"] //= planes.t
    return Problem(
        extents=sizes(**bounds, o=planes.o, t=planes.t),
        stride=(planes.stride, *loops.stride),
        dilation=(planes.dilation, *loops.dilation),
        padding=(planes.padding[0], loops.padding[0], loops.padding[1]),
        image=(planes.d, loops.h, loops.w),
    )


def flat(loops: LoopNest) -> LoopNest | None:
    """Return a fully connected layer on feature maps as one on flat inputs; None for others."""
    taps = loops.r * loops.s
    on_maps = loops.p == loops.q == 1 and (loops.r, loops.s) == (loops.h, loops.w) and taps > 1
    if not on_maps or any(loops.padding) or loops.planes is not None:
        return None
    return replace(loops, c=loops.c * taps, r=1, s=1, h=1, w=1)


def problem_notes(layer: Layer, loops: LoopNest) -> tuple[Note, ...]:
    """Return what the loops say otherwise than the layer."""
    if any(op.split(".")[-1].startswith("ConvTranspose") for op in layer.op_types):
        text = (
            "A transposed convolution is counted as the convolutions that it consists of, one for "
            "each phase of its stride, without multiplying inserted zeros"
        )
        if layer.ofmap_elements is not None and layer.ofmap_elements != loops.ofmap_elements:
            text += (
                f"; their {loops.ofmap_elements:,} results are counted as moved where the layer "
                f"has {layer.ofmap_elements:,} outputs"
            )
        return (Note("transposed", text + "."),)
    results = layer.ofmap_elements
    if layer.phase == "input_gradient" and results not in (None, loops.ofmap_elements):
        text = (
            "No loop nest has the sizes of this gradient: its MACs and what it reads are exact, but"
            f" {loops.ofmap_elements:,} results are counted as moved where it has {results:,}."
        )
        return (Note("gradient", text),)
    return ()
