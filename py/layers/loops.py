"""The loop bounds of one layer: what every platform computes on.

A convolution is the nest (N, G, M, C, P, Q, R, S): images, groups, ofmap channels and ifmap
channels of a group, ofmap rows and columns, filter rows and columns. A fully connected layer is a
convolution as wide as its input (P = Q = 1); a product of two activations has one group for each.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

MOST = 1 << 40
"""No bound of a real layer is larger; what is larger is an error in the file."""

Pair = tuple[int, int]
Edges = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Planes:
    """A third spatial dimension: ``o`` ofmap, ``t`` filter and ``d`` ifmap planes.

    ``padding`` is of planes before and after.

    Raises:
        ValueError: a size below one or above 2^40, or a negative padding.
    """

    o: int
    t: int
    d: int
    stride: int = 1
    dilation: int = 1
    padding: Pair = (0, 0)

    def __post_init__(self) -> None:
        sizes = (self.o, self.t, self.d, self.stride, self.dilation)
        if not all(1 <= size <= MOST for size in sizes) or min(self.padding) < 0:
            raise ValueError(f"Planes: sizes from 1 to {MOST}, padding from 0, got {self}")

    def as_json(self) -> dict[str, int | list[int]]:
        return {
            **{name: getattr(self, name) for name in ("o", "t", "d", "stride", "dilation")},
            "padding": list(self.padding),
        }


@dataclass(frozen=True, slots=True)
class LoopNest:
    """Loop bounds with stride, dilation and padding; rows before columns.

    ``h`` and ``w`` are the ifmap's rows and columns without padding; ``padding`` is (top, left,
    bottom, right). Where there are ``planes``, they are in ``n`` (images times ofmap planes) and in
    ``c`` (channels times filter planes) besides.

    Raises:
        ValueError: a bound below one or above 2^40, a negative padding, or planes that do not
            divide n and c.
    """

    n: int
    g: int
    m: int
    c: int
    p: int
    q: int
    r: int
    s: int
    h: int
    w: int
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    padding: Edges = (0, 0, 0, 0)
    planes: Planes | None = None

    def __post_init__(self) -> None:
        if self.planes is not None and (self.n % self.planes.o or self.c % self.planes.t):
            raise ValueError(
                f"LoopNest.planes: o divides n, t divides c, got {self.n}, {self.c}, {self.planes}"
            )
        for name in ("n", "g", "m", "c", "p", "q", "r", "s", "h", "w"):
            value = getattr(self, name)
            if not isinstance(value, int) or not 1 <= value <= MOST:
                raise ValueError(f"LoopNest.{name}: a whole number from 1 to {MOST}, got {value!r}")
        if min(*self.stride, *self.dilation) < 1:
            raise ValueError(
                f"LoopNest: stride and dilation of at least 1, got {self.stride}, {self.dilation}"
            )
        if min(self.padding) < 0:
            raise ValueError(f"LoopNest.padding: not negative, got {self.padding}")

    @property
    def macs(self) -> int:
        """Multiply-accumulates of the whole nest, padding counted as real work."""
        return self.n * self.g * self.m * self.c * self.p * self.q * self.r * self.s

    @property
    def weight_elements(self) -> int:
        return self.g * self.m * self.c * self.r * self.s

    @property
    def ifmap_elements(self) -> int:
        return self.n * self.g * self.c * self.h * self.w

    @property
    def ofmap_elements(self) -> int:
        return self.n * self.g * self.m * self.p * self.q

    def as_json(self) -> dict[str, Any]:
        bounds: dict[str, Any] = {name: getattr(self, name) for name in "ngmcpqrshw"}
        edges = {
            "stride": list(self.stride),
            "dilation": list(self.dilation),
            "padding": list(self.padding),
        }
        planes = {} if self.planes is None else {"planes": self.planes.as_json()}
        return bounds | edges | planes


def dense_loops(rows: int, inputs: int, outputs: int) -> LoopNest:
    """Return the nest of a product (rows x inputs) by (inputs x outputs)."""
    return LoopNest(n=rows, g=1, m=outputs, c=inputs, p=1, q=1, r=1, s=1, h=1, w=1)


@lru_cache(1024)
def counted(**bounds: Any) -> tuple[LoopNest | None, int]:
    """Return a nest (a bound left out is 1) and its MACs; layers that are alike share one.

    There is no nest where a bound is 0, as of a tensor without elements, or beyond all layers.
    """
    sizes = dict.fromkeys("ngmcpqrshw", 1) | bounds
    macs = prod(sizes[name] for name in "ngmcpqrs")
    if any(not 1 <= sizes[name] <= MOST for name in "ngmcpqrshw"):
        return None, macs
    return LoopNest(**sizes), macs


def counted_dense(
    rows: int | None, inputs: int | None, outputs: int | None
) -> tuple[LoopNest | None, int | None]:
    """Return the nest and the MACs of a product (rows x inputs) by (inputs x outputs)."""
    if rows is None or inputs is None or outputs is None:
        return None, None
    return counted(n=rows, c=inputs, m=outputs)
