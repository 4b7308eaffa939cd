"""Lists of layers of one kind that only grow: along the batch, along the side of the image."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from py.platforms.measured.model import KindModel
from py.platforms.measured.workload import PRECISIONS, Workload, convolution, pooling, product

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
SIDES = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 224, 256, 384, 512)
_BATCH_OF_SIDES = 4
_PLACES = (0.1, 0.5, 0.9)
"""Where in the measured ranges the layers lie, on a logarithmic scale."""
_NATIVE = 32
_HEADS, _GATES, _GROUPS = 8, 4, 4
_BITS: Mapping[str, int] = {"tf32": 32, "bf16": 16}


@dataclass(frozen=True, slots=True)
class Base:
    """What all layers of a list have in common; channels are those of one group."""

    kind: str
    bits: tuple[int, int]
    precision: str
    cin: int
    cout: int
    kernel: int
    stride: int
    groups: int
    side: int

    def at(self, batch: int, side: int) -> Workload:
        """Return the layer of a batch and an image's side."""
        found = self._layer(batch, max(side, self.kernel))
        if self.precision not in PRECISIONS:
            return found
        return Workload(
            **{name: getattr(found, name) for name in Workload.__slots__ if name != "precision"},
            precision=self.precision,
        )

    def _layer(self, batch: int, side: int) -> Workload:
        if self.kind in ("conv", "grouped", "depthwise"):
            outputs = self._outputs(side)
            return convolution(
                batch=batch,
                groups=self.groups,
                cin=1 if self.kind == "depthwise" else self.cin,
                cout=1 if self.kind == "depthwise" else self.cout,
                image=(side, side),
                ofmap=(outputs, outputs),
                window=(self.kernel, self.kernel),
                stride=float(self.stride),
                pad=self.kernel // 2,
                bits=self.bits,
            )
        if self.kind == "pool":
            outputs = (side - self.kernel) // self.stride + 1
            return pooling(
                batch=batch,
                channels=self.cin,
                image=(side, side),
                ofmap=(outputs, outputs),
                window=(self.kernel, self.kernel),
                stride=float(self.stride),
                bits=self.bits[1],
            )
        if self.kind in ("dense", "matmul"):
            return product(
                self.kind,
                products=self.groups,
                rows=batch,
                inputs=self.cin,
                outputs=self.cout,
                bits=self.bits,
            )
        return self._by_counts(batch, side)

    def _outputs(self, side: int) -> int:
        return (side + 2 * (self.kernel // 2) - self.kernel) // self.stride + 1

    def _by_counts(self, batch: int, side: int) -> Workload:
        """Return a layer that is timed by what it computes and moves alone."""
        elements = batch * self.cin * side * side
        macs, weights, ops, ofmap = 0, 0, elements, elements
        if self.kind == "attention":
            maps = batch * _HEADS
            macs, ops = 2 * maps * side * side * self.cin, maps * side * side
            elements, ofmap = 3 * maps * side * self.cin, maps * side * self.cin
        elif self.kind == "recurrent":
            weights = _GATES * self.cout * (self.cin + self.cout)
            macs, ops = batch * side * weights, 0
            elements, ofmap = batch * side * self.cin, batch * self.cout
        elif self.kind == "reduce":
            ofmap = batch * self.cin
        elif self.kind == "movement":
            ops = 0
        return Workload(
            self.kind,
            1,
            macs,
            ops,
            elements,
            weights,
            ofmap,
            weight_bits=self.bits[0],
            activation_bits=self.bits[1],
        )

    @property
    def told(self) -> str:
        """What it is, for a sentence."""
        if self.kind in ("dense", "matmul"):
            return f"{self.cin} to {self.cout} features"
        channels = f"{self.cin} to {self.cout}" if "conv" in self.kind else str(self.cin)
        return f"{channels} channels, window {self.kernel}, stride {self.stride}"


def bases(model: KindModel) -> Iterator[Base]:
    """Yield small, middling and large layers of a kind, within what was measured."""
    for place in _PLACES:
        yield base_at(model, place)


def base_at(model: KindModel, place: float) -> Base:
    """Return a layer at a place in the ranges: 0 is the least of each size, 1 the most."""

    def size(name: str, usual: tuple[float, float]) -> int:
        ends = model.ranges.get(name)
        least, most = usual if ends is None else (ends.least, ends.most)
        least = max(least, 1.0)
        return max(1, round(float(least * (max(most, least) / least) ** place)))

    kernel = model.fixed.get("kh") or _middle(model, "kernel", 3)
    stride = model.fixed.get("stride") or _least(model, "stride")
    groups = 1
    if model.kind in ("grouped", "depthwise", "matmul"):
        groups = size("groups", (_GROUPS, _GROUPS))
    return Base(
        kind=model.kind,
        bits=_bits(model.dtype),
        precision=model.dtype,
        cin=size("cin", (16, 512)),
        cout=size("cout", (16, 512)),
        kernel=max(1, round(kernel)),
        stride=max(1, round(stride)),
        groups=groups,
        side=size("in_side", (8, 224)),
    )


def growing(model: KindModel) -> Iterator[tuple[str, Base, list[tuple[int, Workload]]]]:
    """Yield lists of layers that grow: by what, from which layer, each with what it has of it."""
    for base in bases(model):
        yield "batch", base, [(batch, base.at(batch, base.side)) for batch in BATCHES]
        if model.kind not in ("dense", "matmul"):
            sides = [side for side in SIDES if side >= base.kernel]
            yield "side", base, [(side, base.at(_BATCH_OF_SIDES, side)) for side in sides]


def _bits(dtype: str) -> tuple[int, int]:
    weight, x, activation = dtype.partition("x")
    if x:
        return int(weight), int(activation)
    bits = _BITS.get(dtype, _NATIVE)
    return bits, bits


def _middle(model: KindModel, name: str, usual: int) -> float:
    ends = model.ranges.get(name)
    if ends is None:
        return usual
    return min(max(float(usual), ends.least), ends.most)


def _least(model: KindModel, name: str) -> float:
    ends = model.ranges.get(name)
    return 1.0 if ends is None or not math.isfinite(ends.least) else ends.least
