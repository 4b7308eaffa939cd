"""The plain form of a table of layers, row by row: what people write, and what py.layers writes.

People give ``kind`` and loop bounds. ``py.layers --format csv`` gives every column: what is read,
held and written by layers without MACs too, how often each runs, and operators that are not known
(without a kind), so that an estimate of the table is one of the model.
"""

import re
from dataclasses import replace

from py.layers import table_cells as cell
from py.layers.layer import KINDS, Bits, Kind, Layer, Window, Zeros
from py.layers.loops import LoopNest
from py.layers.model import NotModelled
from py.layers.table_columns import BOUNDS
from py.quantities import repeated

_BY_PEOPLE: tuple[Kind, ...] = ("conv", "dense", "matmul")
_DTYPE = re.compile(r"[a-z][a-z0-9_]{0,30}")

Cells = dict[str, str]


def read_row(cells: Cells, line: int) -> Layer | NotModelled:
    """Return what a row stands for: a layer, or an operator that is not known."""
    kind = _kind(cells, line)
    if kind is None:
        return _not_modelled(cells, line)
    layer = _layer(cells, kind, line)
    name = cell.text_of(cells.get("name", ""))[:200]
    bits = _widths(cells, line)
    return replace(
        layer,
        name=name or f"{kind}_{line - 1}",
        op_types=tuple(word[:100] for word in cells.get("op_types", "").split()[:100]),
        nodes=cell.indices(cells.get("nodes", ""), line),
        path=cell.path(cells.get("path", ""), line),
        ofmap_shape=_shape(cells, line),
        zeros=Zeros(
            ifmap=cell.share(cells.get("zeros_a", ""), "zeros_a", line),
            weight=cell.share(cells.get("zeros_w", ""), "zeros_w", line),
            ofmap=cell.share(cells.get("zeros_o", ""), "zeros_o", line),
        ),
        bits=bits,
        weight_dtype=_dtype(cells, "dtype_w", bits.weight, line),
        activation_dtype=_dtype(cells, "dtype_a", bits.activation, line),
    )


def batch_of(cells: Cells, line: int) -> int | None:
    """Return the batch that a row is for, None where it does not say."""
    return cell.whole(cells["batch"], "batch", line, default=1) if cells.get("batch") else None


def _kind(cells: Cells, line: int) -> Kind | None:
    text = cells.get("kind", "").strip().lower()
    if not text and cells.get("op_types", "").strip():
        return None
    for kind in KINDS if "ofmap_elements" in cells else _BY_PEOPLE:
        if kind == text:
            return kind
    if text in KINDS:
        cell.refuse(
            line,
            f"a column 'ofmap_elements' for what a layer of kind {text} writes, as py.layers "
            "--format csv gives it",
        )
    cell.refuse(line, f"kind conv, dense or matmul, got {text[:40]!r}")


def _not_modelled(cells: Cells, line: int) -> NotModelled:
    operator = cell.text_of(cells["op_types"])[:200]
    return NotModelled(
        name=cell.text_of(cells.get("name", ""))[:200] or f"{operator}_{line - 1}",
        op=operator,
        nodes=cell.indices(cells.get("nodes", ""), line),
        macs=cell.count(cells.get("macs", ""), "macs", line),
        reason=f"The operator {operator} is not known.",
        path=cell.path(cells.get("path", ""), line),
    )


def _layer(cells: Cells, kind: Kind, line: int) -> Layer:
    """Return a layer with its counts: those of the row, else those that its loops tell."""
    runs = cell.runs(cells.get("runs", ""), line)
    complete = "ofmap_elements" in cells
    bare = complete and not any(cells.get(bound, "").strip() for bound in BOUNDS)
    loops = None if bare else _loops(cells, line)
    if complete:
        read, held, written = (
            cell.count(cells.get(f"{tensor}_elements", ""), f"{tensor}_elements", line)
            for tensor in ("ifmap", "weight", "ofmap")
        )
    else:
        assert loops is not None
        held = 0 if kind == "matmul" else loops.weight_elements
        second = loops.n * loops.weight_elements if kind == "matmul" else 0
        read, written = loops.ifmap_elements + second, loops.ofmap_elements
    parameters = cell.count(cells.get("parameters", ""), "parameters", line)
    macs = _of_one_run(cells, "macs", runs, line) if "macs" in cells else None
    if loops is not None and (macs is None or repeated(loops.macs, runs) == repeated(macs, runs)):
        macs = loops.macs
    return Layer(
        name=kind,
        kind=kind,
        op_types=(),
        nodes=(),
        macs=macs,
        ops=_of_one_run(cells, "ops", runs, line) if "ops" in cells else 0,
        parameters=(held or 0) if parameters is None else parameters,
        ifmap_elements=read,
        weight_elements=held,
        ofmap_elements=written,
        loops=loops,
        in_place=cells.get("in_place", "").strip().lower() in ("1", "yes", "true"),
        runs=runs,
        window=_window(cells, line),
    )


