"""How the Eyeriss chip ran AlexNet's convolutions, and what was measured.

Mappings: JSSC 52(1) 2017 (Chen, Krishna, Emer, Sze), table III; section IV-A.2 for r and t.
Measured: the same paper, table V, at a batch of 4 and 200 MHz. MB are 10^6 bytes.
Zero fractions of ifmaps: the same table; of ofmaps: those that CNNergy uses.
"""

from dataclasses import dataclass

from py.layers.layer import Zeros
from py.layers.loops import LoopNest
from py.platforms.accelerator.nest.dims import sizes
from py.platforms.accelerator.nest.mapping import Mapping

BATCH = 4
ROWS, COLUMNS = 12, 14


@dataclass(frozen=True, slots=True)
class Tiles:
    """Table III: a pass takes ``n`` ifmaps, ``q * r`` channels, ``p * t`` filters, ``e`` rows.

    The global buffer keeps psums of ``m`` filters; a PE works on ``p`` filters and ``q`` channels,
    ``r`` and ``t`` sets of PEs on others at the same time. ``f`` columns of the ofmap are taken at
    a time; None where it is all of them, as in all of table III.
    """

    m: int
    n: int
    e: int
    p: int
    q: int
    r: int
    t: int
    f: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A layer in table V or VI: over ``total_ms`` the chip drew ``power_mw`` on average.

    For ``processing_ms`` of it it processed; else it waited for DRAM. ``zeros_ofmap`` are not of
    the table; of all layers together they are not known.
    """

    power_mw: float
    total_ms: float
    processing_ms: float
    active_pes: int
    zeros_ifmap: float
    buffer_mb: float
    dram_mb: float
    zeros_ofmap: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A layer with its shape (``hw`` padded, ``c`` per group, ``filters`` in all) and tiles."""

    hw: int
    rs: int
    ef: int
    c: int
    filters: int
    stride: int
    tiles: Tiles
    groups: int
    measured: Measured
    batch: int = BATCH

    @property
    def zeros(self) -> Zeros:
        """Return the zero fractions; weights are dense."""
        return Zeros(ifmap=self.measured.zeros_ifmap, ofmap=self.measured.zeros_ofmap)

    def loops(self) -> LoopNest:
        """Return the layer's loops on padded ifmaps."""
        return LoopNest(
            n=self.batch,
            g=self.groups,
            m=self.filters // self.groups,
            c=self.c,
            p=self.ef,
            q=self.ef,
            r=self.rs,
            s=self.rs,
            h=self.hw,
            w=self.hw,
            stride=(self.stride, self.stride),
        )


CHIP = {
    "CONV1": Row(
        *(227, 11, 55, 3, 96, 4, Tiles(96, 1, 7, 16, 1, 1, 2), 1),
        Measured(332, 20.9, 16.5, 154, 0.0001, 18.5, 5.0, 0.5102),
    ),
    "CONV2": Row(
        *(31, 5, 27, 48, 256, 1, Tiles(64, 1, 27, 16, 2, 1, 1), 2),
        Measured(288, 41.9, 39.2, 135, 0.387, 77.6, 4.0, 0.8066),
    ),
    "CONV3": Row(
        *(15, 3, 13, 256, 384, 1, Tiles(64, 4, 13, 16, 4, 1, 4), 1),
        Measured(266, 23.6, 21.8, 156, 0.725, 50.2, 3.0, 0.7244),
    ),
    "CONV4": Row(
        *(15, 3, 13, 192, 384, 1, Tiles(64, 4, 13, 16, 3, 2, 2), 2),
        Measured(235, 18.4, 16.0, 156, 0.793, 37.4, 2.1, 0.7018),
    ),
    "CONV5": Row(
        *(15, 3, 13, 192, 256, 1, Tiles(64, 4, 13, 16, 3, 2, 2), 2),
        Measured(236, 10.5, 10.0, 156, 0.776, 24.9, 1.3, 0.905),
    ),
}
TOTAL = Measured(278, 115.3, 103.5, 148, 0.5753, 208.5, 15.4, None)
"""AlexNet's convolutions in all, as table V has them."""


def mapping_of(loops: LoopNest, tiles: Tiles) -> Mapping:
    """Return table III's parameters as a mapping of the nest.

    Filter rows lie along the array's rows, ofmap rows along its columns; a set wider than the array
    goes on in further rows (section IV-A), and sets of channels and filters are put where there is
    room: counts don't depend on where. Outside the array: groups, filters, images and strips, and
    innermost the channels, for which psums stay in the global buffer; within, filters, for each of
    which the weights stay while images and columns turn.
    """
    channels = min(tiles.q * tiles.r, loops.c)
    buffer = sizes(
        n=tiles.n,
        m=min(tiles.m, loops.m),
        c=channels,
        p=tiles.e,
        q=tiles.f or loops.q,
        r=loops.r,
        s=loops.s,
    )
    folds = -(-tiles.e // COLUMNS)
    filters_beside = min(tiles.t, COLUMNS // -(-tiles.e // folds))
    columns = sizes(p=-(-tiles.e // folds), m=filters_beside)
    rows = sizes(r=loops.r, p=folds, c=tiles.r, m=-(-tiles.t // filters_beside))
    return Mapping(
        tiles=(buffer, sizes(m=tiles.p, c=min(tiles.q, loops.c), s=loops.s)),
        unrolled=(rows, columns),
        orders=("gmnopqctrs", "gmctrsnopq", "gmctrsnopq"),
        kept=((False, True, True), (True, True, True)),
    )
