"""The features of section 4.1.2 of papers/003, and the special terms of its equation (1)."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from py.errors import JoulegraphError
from py.measure.row import Row

Columns = dict[str, NDArray[np.float64]]

#: Convolution: batch, input tensor, kernel, stride, padding, output tensor. Fully connected: batch,
#: input, output. Pooling: input tensor (whose first size is the batch), stride, kernel, output.
FEATURES: Mapping[str, tuple[str, ...]] = {
    "conv": ("batch", "cin", "h", "w", "kh", "kw", "stride", "pad", "cout", "oh", "ow"),
    "fc": ("batch", "cin", "cout"),
    "pool": ("batch", "cin", "h", "w", "kh", "kw", "stride", "oh", "ow"),
}
#: Memory accesses of the tensors and operations; pooling has no kernel tensor.
SPECIAL: Mapping[str, tuple[str, ...]] = {
    "conv": ("ifmap_bytes", "ofmap_bytes", "weight_bytes", "macs"),
    "fc": ("ifmap_bytes", "ofmap_bytes", "weight_bytes", "macs"),
    "pool": ("ifmap_bytes", "ofmap_bytes", "window_reads"),
}
#: May be 0, so that it has no logarithm.
_NO_LOGARITHM = frozenset({"pad"})
LOG = "log_"

_BYTES = {"fp64": 8, "fp32": 4, "tf32": 4, "fp16": 2, "bf16": 2, "int8": 1}


def names(op: str, *, logarithms: bool) -> tuple[str, ...]:
    """Return the features of a kind of layer, for power with their logarithms (equation 2).

    Raises:
        JoulegraphError: ``form-not-for-kind``: the paper has no model of such layers.
    """
    if op not in FEATURES:
        raise JoulegraphError(
            "form-not-for-kind",
            f"The form neuralpower is for {', '.join(FEATURES)}, got {op[:40]!r}.",
            "Leave these rows out, or fit the default form.",
        )
    plain = FEATURES[op]
    return plain + tuple(LOG + name for name in plain if logarithms and name not in _NO_LOGARITHM)


def columns(rows: Sequence[Row], op: str, *, logarithms: bool) -> Columns:
    """Return each feature and special term of the rows, a number a row.

    Raises:
        JoulegraphError: ``form-not-for-kind``, or ``row-incomplete`` for a row without a size.
    """
    wanted = names(op, logarithms=logarithms)
    values = [values_of(row) for row in rows]
    found = {
        name: np.array([value[name] for value in values], dtype=np.float64)
        for name in (*FEATURES[op], *SPECIAL[op])
    }
    for name in wanted:
        if name.startswith(LOG):
            found[name] = np.log(found[name.removeprefix(LOG)])
    return found


def values_of(row: Row) -> dict[str, float]:
    """Return the features and special terms of one row.

    Raises:
        JoulegraphError: ``form-not-for-kind``, or ``row-incomplete`` for a row without a size.
    """
    names(row.op, logarithms=False)
    batch, cin = _size(row, "batch"), _size(row, "cin")
    found: dict[str, float]
    elements: dict[str, float]
    width = _BYTES.get(row.dtype or "fp32", 4)
    if row.op == "fc":
        cout = _size(row, "cout")
        elements = {"ifmap": batch * cin, "ofmap": batch * cout, "weight": cin * cout}
        found = {"batch": batch, "cin": cin, "cout": cout, "macs": batch * cin * cout}
    else:
        h, w, kh, kw = (_size(row, name) for name in ("h", "w", "kh", "kw"))
        stride = _size(row, "stride")
        pads = [_padding(row, *sizes, stride) for sizes in ((h, kh), (w, kw))]
        oh, ow = (
            (size + pad - kernel) // stride + 1
            for size, pad, kernel in zip((h, w), pads, (kh, kw), strict=True)
        )
        if oh < 1 or ow < 1:
            raise _incomplete(row, f"a kernel that fits its input, got {kh}x{kw} on {h}x{w}")
        cout = _size(row, "cout") if row.op == "conv" else cin
        groups = (row.groups or 1) if row.op == "conv" else 1
        taps = kh * kw * (cin / groups if row.op == "conv" else 1)
        outputs = batch * cout * oh * ow
        elements = {"ifmap": batch * cin * h * w, "ofmap": outputs, "weight": cout * taps}
        found = {
            **{"batch": batch, "cin": cin, "h": h, "w": w, "kh": kh, "kw": kw, "stride": stride},
            **{"pad": sum(pads) / 4, "cout": cout, "oh": oh, "ow": ow},
            "macs" if row.op == "conv" else "window_reads": outputs * taps,
        }
    sizes = {f"{tensor}_bytes": count * width for tensor, count in elements.items()}
    return {name: float(value) for name, value in {**found, **sizes}.items()}


def _padding(row: Row, size: int, kernel: int, stride: int) -> int:
    """Return the rows or columns of zeros on both sides together."""
    if row.pad == "same":  # as TensorFlow: as many outputs as strides begin in the input
        return max((-(-size // stride) - 1) * stride + kernel - size, 0)
    if row.pad == "valid":
        return 0
    if row.pad is None:
        raise _incomplete(row, "its padding")
    return 2 * row.pad


def _size(row: Row, name: str) -> int:
    value: int | None = getattr(row, name)
    if value is None:
        raise _incomplete(row, f"a number in column '{name}'")
    return value


def _incomplete(row: Row, expected: str) -> JoulegraphError:
    return JoulegraphError(
        "row-incomplete",
        f"Line {row.line} of {row.file or 'the table'} ({row.op}) should have {expected}.",
        "Complete the row or leave it out.",
    )