def _window(cells: Cells, line: int) -> Window | None:
    """Return the window of a pooling layer, 3x3x2x2 for 3 x 3 with strides of 2.

    Images and channels may follow: 3x3x2x2x1x64.
    """
    found = cell.several(cells.get("window", ""), "window", line, 6)
    if not found:
        return None
    if len(found) not in (4, 6) or min(found) < 1:
        cell.refuse(line, "a window as rows x columns x strides, like 3x3x2x2")
    return Window(*found)


def _of_one_run(cells: Cells, column: str, runs: float, line: int) -> int | None:
    """Return a count of one run from that of all runs; as near as rounding allows."""
    every = cell.count(cells[column], column, line)
    if every is None or runs == 1:
        return every
    if not runs:
        return 0
    if isinstance(runs, int):
        if every % runs:
            cell.refuse(line, f"{column} of all {runs} runs together, got {every}")
        return every // runs
    numerator, denominator = runs.as_integer_ratio()
    return (2 * every * denominator + numerator) // (2 * numerator)


def _loops(cells: Cells, line: int) -> LoopNest:
    sizes = {name: cell.whole(cells.get(name, ""), name, line, default=1) for name in BOUNDS[:8]}
    stride = _pair(cells, "stride", line)
    dilation = _pair(cells, "dilation", line)
    needed = [
        (sizes["pq"[axis]] - 1) * stride[axis] + (sizes["rs"[axis]] - 1) * dilation[axis] + 1
        for axis in (0, 1)
    ]
    h = cell.whole(cells.get("h", ""), "h", line, default=needed[0])
    w = cell.whole(cells.get("w", ""), "w", line, default=needed[1])
    edges = cell.several(cells.get("pad", ""), "pad", line, 4)
    if len(edges) not in (0, 4):
        cell.refuse(line, "pad as top x left x bottom x right, like 1x1x1x1")
    missing = (max(0, needed[0] - h), max(0, needed[1] - w))
    before, after = (missing[0] // 2, missing[1] // 2), (-(-missing[0] // 2), -(-missing[1] // 2))
    top, left, bottom, right = edges or (*before, *after)
    try:
        return LoopNest(
            **sizes,
            h=h,
            w=w,
            stride=stride,
            dilation=dilation,
            padding=(top, left, bottom, right),
            planes=None,
        )
    except ValueError as error:
        cell.refuse(line, f"sizes that make a layer ({error})")


def _pair(cells: Cells, column: str, line: int) -> tuple[int, int]:
    """Return a number for rows and one for columns from ``2`` or ``2x1``; 1 for an empty cell."""
    parts = cell.several(cells.get(column, ""), column, line, 2) or (1,)
    if min(parts) < 1:
        cell.refuse(line, f"at least 1 in column '{column}', got {cells[column][:40]!r}")
    return parts[0], parts[-1]


def _shape(cells: Cells, line: int) -> tuple[int | None, ...] | None:
    text = cells.get("output", "").strip()
    if not text:
        return None
    if text == "scalar":
        return ()
    if len(text) > 400 or re.fullmatch(r"(?:\d{1,18}|\?)(?:x(?:\d{1,18}|\?))*", text) is None:
        cell.refuse(line, f"a shape like 1x96x55x55 in column 'output', got {text[:40]!r}")
    return tuple(None if part == "?" else int(part) for part in text.split("x"))


def _widths(cells: Cells, line: int) -> Bits:
    return Bits(cell.bits(cells.get("bits_w", ""), line), cell.bits(cells.get("bits_a", ""), line))


def _dtype(cells: Cells, column: str, width: int | None, line: int) -> str | None:
    """Return an element type, None where a width goes before it."""
    text = cells.get(column, "").strip()
    if text and _DTYPE.fullmatch(text) is None:
        expected = f"an element type like float32 in column '{column}'"
        cell.refuse(line, f"{expected}, got {text[:40]!r}")
    return text if text and width is None else None
