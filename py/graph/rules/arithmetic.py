"""Arithmetic on known elements as ONNX's kernels do it: integers of fixed width, rounded floats.

An element that is not known stays unknown; so does one whose result is undefined (division by
zero, a root of a negative number), because kernels differ there.
"""

import math
import struct
from collections.abc import Callable, Sequence

from py.graph.dtype import bits_of, is_integer
from py.graph.fact import Scalar

Number = int | float | bool
_LIMIT = 1 << 63
_PACK = {"float16": "e", "float32": "f", "float64": "d"}


def settle(value: Number | None, dtype: str | None) -> Scalar:
    """Return the number as an element of the type: wrapped, truncated or rounded to its width."""
    if value is None or dtype is None:
        return None
    try:
        if dtype == "bool":
            return bool(value)
        if is_integer(dtype):
            width = bits_of(dtype) or 64
            wrapped = int(value) & ((1 << width) - 1)
            signed = dtype.startswith("int") and wrapped >> (width - 1)
            return wrapped - (1 << width) if signed else wrapped
        if dtype in _PACK:
            code = "<" + _PACK[dtype]
            rounded: float = struct.unpack(code, struct.pack(code, float(value)))[0]
            return rounded
        return _bfloat16(float(value)) if dtype == "bfloat16" else None
    except (OverflowError, ValueError):
        return None


def _bfloat16(value: float) -> float:
    """Return the nearest bfloat16, of two the one with an even last bit."""
    (bits,) = struct.unpack("<I", struct.pack("<f", value))
    if math.isfinite(value):
        bits += 0x7FFF + (bits >> 16 & 1)
    rounded: float = struct.unpack("<f", struct.pack("<I", bits & 0xFFFF0000))[0]
    return rounded


def _divide(a: Number, b: Number) -> Number | None:
    if b == 0:
        return None
    if isinstance(a, int) and isinstance(b, int):
        quotient = abs(a) // abs(b)
        return quotient if (a < 0) == (b < 0) else -quotient
    return a / b


def _power(a: Number, b: Number) -> Number | None:
    if isinstance(a, int) and isinstance(b, int):
        # A long power of a large number takes long to work out and is no dimension.
        return a**b if 0 <= b <= 64 and abs(a) < 1 << 64 else None
    try:
        result = float(a) ** float(b)
    except (OverflowError, ZeroDivisionError):
        return None
    return None if isinstance(result, complex) else result


def _modulo(a: Number, b: Number) -> Number | None:
    return a % b if b != 0 else None


def truncated_modulo(a: Number, b: Number) -> Number | None:
    """Return what is left of a division, with the sign of the dividend, as C's fmod does."""
    if b == 0:
        return None
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) % abs(b) * (-1 if a < 0 else 1)
    return math.fmod(a, b)


def _larger(a: Number, b: Number) -> Number | None:
    return max(a, b) if a == a and b == b else None


def _smaller(a: Number, b: Number) -> Number | None:
    return min(a, b) if a == a and b == b else None


def shift_left(a: Number, b: Number) -> Number | None:
    """Return an integer with its bits moved up."""
    return int(a) << int(b) if 0 <= b < 64 else None


def shift_right(a: Number, b: Number) -> Number | None:
    """Return an integer with its bits moved down."""
    return int(a) >> int(b) if 0 <= b < 64 else None


BINARY: dict[str, Callable[[Number, Number], Number | None]] = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "Div": _divide,
    "Pow": _power,
    "Mod": _modulo,
    "Max": _larger,
    "Min": _smaller,
    "Sum": lambda a, b: a + b,
    "Equal": lambda a, b: a == b,
    "Less": lambda a, b: a < b,
    "LessOrEqual": lambda a, b: a <= b,
    "Greater": lambda a, b: a > b,
    "GreaterOrEqual": lambda a, b: a >= b,
    "And": lambda a, b: bool(a) and bool(b),
    "Or": lambda a, b: bool(a) or bool(b),
    "Xor": lambda a, b: bool(a) != bool(b),
    "BitwiseAnd": lambda a, b: int(a) & int(b),
    "BitwiseOr": lambda a, b: int(a) | int(b),
    "BitwiseXor": lambda a, b: int(a) ^ int(b),
}

UNARY: dict[str, Callable[[Number], Number | None]] = {
    "Neg": lambda a: -a,
    "Abs": abs,
    "Floor": math.floor,
    "Ceil": math.ceil,
    "Round": round,
    "Sqrt": lambda a: math.sqrt(a) if a >= 0 else None,
    "Exp": math.exp,
    "Log": lambda a: math.log(a) if a > 0 else None,
    "Reciprocal": lambda a: 1 / a if a else None,
    "Relu": lambda a: max(a, 0) if a == a else None,
    "Sign": lambda a: (a > 0) - (a < 0),
    "Not": lambda a: not a,
    "BitwiseNot": lambda a: ~int(a),
    "IsNaN": lambda a: a != a,
    "Sin": math.sin,
    "Cos": math.cos,
    "Tanh": math.tanh,
    "Sigmoid": lambda a: 1 / (1 + math.exp(-a)),
}


def apply_all(
    function: Callable[..., Number | None], dtype: str | None, *columns: Sequence[Scalar]
) -> tuple[Scalar, ...]:
    """Return the function of every row of the columns, as ``apply`` does for one."""
    rows = zip(*columns, strict=True)
    if dtype != "int64":
        return tuple(apply(function, dtype, *row) for row in rows)
    result: list[Scalar] = []
    for row in rows:
        # Nearly all that shapes depend on are 64-bit integers that stay small.
        value: Scalar
        try:
            value = None if None in row else function(*row)
        except (OverflowError, ValueError, TypeError):
            value = None
        if type(value) is not int or not -_LIMIT <= value < _LIMIT:
            value = apply(function, dtype, *row)
        result.append(value)
    return tuple(result)


def apply(function: Callable[..., Number | None], dtype: str | None, *operands: Scalar) -> Scalar:
    """Return the function of the operands as an element of the type, None where one is unknown."""
    numbers = [operand for operand in operands if isinstance(operand, (int, float))]
    if len(numbers) != len(operands):
        return None
    try:
        return settle(function(*numbers), dtype)
    except (OverflowError, ValueError):
        return None
