"""The workload of a measured row, as ``py.platforms.measured.of_layer`` has that of a layer."""

from py.errors import JoulegraphError
from py.measure.row import Row
from py.platforms.measured.workload import Workload, convolution, pooling, product

#: Widths of elements by the names that tables use; blank is single precision.
BITS = {
    **{"fp64": 64, "fp32": 32, "tf32": 32, "fp16": 16, "bf16": 16, "int8": 8},
    **{"float64": 64, "float32": 32, "float16": 16, "bfloat16": 16},
}
_SINGLE = 32


def workload_of_row(row: Row) -> Workload:
    """Return what a row computes: a convolution, a product or a pooling.

    ``cin`` and ``cout`` of a row are the channels of all groups together. Padding ``same`` is
    TensorFlow's, as many outputs as strides begin in the input, odd zeros after it.

    Raises:
        JoulegraphError: ``row-incomplete``, with its line, for a row without one of its sizes or
            whose sizes make no layer, and for kinds whose sizes are no columns of a table.
    """
    if row.dtype is not None and row.dtype.lower() not in BITS:
        raise _incomplete(row, f"a dtype among {', '.join(BITS)}, got {row.dtype[:20]!r}")
    bits = BITS.get((row.dtype or "").lower(), _SINGLE)
    if row.op in ("fc", "matmul"):
        return product(
            "dense" if row.op == "fc" else "matmul",
            products=row.groups or 1,
            rows=_size(row, "batch"),
            inputs=_size(row, "cin"),
            outputs=_size(row, "cout"),
            bits=(bits, bits),
        )
    if row.op == "conv":
        return _convolution(row, bits)
    if row.op == "pool":
        return _pooling(row, bits)
    raise _incomplete(row, f"an op among conv, fc, matmul and pool, got {row.op[:20]!r}")


def _convolution(row: Row, bits: int) -> Workload:
    cin, cout, groups = _size(row, "cin"), _size(row, "cout"), row.groups or 1
    if cin % groups or cout % groups:
        raise _incomplete(row, f"channels that divide into {groups} groups, got {cin} and {cout}")
    zeros = [_zeros(row, *axis) for axis in _AXES]
    return convolution(
        batch=_size(row, "batch"),
        groups=groups,
        cin=cin // groups,
        cout=cout // groups,
        image=(_size(row, "h"), _size(row, "w")),
        ofmap=_ofmap(row),
        window=(_size(row, "kh"), _size(row, "kw")),
        stride=float(_size(row, "stride")),
        pad=zeros[0] // 2,
        uneven_pad=any(count % 2 for count in zeros),
        bits=(bits, bits),
    )


def _pooling(row: Row, bits: int) -> Workload:
    return pooling(
        batch=_size(row, "batch"),
        channels=_size(row, "cin"),
        image=(_size(row, "h"), _size(row, "w")),
        ofmap=_ofmap(row),
        window=(_size(row, "kh"), _size(row, "kw")),
        stride=float(_size(row, "stride")),
        bits=bits,
    )


_AXES = (("h", "kh"), ("w", "kw"))


def _ofmap(row: Row) -> tuple[int, int]:
    rows, columns = (_outputs(row, *axis) for axis in _AXES)
    return rows, columns


def _outputs(row: Row, side: str, window: str) -> int:
    room = _size(row, side) + _zeros(row, side, window) - _size(row, window)
    if room < 0:
        raise _incomplete(
            row,
            f"a window that fits its input, got {_size(row, window)} on {_size(row, side)} "
            f"with padding {row.pad}",
        )
    return room // _size(row, "stride") + 1


def _zeros(row: Row, side: str, window: str) -> int:
    """Return the rows or columns of zeros on both sides together."""
    if row.pad is None:
        raise _incomplete(row, "a padding, got none")
    if row.pad == "valid":
        return 0
    if row.pad == "same":
        stride, size = _size(row, "stride"), _size(row, side)
        return max((-(-size // stride) - 1) * stride + _size(row, window) - size, 0)
    return 2 * row.pad


def _size(row: Row, name: str) -> int:
    value: int | None = getattr(row, name)
    if value is None:
        raise _incomplete(row, f"a number in column '{name}', got none")
    return value


def _incomplete(row: Row, expected: str) -> JoulegraphError:
    return JoulegraphError(
        "row-incomplete",
        f"Line {row.line} of {row.file or 'the table'} ({row.op[:20]}) should have {expected}.",
        "Complete the row or leave it out.",
    )
