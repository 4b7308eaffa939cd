"""Element types by numpy's names (those of ml_dtypes where numpy has none), and their widths.

ONNX numbers them in ``TensorProto.DataType``; text is ``object``, as numpy holds it.
"""

_BY_NUMBER: dict[int, tuple[str, int | None]] = {
    1: ("float32", 32),
    2: ("uint8", 8),
    3: ("int8", 8),
    4: ("uint16", 16),
    5: ("int16", 16),
    6: ("int32", 32),
    7: ("int64", 64),
    8: ("object", None),
    9: ("bool", 8),
    10: ("float16", 16),
    11: ("float64", 64),
    12: ("uint32", 32),
    13: ("uint64", 64),
    14: ("complex64", 64),
    15: ("complex128", 128),
    16: ("bfloat16", 16),
    17: ("float8_e4m3fn", 8),
    18: ("float8_e4m3fnuz", 8),
    19: ("float8_e5m2", 8),
    20: ("float8_e5m2fnuz", 8),
    21: ("uint4", 4),
    22: ("int4", 4),
    23: ("float4_e2m1fn", 4),
    24: ("float8_e8m0fnu", 8),
    25: ("uint2", 2),
    26: ("int2", 2),
    27: ("float6_e2m3fn", 6),
    28: ("float6_e3m2fn", 6),
}
_BITS = dict(_BY_NUMBER.values())


def dtype_of(number: int) -> str | None:
    """Return the name of ONNX element type ``number``, None where it is undefined or unknown."""
    entry = _BY_NUMBER.get(number)
    return entry[0] if entry else None


def bits_of(dtype: str | None) -> int | None:
    """Return the bits of one element, None for text and for an unknown type."""
    return _BITS.get(dtype) if dtype is not None else None


def is_float(dtype: str | None) -> bool:
    """Say whether the type is a real floating-point type."""
    return dtype is not None and dtype.startswith(("float", "bfloat"))


def is_integer(dtype: str | None) -> bool:
    """Say whether the type is an integer type (bool is not)."""
    return dtype is not None and dtype.startswith(("int", "uint"))
