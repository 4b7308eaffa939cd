"""The simulator of papers/001: real values through a mapping, coded chunk by chunk and counted.

Natively only (numpy, onnxruntime). The way: ``inputs`` reads or draws what the model is run on;
``capture`` runs it in onnxruntime, one image at a time, and keeps of every tensor which elements
are zero; ``operands`` lays a layer's tensors out along the loops of its ``Problem``; ``chunks``
cuts them into the tiles of a mapping; ``traffic`` codes each tile each time it is filled and adds
up the bits; ``mac_count`` counts the multiplications that a zero operand would spare. Beside it
``analytical``: the same figures from zero fractions alone. ``comparison`` lays two of them side by
side, ``density`` writes the zero fractions as a file for the page and for ``--density``.

**What is counted.** The accesses of ``py.platforms.accelerator.nest``, with the same words each:
where nothing is coded, bits are words times width. A *chunk* is what one fill (or drain) moves: the
tile of the level inside; where one read of a level serves several PEs, what they take in one turn
together; where a halo is kept, only what is new. Its words go in the tensor's own order (images,
groups, channels, planes, rows, columns), as the chip streams feature maps row by row. Every chunk
is coded by itself, so the order of chunks doesn't matter. Psums are moved as they are: they are
hardly ever zero.

**Zeros.** A value is zero if it equals 0 in the model's own type, or its zero point where it is
quantised. Padding is a zero that is known: where the machine fetches it, it is part of the chunk;
its MACs have a zero operand either way.

**Codings.** ``Uncoded``; ``SignificanceMap``, a bit for each word and the non-zero words as they
are (papers/001, section IV-A); ``RunLength`` as on the Eyeriss chip (JSSC 2017, section IV-B).
"""

from py.simulate.analytical import analytical
from py.simulate.capture import Capture, capture, image_count
from py.simulate.coding import Coding, SignificanceMap, Uncoded
from py.simulate.comparison import Comparison, Row, compare
from py.simulate.counted import Count, LayerCount, MacCount
from py.simulate.density import density_of
from py.simulate.inputs import Inputs, generated_inputs, read_inputs
from py.simulate.mapped import Mapped, MappingOf
from py.simulate.reasons import Reason, reasons
from py.simulate.report import text
from py.simulate.run import Run
from py.simulate.run_length import RunLength
from py.simulate.simulate import simulate
from py.simulate.simulation import LayerZeros, Left, SimulatedLayer, Simulation
from py.simulate.traffic import CodingOf
from py.simulate.widths import Widths

__all__ = [
    "Capture",
    "Coding",
    "CodingOf",
    "Comparison",
    "Count",
    "Inputs",
    "LayerCount",
    "LayerZeros",
    "Left",
    "MacCount",
    "Mapped",
    "MappingOf",
    "Reason",
    "Row",
    "Run",
    "RunLength",
    "SignificanceMap",
    "SimulatedLayer",
    "Simulation",
    "Uncoded",
    "Widths",
    "analytical",
    "capture",
    "compare",
    "density_of",
    "generated_inputs",
    "image_count",
    "read_inputs",
    "reasons",
    "simulate",
    "text",
]
