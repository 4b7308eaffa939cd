"""One way to run a convolution on the array: the parameters of the row-stationary dataflow.

The names are those of Chen et al. (JSSC 2017, table III): a pass takes ``n`` ifmaps, ``q * r``
channels, ``p * t`` filters and a strip of ``e`` ofmap rows; the global buffer keeps psums of ``m``
ofmap channels. The loops over tiles outside a pass, from the outermost in: groups, then ``order``,
then channels, then the filters within ``m``.
"""

from dataclasses import dataclass

from py.platforms.accelerator.costs import Widths
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.problem import Problem, ceil_div, fits_buffer

Order = tuple[str, str, str]
ORDERS: tuple[Order, ...] = (
    ("m", "n", "e"),
    ("m", "e", "n"),
    ("n", "m", "e"),
    ("e", "m", "n"),
    ("n", "e", "m"),
    ("e", "n", "m"),
)


@dataclass(frozen=True, slots=True)
class RowStationaryMapping:
    """Tile sizes and the order, outermost first, of the loops over them.

    Raises:
        ValueError: a size below one, or an order that is none.
    """

    m: int
    n: int
    e: int
    p: int
    q: int
    r: int
    t: int
    order: Order = ORDERS[0]

    def __post_init__(self) -> None:
        if min(self.m, self.n, self.e, self.p, self.q, self.r, self.t) < 1:
            raise ValueError(f"RowStationaryMapping: sizes of at least 1, got {self}")
        if sorted(self.order) != ["e", "m", "n"]:
            raise ValueError(f"RowStationaryMapping.order: m, n and e once each, got {self.order}")

    def fits(self, problem: Problem, hardware: Hardware, widths: Widths) -> bool:
        """Whether array, register files and global buffer can hold the tiles (JSSC 2017, IV-A)."""
        loops = problem.loops
        room = pe_sets(hardware, loops.r, self.e)
        ifmap = (
            self.n
            * min(self.q * self.r, loops.c)
            * problem.strip_rows(self.e)
            * problem.window_columns
        )
        psums = self.n * min(self.m, loops.m) * self.e * loops.q
        return (
            self.r * self.t <= room
            and self.p * self.q * loops.s * widths.weight <= hardware.weight_spad_bits
            and self.q * loops.s * widths.activation <= hardware.ifmap_spad_bits
            and self.p * widths.psum <= hardware.psum_spad_bits
            and fits_buffer(hardware, ifmap * widths.activation, psums * widths.psum)
        )

    def active_pes(self, problem: Problem) -> int:
        """PEs at work in a full pass."""
        loops = problem.loops
        sets = min(self.r, ceil_div(loops.c, self.q)) * min(self.t, ceil_div(loops.m, self.p))
        return loops.r * min(self.e, loops.p) * sets

    def nest(self, problem: Problem) -> list[str]:
        """Return the loop nest as lines for people, outermost first."""
        loops = problem.loops
        trips = {
            "m": ("filters", loops.m, self.m),
            "n": ("images", loops.n, self.n),
            "e": ("ofmap rows", loops.p, self.e),
        }
        lines = [f"for {loops.g} groups" if loops.g > 1 else ""]
        for name in self.order:
            what, extent, size = trips[name]
            count = ceil_div(extent, size)
            lines.append(
                f"for {count} tiles of {min(size, extent)} {what}  [DRAM]" if count > 1 else ""
            )
        channels = ceil_div(loops.c, self.q * self.r)
        lines.append(
            f"for {channels} tiles of {self.q * self.r} channels  [global buffer: ifmaps]"
            if channels > 1
            else ""
        )
        passes = ceil_div(min(self.m, loops.m), self.p * self.t)
        lines.append(
            f"for {passes} passes of {self.p * self.t} filters  [global buffer: psums]"
            if passes > 1
            else ""
        )
        lines.append(
            f"on the array: {loops.r} filter rows x {min(self.e, loops.p)} ofmap rows"
            f", {self.r} sets along channels, {self.t} along filters"
        )
        lines.append(
            f"in a PE: {self.p} filters x {self.q} channels x {loops.s} taps"
            f", {loops.q} ofmap columns, {self.n} images"
        )
        return [line for line in lines if line]

    def parameters(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("m", "n", "e", "p", "q", "r", "t")}


def pe_sets(hardware: Hardware, filter_rows: int, e: int) -> int:
    """Return how many sets of ``filter_rows`` x ``e`` PEs the array holds at once.

    A set wider than the array is folded into pieces one above another (JSSC 2017, section III-B).
    """
    if e <= hardware.columns:
        return (hardware.rows // filter_rows) * (hardware.columns // e)
    return hardware.rows // (filter_rows * ceil_div(e, hardware.columns))
