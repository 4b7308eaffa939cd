"""What one layer computes, as it is timed: the same from a model's layer and from a measured row.

Kinds: ``conv``, ``grouped`` (a convolution in groups) and ``depthwise`` (groups of one ifmap
channel), ``dense`` (a product with constant weights; ``fc`` in tables), ``matmul`` (of two
activations), ``pool``, and by their counts alone ``elementwise``, ``norm``, ``lrn`` (local response
normalisation), ``softmax``, ``attention``, ``recurrent``, ``reduce``, ``movement`` and ``other``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

KINDS = (
    *("conv", "grouped", "depthwise", "dense", "matmul", "pool"),
    *("elementwise", "norm", "lrn", "softmax", "attention", "recurrent", "reduce", "movement"),
    "other",
)


NAMES: Mapping[str, str] = {
    "conv": "convolution",
    "grouped": "grouped convolution",
    "depthwise": "depthwise convolution",
    "dense": "fully connected layer",
    "matmul": "product of two activations",
    "pool": "pooling",
    "norm": "normalisation",
    "lrn": "local response normalisation",
    "elementwise": "elementwise layer",
    "recurrent": "recurrent layer",
    "reduce": "reduction",
    "movement": "movement of data",
    "other": "layer of this kind",
}
"""The kinds in words, where these are others."""
PRECISIONS = ("tf32", "bf16")
"""Precisions as wide as others: tf32 as fp32, bf16 as fp16."""


@dataclass(frozen=True, slots=True)
class Workload:
    """A layer's sizes for the whole batch, in one run.

    ``cin`` and ``cout`` are channels of one group; a pool has its channels in ``cin``. Sides are
    rows x columns: of the ifmap ``h`` x ``w``, of the ofmap ``oh`` x ``ow``, of the window ``kh`` x
    ``kw``. ``pad`` is of the first side; ``uneven_pad`` where two opposite sides are not padded
    alike. ``ops`` are window reads of a pool, and operations other than MACs elsewhere.
    ``clock_hz`` is 0 where nobody stated it; ``precision`` names one that its width does not tell.

    Raises:
        ValueError: an unknown kind, or a size that is not positive and finite.
    """

    kind: str
    batch: int
    macs: int
    ops: int
    ifmap_elements: int
    weight_elements: int
    ofmap_elements: int
    groups: int = 1
    cin: int = 1
    cout: int = 1
    h: int = 1
    w: int = 1
    oh: int = 1
    ow: int = 1
    kh: int = 1
    kw: int = 1
    stride: float = 1.0
    pad: int = 0
    uneven_pad: bool = False
    weight_bits: int = 32
    activation_bits: int = 32
    clock_hz: float = 0.0
    precision: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"Workload.kind: one of {', '.join(KINDS)}, got {self.kind!r}")
        if self.precision not in ("", *PRECISIONS):
            raise ValueError(f"Workload.precision: of {', '.join(PRECISIONS)}: {self.precision!r}")
        for name in _SIZES:
            if not 1 <= getattr(self, name) < math.inf:
                raise ValueError(f"Workload.{name}: from 1, got {getattr(self, name)!r}")
        for name in _COUNTS:
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"Workload.{name}: from 0, got {getattr(self, name)!r}")

    @property
    def dtype(self) -> str:
        """What a model of a profile is chosen by: the precision, else the widths in bits.

        Weights come before activations: 8x32.
        """
        return self.precision or f"{self.weight_bits}x{self.activation_bits}"


_SIZES = (
    *("batch", "groups", "cin", "cout", "h", "w", "oh", "ow", "kh", "kw", "stride"),
    *("weight_bits", "activation_bits"),
)
_COUNTS = (
    *("macs", "ops", "ifmap_elements", "weight_elements", "ofmap_elements", "pad", "clock_hz"),
)


def convolution(
    *,
    batch: int,
    groups: int,
    cin: int,
    cout: int,
    image: tuple[int, int],
    ofmap: tuple[int, int],
    window: tuple[int, int],
    stride: float,
    pad: int = 0,
    uneven_pad: bool = False,
    bits: tuple[int, int] = (32, 32),
) -> Workload:
    """Return a convolution; ``cin`` and ``cout`` are channels of one group."""
    kind = "conv" if groups == 1 else ("depthwise" if cin == 1 else "grouped")
    weights = groups * cin * cout * math.prod(window)
    return Workload(
        kind,
        batch,
        macs=batch * weights * math.prod(ofmap),
        ops=0,
        ifmap_elements=batch * groups * cin * math.prod(image),
        weight_elements=weights,
        ofmap_elements=batch * groups * cout * math.prod(ofmap),
        groups=groups,
        cin=cin,
        cout=cout,
        h=image[0],
        w=image[1],
        oh=ofmap[0],
        ow=ofmap[1],
        kh=window[0],
        kw=window[1],
        stride=stride,
        pad=pad,
        uneven_pad=uneven_pad,
        weight_bits=bits[0],
        activation_bits=bits[1],
    )


def of_one_group(work: Workload) -> Workload:
    """Return the convolution of one of the groups."""
    return convolution(
        batch=work.batch,
        groups=1,
        cin=work.cin,
        cout=work.cout,
        image=(work.h, work.w),
        ofmap=(work.oh, work.ow),
        window=(work.kh, work.kw),
        stride=work.stride,
        pad=work.pad,
        uneven_pad=work.uneven_pad,
        bits=(work.weight_bits, work.activation_bits),
    )


def product(
    kind: str, *, products: int, rows: int, inputs: int, outputs: int, bits: tuple[int, int]
) -> Workload:
    """Return ``products`` products of (rows x inputs) by (inputs x outputs)."""
    return Workload(
        kind,
        rows,
        macs=products * rows * inputs * outputs,
        ops=0,
        ifmap_elements=products * rows * inputs,
        weight_elements=products * inputs * outputs,
        ofmap_elements=products * rows * outputs,
        groups=products,
        cin=inputs,
        cout=outputs,
        weight_bits=bits[0],
        activation_bits=bits[1],
    )


def pooling(
    *,
    batch: int,
    channels: int,
    image: tuple[int, int],
    ofmap: tuple[int, int],
    window: tuple[int, int],
    stride: float,
    bits: int = 32,
) -> Workload:
    """Return a pooling; its operations are the reads of its windows."""
    planes = batch * channels
    return Workload(
        "pool",
        batch,
        macs=0,
        ops=planes * math.prod(ofmap) * math.prod(window),
        ifmap_elements=planes * math.prod(image),
        weight_elements=0,
        ofmap_elements=planes * math.prod(ofmap),
        cin=channels,
        h=image[0],
        w=image[1],
        oh=ofmap[0],
        ow=ofmap[1],
        kh=window[0],
        kw=window[1],
        stride=stride,
        weight_bits=bits,
        activation_bits=bits,
    )
