"""A layer's loop nest as a problem of the nest, and what is worth knowing about it."""

from py.layers.layer import Layer
from py.layers.loops import LoopNest
from py.notes import Note
from py.platforms.accelerator.nest.dims import sizes
from py.platforms.accelerator.nest.problem import Problem


def problem_of(loops: LoopNest) -> Problem:
    """Return the problem; planes, where there were any, are among images and channels already."""
    bounds = {name: getattr(loops, name) for name in "ngmcpqrs"}
    return Problem(
        extents=sizes(**bounds),
        stride=(1, *loops.stride),
        dilation=(1, *loops.dilation),
        padding=(0, loops.padding[0], loops.padding[1]),
        image=(1, loops.h, loops.w),
    )


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
    return ()
