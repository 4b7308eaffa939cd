"""The workload of a measured row, as ``py.platforms.measured.of_layer`` has that of a layer.

What the columns mean: ``conv``, ``fc`` and ``pool`` are as in published tables, where ``w`` is as
``h``, ``kw`` as ``kh`` and ``stride`` 1 if left out. ``matmul``: ``groups`` products of (``batch``
x ``cin``) by (``cin`` x ``cout``). ``elementwise``, ``norm``, ``lrn``, ``softmax``, ``movement``
and ``reduce``: a tensor of ``batch`` x ``cin`` x ``h`` x ``w``; the columns ``ops``,
``ifmap_elements``, ``weight_elements`` and ``ofmap_elements`` say what is done to it, else one
operation to each element, read once and written once. ``attention``: ``batch`` images of ``groups``
heads with ``h`` queries and ``w`` keys of ``cin`` features, ``cout`` for the values. ``recurrent``:
``batch`` sequences of ``h`` steps, ``cin`` inputs, ``cout`` states, ``groups`` gates.
``clock_mhz`` is the device's clock.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from py.errors import JoulegraphError
from py.measure.table.row import Row
from py.platforms.measured.of_layer import rows_of
from py.platforms.measured.workload import (
    PRECISIONS,
    Workload,
    convolution,
    pooling,
    product,
)

#: Widths of elements by the names that tables use; blank is single precision.
BITS = {
    **{"fp64": 64, "fp32": 32, "tf32": 32, "fp16": 16, "bf16": 16, "int8": 8},
    **{"float64": 64, "float32": 32, "float16": 16, "bfloat16": 16},
}
_SINGLE = 32
_GATES = 4
_UNIT_OPS = {4: 22, 3: 17, 1: 2}
"""Operations of a unit of LSTM, GRU and RNN in a step: sums of its gates, their functions, state.
As ``py.layers.works.recurrent`` counts them; a test holds them to it."""
_SCALED_SOFTMAX = 6
"""Operations of a score, as ``py.layers.works.attention`` counts them."""


def workload_of_row(row: Row) -> Workload:
    """Return what a row computes, at the clock that it states if any.

    ``cin`` and ``cout`` of a row are the channels of all groups together. Padding ``same`` is
    TensorFlow's, as many outputs as strides begin in the input, odd zeros after it.

    Raises:
        JoulegraphError: ``row-incomplete``, with its line, for a row without one of its sizes or
            whose sizes make no layer.
    """
    work = _workload(row)
    name = (row.dtype or "").lower()
    precision = {"bfloat16": "bf16"}.get(name, name)
    if precision in PRECISIONS:
        work = replace(work, precision=precision)
    clock = row.others.get("clock_mhz", "").strip()
    if not clock:
        return work
    try:
        return replace(work, clock_hz=float(clock) * 1e6)
    except ValueError:
        raise _incomplete(row, f"a clock in MHz, got {clock[:20]!r}") from None


def _workload(row: Row) -> Workload:
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
    if row.op in _BY_ELEMENTS:
        return _by_elements(row, bits)
    if row.op == "attention":
        return _attention(row, bits)
    if row.op == "recurrent":
        return _recurrent(row, bits)
    raise _incomplete(row, f"an op of a layer, got {row.op[:20]!r}")


_BY_ELEMENTS = frozenset({"elementwise", "norm", "lrn", "softmax", "movement", "reduce"})


def _by_elements(row: Row, bits: int) -> Workload:
    named = (row.cin, row.h, row.w)
    sizes = [_size(row, "batch"), *(size for size in named if size is not None)]
    elements = math.prod(sizes)
    return Workload(
        row.op,
        rows_of(row.op, row.others.get("variant", "").strip() or _LAYER_NORM, sizes),
        macs=0,
        ops=_count(row, "ops", elements),
        ifmap_elements=_count(row, "ifmap_elements", elements),
        weight_elements=_count(row, "weight_elements", 0),
        ofmap_elements=_count(row, "ofmap_elements", elements),
        weight_bits=bits,
        activation_bits=bits,
    )


def _count(row: Row, column: str, otherwise: int) -> int:
    text = row.others.get(column, "").strip()
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise _incomplete(row, f"a whole number in column '{column}', got {text[:20]!r}")
    return int(text)


_MOST_DIGITS = 18
_LAYER_NORM = "LayerNormalization"
"""The normalisation of a row that names none."""


def _attention(row: Row, bits: int) -> Workload:
    maps = _size(row, "batch") * (row.groups or 1)
    queries, keys = _size(row, "h"), _size(row, "w")
    inside = _size(row, "cin")
    outside = row.cout or inside
    return Workload(
        "attention",
        1,
        macs=maps * queries * keys * (inside + outside),
        ops=_SCALED_SOFTMAX * maps * queries * keys,
        ifmap_elements=maps * (queries * inside + keys * (inside + outside)),
        weight_elements=0,
        ofmap_elements=maps * queries * outside,
        weight_bits=bits,
        activation_bits=bits,
    )


def _recurrent(row: Row, bits: int) -> Workload:
    batch, steps = _size(row, "batch"), _size(row, "h")
    inputs, states = _size(row, "cin"), _size(row, "cout")
    gates = row.groups or _GATES
    weights = gates * states * (inputs + states)
    return Workload(
        "recurrent",
        1,
        macs=batch * steps * weights,
        ops=batch * steps * states * _UNIT_OPS.get(gates, gates),
        ifmap_elements=batch * steps * inputs,
        weight_elements=weights,
        ofmap_elements=batch * steps * states,
        weight_bits=bits,
        activation_bits=bits,
    )


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
_LIKE: Mapping[str, Callable[[Row], int | None]] = {
    "w": lambda row: row.h,
    "kw": lambda row: row.kh,
    "stride": lambda _: 1,
}


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
    if row.pad is None and row.op == "pool":
        return 0
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
    if value is None and name in _LIKE:
        value = _LIKE[name](row)
    if value is None:
        raise _incomplete(row, f"a number in column '{name}', got none")
    return value


def _incomplete(row: Row, expected: str) -> JoulegraphError:
    return JoulegraphError(
        "row-incomplete",
        f"Line {row.line} of {row.file or 'the table'} ({row.op[:20]}) should have {expected}.",
        "Complete the row or leave it out.",
    )
