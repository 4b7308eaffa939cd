"""Arithmetic on known elements as ONNX's kernels do it: integers of fixed width, rounded floats.

An element that is not known stays unknown; so does one whose result is undefined (division by
zero, a root of a negative number), because kernels differ there.
"""

import math
import struct
from collections.abc import Callable

from py.graph.dtype import bits_of, is_float, is_integer
from py.graph.fact import Scalar

Number = int | float | bool
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
        return float(value) if is_float(dtype) else None
    except (OverflowError, ValueError):
        return None


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


BINARY: dict[str, Callable[[Number, Number], Number | None]] = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "Div": _divide,
    "Pow": _power,
    "Mod": _modulo,
    "Max": max,
    "Min": min,
    "Sum": lambda a, b: a + b,
    "Equal": lambda a, b: a == b,
    "Less": lambda a, b: a < b,
    "LessOrEqual": lambda a, b: a <= b,
    "Greater": lambda a, b: a > b,
    "GreaterOrEqual": lambda a, b: a >= b,
    "And": lambda a, b: bool(a) and bool(b),
    "Or": lambda a, b: bool(a) or bool(b),
    "Xor": lambda a, b: bool(a) != bool(b),
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
    "Relu": lambda a: max(a, 0),
    "Sign": lambda a: (a > 0) - (a < 0),
    "Not": lambda a: not a,
}


def apply(function: Callable[..., Number | None], dtype: str | None, *operands: Scalar) -> Scalar:
    """Return the function of the operands as an element of the type, None where one is unknown."""
    numbers = [operand for operand in operands if isinstance(operand, (int, float))]
    if len(numbers) != len(operands):
        return None
    try:
        return settle(function(*numbers), dtype)
    except (OverflowError, ValueError):
        return None
