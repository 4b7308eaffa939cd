"""A CSV table of layers, for people without an ONNX file.

Two forms. The MIT tool's: 25 numbers a line, ``index | ifmap: H W C N zeros bits | filter: H W C M
zeros bits | ofmap: H W C N zeros bits | stride_y stride_x | pad_top bottom left right``, zeros as
counts (a fraction below one is taken as a share). The plain form has a header,
``kind,n,g,m,c,p,q,r,s,stride,bits_w,bits_a,zeros_w,zeros_a``; columns may be left out or added
(``name``, ``h``, ``w``, ``zeros_o``).
"""

import csv
import io
from collections.abc import Callable
from typing import Any

from py.errors import JoulegraphError
from py.layers.layer import Bits, Layer, Zeros
from py.layers.loops import LoopNest

MOST_LAYERS = 20_000
MOST_BYTES = 8_000_000
_MOST_SIZE = 1 << 40
_MIT_COLUMNS = 25
_COLUMNS = (
    *("name", "kind", "n", "g", "m", "c", "p", "q", "r", "s", "h", "w", "stride"),
    *("bits_w", "bits_a", "zeros_w", "zeros_a", "zeros_o"),
)


def read_table(text: str) -> tuple[Layer, ...]:
    """Return the layers of a table.

    Raises:
        JoulegraphError: ``table-invalid`` with the line and what was expected there.
    """
    try:
        rows = [
            row
            for row in csv.reader(io.StringIO(text.lstrip("\ufeff")))
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise _invalid(0, f"comma-separated values, got a line that is none ({error})") from None
    if len(rows) > MOST_LAYERS + 1:
        raise _invalid(0, f"at most {MOST_LAYERS} layers, got {len(rows)} lines")
    if not rows:
        raise _invalid(0, "at least one layer, got none")
    header = [cell.strip().lower() for cell in rows[0]]
    if "kind" in header:
        for column in header:
            if column not in _COLUMNS:
                known = ", ".join(_COLUMNS)
                raise _invalid(1, f"columns among {known}, got {column[:40]!r}")
        return _all(
            rows[1:], 2, lambda row, line: _plain(dict(zip(header, row, strict=False)), line)
        )
    first = 0 if _is_number(rows[0][0]) else 1
    return _all(rows[first:], first + 1, _mit)


def _all(
    rows: list[list[str]], first_line: int, read: Callable[[list[str], int], Layer]
) -> tuple[Layer, ...]:
    if not rows:
        raise _invalid(first_line, "at least one layer below the header, got none")
    return tuple(read(row, line) for line, row in enumerate(rows, first_line))


def _plain(cells: dict[str, str], line: int) -> Layer:
    kind = cells.get("kind", "").strip().lower()
    if kind not in ("conv", "dense", "matmul"):
        raise _invalid(line, f"kind conv, dense or matmul, got {kind[:40]!r}")
    sizes: dict[str, Any] = {
        name: _whole(cells.get(name, ""), name, line, default=1) for name in "ngmcpqrs"
    }
    stride_text = cells.get("stride", "").strip()
    strides = [
        _whole(part, "stride", line, default=1)
        for part in (stride_text.split("x") if stride_text else ["1"])
    ]
    if len(strides) > 2:
        raise _invalid(line, f"a stride like 2 or 2x1, got {stride_text[:40]!r}")
    stride = (strides[0], strides[-1])
    needed = [(sizes["pq"[i]] - 1) * stride[i] + sizes["rs"[i]] for i in (0, 1)]
    h = _whole(cells.get("h", ""), "h", line, default=needed[0])
    w = _whole(cells.get("w", ""), "w", line, default=needed[1])
    missing = (max(0, needed[0] - h), max(0, needed[1] - w))
    loops = _nest(
        line,
        **sizes,
        h=h,
        w=w,
        stride=stride,
        padding=(
            missing[0] // 2,
            missing[1] // 2,
            missing[0] - missing[0] // 2,
            missing[1] - missing[1] // 2,
        ),
    )
    zeros = Zeros(
        ifmap=_share(cells.get("zeros_a", ""), "zeros_a", line),
        weight=_share(cells.get("zeros_w", ""), "zeros_w", line),
        ofmap=_share(cells.get("zeros_o", ""), "zeros_o", line),
    )
    bits = Bits(_bits(cells.get("bits_w", ""), line), _bits(cells.get("bits_a", ""), line))
    return _layer(cells.get("name", "").strip() or f"{kind}_{line - 1}", kind, loops, bits, zeros)


def _mit(row: list[str], line: int) -> Layer:
    if len(row) != _MIT_COLUMNS:
        raise _invalid(
            line,
            f"the MIT tool's {_MIT_COLUMNS} columns or a header with a column 'kind', "
            f"got {len(row)} columns",
        )
    value = [_number(cell, f"column {column}", line) for column, cell in enumerate(row, 1)]
    whole = [
        _as_whole(number, f"column {column}", line) if column not in (6, 12, 18) else 0
        for column, number in enumerate(value, 1)
    ]
    h, w, c, n = whole[1:5]
    r, s, filter_c, m = whole[7:11]
    p, q, ofmap_c = whole[13:16]
    if ofmap_c != m or filter_c < 1 or c % filter_c:
        raise _invalid(
            line,
            f"as many filters as ofmap channels, got {m} and {ofmap_c}, and ifmap channels that "
            f"are a multiple of a filter's, got {c} and {filter_c}",
        )
    groups = c // filter_c
    if m % groups:
        raise _invalid(line, f"filters that divide into {groups} groups, got {m}")
    top, bottom, left, right = whole[21:25]
    loops = _nest(line, n=n, g=groups, m=m // groups, c=filter_c, p=p, q=q, r=r, s=s, h=h, w=w,
                  stride=(whole[19], whole[20]), padding=(top, left, bottom, right))  # fmt: skip
    zeros = Zeros(
        ifmap=_counted(value[5], loops.ifmap_elements, line),
        weight=_counted(value[11], loops.weight_elements, line),
        ofmap=_counted(value[17], loops.ofmap_elements, line),
    )
    kind = "dense" if p == q == 1 and r == h and s == w else "conv"
    return _layer(
        f"layer_{row[0].strip()[:40]}",
        kind,
        loops,
        Bits(_bits(row[12], line), _bits(row[6], line)),
        zeros,
    )


def _layer(name: str, kind: str, loops: LoopNest, bits: Bits, zeros: Zeros) -> Layer:
    assert kind in ("conv", "dense", "matmul")
    return Layer(
        name=name[:200],
        kind=kind,  # type: ignore[arg-type]  # one of the three, checked above
        op_types=(),
        nodes=(),
        macs=loops.macs,
        ops=0,
        parameters=0 if kind == "matmul" else loops.weight_elements,
        ifmap_elements=loops.ifmap_elements
        + (loops.n * loops.weight_elements if kind == "matmul" else 0),
        weight_elements=0 if kind == "matmul" else loops.weight_elements,
        ofmap_elements=loops.ofmap_elements,
        loops=loops,
        bits=bits,
        zeros=zeros,
    )


def _nest(line: int, **bounds: Any) -> LoopNest:
    try:
        return LoopNest(**bounds)
    except ValueError as error:
        raise _invalid(line, f"sizes that make a layer ({error})") from None


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(cell: str, column: str, line: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise _invalid(line, f"a number in {column}, got {cell.strip()[:40]!r}") from None
    if not 0 <= value <= _MOST_SIZE:
        raise _invalid(
            line, f"a number from 0 to {_MOST_SIZE} in {column}, got {cell.strip()[:40]!r}"
        )
    return value


def _as_whole(value: float, column: str, line: int) -> int:
    if value != int(value):
        raise _invalid(line, f"a whole number in {column}, got {value}")
    return int(value)


def _whole(cell: str, column: str, line: int, *, default: int) -> int:
    if not cell.strip():
        return default
    value = _as_whole(_number(cell, column, line), column, line)
    if value < 1:
        raise _invalid(line, f"at least 1 in column '{column}', got {value}")
    return value


def _share(cell: str, column: str, line: int) -> float | None:
    if not cell.strip():
        return None
    value = _number(cell, column, line)
    if value > 1:
        raise _invalid(line, f"a share from 0 to 1 in column '{column}', got {value}")
    return value


def _counted(zeros: float, elements: int, line: int) -> float:
    share = zeros if zeros < 1 else zeros / elements
    if share > 1:
        raise _invalid(line, f"no more zeros than elements ({elements}), got {zeros:.0f}")
    return share


def _bits(cell: str, line: int) -> int | None:
    if not cell.strip():
        return None
    value = _whole(cell, "bits", line, default=1)
    if value > 64:
        raise _invalid(line, f"1 to 64 bits, got {value}")
    return value


def _invalid(line: int, expected: str) -> JoulegraphError:
    where = f"Line {line} of the table" if line else "The table"
    return JoulegraphError(
        "table-invalid",
        f"{where} should have {expected}.",
        "See 'A table of layers' in the README for the two forms.",
    )
