"""What platforms that are timed have in common: measured ones, and those of a datasheet."""

from collections.abc import Mapping

from py.layers.layer import Layer
from py.platforms.counted import Fused
from py.platforms.platform import Level
from py.platforms.timed import LEVELS

NATIVE_BITS = 32
ELEMENT_BITS: Mapping[str, int] = {
    "float64": 64,
    "float32": 32,
    "float16": 16,
    "bfloat16": 16,
    "int64": 64,
    "int32": 32,
    "int16": 16,
    "int8": 8,
    "int4": 4,
    "uint64": 64,
    "uint32": 32,
    "uint16": 16,
    "uint8": 8,
    "uint4": 4,
    "bool": 8,
}
"""What an element takes in memory; a type that is not here is counted at the native width."""


class TimedPlatform:
    """The part of ``py.platforms.platform.Platform`` that is the same for all of them."""

    @property
    def levels(self) -> tuple[Level, ...]:
        return LEVELS

    @property
    def native_bits(self) -> tuple[int, int]:
        return NATIVE_BITS, NATIVE_BITS

    def element_bits(self, dtype: str) -> int | None:
        return ELEMENT_BITS.get(dtype)

    def fused(self, _first: Layer, _second: Layer, /) -> Fused | None:
        """Return nothing: where maps lie between two layers, nobody knows."""
        return None
