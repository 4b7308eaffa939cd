"""A layer as the row-stationary array sees it: filter rows that fit, strips of ofmap rows, words.

What the array cannot take whole is cut first: filters higher than the array or wider than the ifmap
register file into pieces, each handled as input channels of its own; feature maps too wide for the
global buffer into column pieces, each handled as an image of its own.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cache

from py.errors import JoulegraphError
from py.layers.loops import LoopNest
from py.platforms.accelerator.hardware import Hardware


def ceil_div(a: int, b: int) -> int:
    """Return a / b rounded up."""
    return -(-a // b)


@cache
def tile_sizes(extent: int, most: int) -> tuple[int, ...]:
    """Return the tile sizes worth looking at up to ``most``: ceil(extent / k) for any k, ascending.

    A size between two of them has as many tiles as the smaller one and takes more room.
    """
    sizes: list[int] = []
    trips = ceil_div(extent, most)
    while trips <= extent:
        size = ceil_div(extent, trips)
        sizes.append(size)
        if size == 1:
            break
        trips = ceil_div(extent, size - 1)
    return tuple(reversed(sizes))


@dataclass(frozen=True, slots=True)
class Problem:
    """A convolution whose filter fits the array: ``loops`` after cutting, with what is counted.

    ``macs`` is the layer's true number (pieces of a cut filter may overhang it). ``ofmap_words``
    are the complete outputs that leave the array.
    """

    loops: LoopNest
    macs: int
    ofmap_words: int
    halo_kept: bool
    padding_fetched: bool
    pieces: str

    @property
    def window_columns(self) -> int:
        """Ifmap columns that a row of outputs reads."""
        loops = self.loops
        return self._extent(0, loops.q, axis=1)

    def strip_rows(self, e: int) -> int:
        """Ifmap rows under a strip of ``e`` ofmap rows, padding included: the room it takes."""
        loops = self.loops
        return (e - 1) * loops.stride[0] + (loops.r - 1) * loops.dilation[0] + 1

    def ifmap_rows(self, e: int) -> int:
        """Ifmap rows read by all strips of ``e`` ofmap rows of one pass over the image."""
        p = self.loops.p
        if self.padding_fetched:  # every full strip is alike
            full, rest = divmod(p, e)
            last = self._extent(0, rest, axis=0) if rest else 0
            return full * self._extent(0, e, axis=0) + last
        strips = ceil_div(p, e)
        reach = ceil_div(max(self.loops.padding), e * self.loops.stride[0]) + 2
        if strips <= 2 * reach:
            return self._rows_of(range(strips), e)
        # Strips that no edge cuts are alike.
        inner = self._extent(reach * e, e, axis=0) * (strips - 2 * reach)
        edges = (range(reach), range(strips - reach, strips))
        return inner + sum(self._rows_of(edge, e) for edge in edges)

    def _rows_of(self, strips: range, e: int) -> int:
        p = self.loops.p
        return sum(self._extent(i * e, min(e, p - i * e), axis=0) for i in strips)

    def ifmap_rows_from_dram(self, e: int) -> int:
        """Ifmap rows fetched for one pass over the image; shared rows once where they are kept."""
        read = self.ifmap_rows(e)  # rows that a stride leaps over belong to no strip
        return min(self._extent(0, self.loops.p, axis=0), read) if self.halo_kept else read

    def _extent(self, first: int, count: int, *, axis: int) -> int:
        loops = self.loops
        taps = loops.r if axis == 0 else loops.s
        start = first * loops.stride[axis]
        end = (first + count - 1) * loops.stride[axis] + (taps - 1) * loops.dilation[axis] + 1
        if self.padding_fetched:
            return end - start
        before, size = loops.padding[axis], (loops.h, loops.w)[axis]
        return max(0, min(end - before, size) - max(start - before, 0))


def problem_of(
    loops: LoopNest, hardware: Hardware, *, macs: int, ofmap_words: int, activation_bits: int
) -> Problem:
    """Cut a layer's loop nest until the array can take it.

    A fully connected layer on feature maps too large for the array is taken as one on flat inputs.
    The last piece of a cut filter or feature map is counted whole.

    Raises:
        JoulegraphError: ``does-not-fit`` for sizes that no cutting makes fit.
    """
    conventions = hardware.conventions
    most_taps = max(1, hardware.ifmap_spad_bits // activation_bits)
    row_pieces = ceil_div(loops.r, hardware.rows)
    column_pieces = ceil_div(loops.s, most_taps)
    pieces: list[str] = []
    dense = loops.p == loops.q == 1 and (loops.r, loops.s) == (loops.h, loops.w)
    if row_pieces * column_pieces > 1 and dense:
        loops = replace(loops, c=loops.c * loops.r * loops.s, r=1, s=1, h=1, w=1)
    elif row_pieces * column_pieces > 1:
        pieces.append(f"the {loops.r}x{loops.s} filter in {row_pieces}x{column_pieces} pieces")
        loops = replace(
            loops,
            c=loops.c * row_pieces * column_pieces,
            r=ceil_div(loops.r, row_pieces),
            s=ceil_div(loops.s, column_pieces),
        )
    width_pieces = _width_pieces(loops, hardware, activation_bits)
    if width_pieces > 1:
        pieces.append(f"feature maps in {width_pieces} pieces of columns")
        try:
            loops = replace(loops, n=loops.n * width_pieces, q=ceil_div(loops.q, width_pieces))
        except ValueError as error:
            raise JoulegraphError(
                "does-not-fit",
                f"Cut to fit the accelerator, a layer is too large to count: {error}.",
                "Check the sizes given.",
            ) from None
    return Problem(
        loops=loops,
        macs=macs,
        ofmap_words=ofmap_words,
        halo_kept=conventions.halo == "kept",
        padding_fetched=conventions.padding == "fetched",
        pieces=", ".join(pieces),
    )


def _width_pieces(loops: LoopNest, hardware: Hardware, activation_bits: int) -> int:
    """Return in how many pieces of columns the smallest tile fits the buffer."""
    psum_bits = max(hardware.psum_bits, activation_bits)
    rows = (loops.r - 1) * loops.dilation[0] + 1

    def fits(pieces: int) -> bool:
        q = ceil_div(loops.q, pieces)
        columns = (q - 1) * loops.stride[1] + (loops.s - 1) * loops.dilation[1] + 1
        return fits_buffer(hardware, rows * columns * activation_bits, q * psum_bits)

    return 1 + bisect_left(range(1, loops.q), True, key=fits)


def fits_buffer(hardware: Hardware, ifmap_bits: int, psum_bits: int) -> bool:
    """Whether ifmaps and psums fit the global buffer, each in whole banks."""
    if hardware.conventions.buffering == "double":
        ifmap_bits, psum_bits = 2 * ifmap_bits, 2 * psum_bits
    bank = hardware.bank_bits
    return (ceil_div(ifmap_bits, bank) + ceil_div(psum_bits, bank)) * bank <= hardware.buffer_bits
