"""Elements as another type: Cast, CastLike, and BitCast, which keeps the bits."""

import math
import struct

from py.graph.dtype import bits_of, dtype_of, is_integer
from py.graph.fact import Fact, Scalar, fact
from py.graph.rules.arithmetic import settle
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site

_OLD_NAMES = {"float": "float32", "double": "float64", "string": "object"}
_PACK = {16: ("e", "h"), 32: ("f", "i"), 64: ("d", "q")}


@rule("Cast")
def _cast(site: Site) -> list[Fact]:
    if site.opset < 6:
        name = site.node.text("to", "").lower()
        return [as_type(site.need(0), _OLD_NAMES.get(name, name))]
    return [as_type(site.need(0), dtype_of(site.node.integer("to", 0)))]


@rule("CastLike")
def _cast_like(site: Site) -> list[Fact]:
    return [as_type(site.need(0), site.dtype(1))]


def as_type(data: Fact, dtype: str | None) -> Fact:
    """Return a tensor with its elements cast."""
    if data.dtype == dtype:
        return data
    values = data.read() if data.maybe_small else None
    if values is not None:
        values = tuple(_as(value, dtype) for value in values)
    return fact(dtype, data.shape, values)


def _as(value: Scalar, dtype: str | None) -> Scalar:
    if isinstance(value, str):
        try:
            value = float(value) if not is_integer(dtype) else int(value)
        except ValueError:
            return None
    if dtype == "object":
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, float) and is_integer(dtype):
        whole = math.trunc(value) if math.isfinite(value) else None
        # What a number that does not fit becomes is up to the machine.
        return whole if whole is not None and settle(whole, dtype) == whole else None
    return settle(value, dtype) if value is not None else None


@rule("BitCast")
def _bit_cast(site: Site) -> list[Fact]:
    data, dtype = site.need(0), dtype_of(site.node.integer("to", 0))
    bits = bits_of(data.dtype)
    if bits is not None and bits != bits_of(dtype):
        raise MismatchError(f"{data.dtype} and {dtype} differ in width")
    values = data.read() if data.maybe_small else None
    if values is not None and dtype is not None and data.dtype is not None:
        values = tuple(_same_bits(value, data.dtype, dtype, bits or 0) for value in values)
    return [fact(dtype, data.shape, values)]


def _same_bits(value: Scalar, old: str, new: str, bits: int) -> Scalar:
    if is_integer(old) and is_integer(new) and isinstance(value, int):
        return settle(value, new)
    if bits not in _PACK:
        return None
    (real, whole), plain = _PACK[bits], f"float{bits}"
    if old == plain and is_integer(new) and isinstance(value, float):
        number: int = struct.unpack("<" + whole, struct.pack("<" + real, value))[0]
        return settle(number, new)
    if new == plain and is_integer(old) and isinstance(value, int):
        signed = settle(value, f"int{bits}")
        number_of: float = struct.unpack("<" + real, struct.pack("<" + whole, signed))[0]
        return number_of
    return None
