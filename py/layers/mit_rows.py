"""The MIT tool's form of a table of layers, row by row: 25 numbers each (``py.layers.table``)."""

from py.layers import table_cells as cell
from py.layers.layer import Bits, Layer, Zeros
from py.layers.loops import LoopNest

_COLUMNS = 25
_ZEROS = (6, 12, 18)


def read_row(row: list[str], line: int) -> Layer:
    """Return the layer of a row."""
    if len(row) != _COLUMNS:
        cell.refuse(
            line,
            f"the MIT tool's {_COLUMNS} columns or a header with a column 'kind', "
            f"got {len(row)} columns",
        )
    value = [cell.number(text, f"column {column}", line) for column, text in enumerate(row, 1)]
    whole = [
        cell.as_whole(number, f"column {column}", line) if column not in _ZEROS else 0
        for column, number in enumerate(value, 1)
    ]
    loops = _loops(whole, line)
    square = loops.p == loops.q == 1 and (loops.r, loops.s) == (loops.h, loops.w)
    return Layer(
        name=f"layer_{row[0].strip()[:40]}",
        kind="dense" if square else "conv",
        op_types=(),
        nodes=(),
        macs=loops.macs,
        ops=0,
        parameters=loops.weight_elements,
        ifmap_elements=loops.ifmap_elements,
        weight_elements=loops.weight_elements,
        ofmap_elements=loops.ofmap_elements,
        loops=loops,
        bits=Bits(cell.bits(row[12], line), cell.bits(row[6], line)),
        zeros=Zeros(
            ifmap=_counted(value[5], loops.ifmap_elements, line),
            weight=_counted(value[11], loops.weight_elements, line),
            ofmap=_counted(value[17], loops.ofmap_elements, line),
        ),
    )


def _loops(whole: list[int], line: int) -> LoopNest:
    h, w, c, n = whole[1:5]
    r, s, filter_c, m = whole[7:11]
    p, q, ofmap_c = whole[13:16]
    if ofmap_c != m or filter_c < 1 or c % filter_c:
        cell.refuse(
            line,
            f"as many filters as ofmap channels, got {m} and {ofmap_c}, and ifmap channels that "
            f"are a multiple of a filter's, got {c} and {filter_c}",
        )
    groups = c // filter_c
    if not groups or m % groups:
        cell.refuse(line, f"filters that divide into {groups} groups, got {m}")
    top, bottom, left, right = whole[21:25]
    try:
        return LoopNest(
            *(n, groups, m // groups, filter_c, p, q, r, s, h, w),
            stride=(whole[19], whole[20]),
            padding=(top, left, bottom, right),
        )
    except ValueError as error:
        cell.refuse(line, f"sizes that make a layer ({error})")


def _counted(zeros: float, elements: int, line: int) -> float:
    share = zeros if zeros < 1 else zeros / elements
    if share > 1:
        cell.refuse(line, f"no more zeros than elements ({elements}), got {zeros:.0f}")
    return share
