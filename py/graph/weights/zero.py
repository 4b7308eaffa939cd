"""Which bit patterns mean zero: by the element type, and by the zero point of a quantised tensor.

A float has two zeros, +0 and -0. A quantised value is zero where it equals its zero point. The
float8 types that end in ``uz`` have one zero: what would be the other is their NaN. The type
``float8_e8m0fnu`` holds powers of two and has none. A complex element is zero when both parts are.
"""

from dataclasses import dataclass, replace

from py.graph.dtype import bits_of, is_float

_ONE_ZERO = frozenset({"float8_e4m3fnuz", "float8_e5m2fnuz"})
_NO_ZERO = frozenset({"float8_e8m0fnu"})


#: Bit patterns, as bytes where they are many and small: a zero point for each block of weights.
Patterns = tuple[int, ...] | bytes


@dataclass(frozen=True, slots=True)
class Zero:
    """An element is zero where ``element & mask`` is its channel's pattern.

    ``patterns`` has one entry for all elements, or one a channel: element ``i`` is of channel
    ``(i // inner) % len(patterns)``. Empty where no pattern is a zero. Where they are several, the
    mask has every bit.
    """

    bits: int
    mask: int
    patterns: Patterns = (0,)
    inner: int = 1

    @property
    def is_uniform(self) -> bool:
        """Whether one pattern holds for all elements."""
        return len(self.patterns) <= 1

    def within(self, first: int, elements: int) -> tuple["Zero", int]:
        """Return what elements from ``first`` on need of the patterns, and the first of them anew.

        Counting elements ``0 … elements - 1`` of a tensor of which these are a part gives the same
        as counting them with all patterns, and a block needs not know those of the others.
        """
        if self.is_uniform:
            return self, 0
        channel, offset = divmod(first, self.inner)
        count = (offset + elements + self.inner - 1) // self.inner
        if count >= len(self.patterns):
            return self, first % (self.inner * len(self.patterns))
        start = channel % len(self.patterns)
        part = self.patterns[start : start + count]
        if len(part) < count:
            part = (*part, *self.patterns[: count - len(part)])
        return replace(self, patterns=part or self.patterns[:1]), offset


def zero_of(dtype: str | None, patterns: Patterns = (), inner: int = 1) -> Zero | None:
    """Return what is zero in a tensor of this type; None for text and for an unknown type.

    ``patterns`` are the zero points of a quantised tensor as bit patterns; none: the value 0.
    """
    bits = bits_of(dtype)
    if bits is None or dtype is None:
        return None
    everything = (1 << bits) - 1
    if patterns:
        masked: Patterns = patterns
        if max(patterns) > everything:
            masked = tuple(pattern & everything for pattern in patterns)
        if len(set(masked)) == 1:
            masked, inner = (masked[0],), 1
        if not any(masked):
            return zero_of(dtype)
        return Zero(bits, everything, masked, inner)
    if dtype in _NO_ZERO:
        return Zero(bits, everything, ())
    if dtype.startswith("complex"):
        part = (1 << (bits // 2 - 1)) - 1
        return Zero(bits, part << (bits // 2) | part)
    if is_float(dtype) and dtype not in _ONE_ZERO:
        return Zero(bits, everything >> 1)
    return Zero(bits, everything)
