"""A layer: one row of a breakdown, free of any platform."""

from dataclasses import dataclass, field, replace
from math import inf
from typing import Literal, NamedTuple, get_args

from py.layers.loops import LoopNest
from py.quantities import repeated

Kind = Literal[
    "conv",
    "dense",
    "matmul",
    "attention",
    "recurrent",
    "pool",
    "norm",
    "elementwise",
    "reduce",
    "movement",
    "other",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

Phase = Literal["forward", "input_gradient", "weight_gradient", "update"]
"""What a layer of a training step is for."""
PHASES: tuple[Phase, ...] = get_args(Phase)


class Window(NamedTuple):
    """What pooling looks at for each output, rows before columns, and how far it then goes on.

    ``images`` and ``channels`` are how many maps there are; None where nobody knows.
    """

    kh: int
    kw: int
    stride_h: int
    stride_w: int
    images: int | None = None
    channels: int | None = None


class Learning(NamedTuple):
    """What a training step must know of a layer and its sizes do not tell.

    ``backward``: whether anything before the layer learns, so that somebody needs the gradient of
    its ifmap. ``again``: how many of its parameters an earlier layer updates already. ``added``:
    how much of that gradient is added to those that other readers of its ifmap send back, as a
    share of the ifmap's elements.
    """

    backward: bool = True
    again: int = 0
    added: float = 0.0


@dataclass(frozen=True, slots=True)
class Zeros:
    """The share of zeros in each tensor of a layer, 0 to 1; None where nobody counted them."""

    ifmap: float | None = None
    weight: float | None = None
    ofmap: float | None = None

    def __post_init__(self) -> None:
        for name in ("ifmap", "weight", "ofmap"):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value <= 1.0:
                raise ValueError(f"Zeros.{name}: a share from 0 to 1, got {value!r}")

    def as_json(self) -> dict[str, float | None]:
        return {"ifmap": self.ifmap, "weight": self.weight, "ofmap": self.ofmap}


@dataclass(frozen=True, slots=True)
class Bits:
    """Widths of a layer's tensors in bits; None is the platform's native width."""

    weight: int | None = None
    activation: int | None = None

    def __post_init__(self) -> None:
        for name in ("weight", "activation"):
            value = getattr(self, name)
            whole = isinstance(value, int) and not isinstance(value, bool)
            if value is not None and not (whole and 1 <= value <= 64):
                raise ValueError(f"Bits.{name}: 1 to 64, got {value!r}")


@dataclass(frozen=True, slots=True)
class Layer:
    """What one layer computes and moves, for the whole batch, in each of its ``runs``.

    ``runs`` is how often the layer runs in one inference: once, but for a step in time, the body of
    a loop, or a branch taken with a probability (then a fraction, or 0). The counts are of one run.
    ``nodes`` are places in the region that ``path`` leads to, None for the main graph.
    ``ops`` are operations other than MACs (bias, activation, comparison ...). ``ifmap_elements``
    and ``ofmap_elements`` are activations read and written once; ``weight_elements`` constants
    read. ``in_place`` marks a layer that moves nothing if its producer writes, or its consumer
    reads, at the right place (a concatenation, a view). ``loops`` is None for layers without MACs.
    The dtypes are the file's element types, ``bits`` the widths chosen for a platform.
    Unknown is None. ``reader`` is the node, in the same region, that alone reads what the layer
    leaves, None where there is none or nobody knows. ``ifmaps`` and ``ofmaps`` name the tensors at
    the layer's ends, ``weights`` the stored tensors that its parameters are. ``window`` is that of
    a pooling layer in one or two dimensions. ``phase`` is what a layer of a training step is for,
    None in an inference; ``inference`` is then the layer of the inference that it comes from, and
    ``learning`` what was found out about that one.
    """

    name: str
    kind: Kind
    op_types: tuple[str, ...]
    nodes: tuple[int, ...]
    macs: int | None
    ops: int | None
    parameters: int
    ifmap_elements: int | None
    weight_elements: int | None
    ofmap_elements: int | None
    loops: LoopNest | None = None
    bits: Bits = Bits()
    zeros: Zeros = Zeros()
    in_place: bool = False
    weight_dtype: str | None = None
    activation_dtype: str | None = None
    runs: int | float = 1
    path: str | None = None
    reader: int | None = field(default=None, compare=False)
    ofmap_shape: tuple[int | None, ...] | None = field(default=None, compare=False)
    ifmaps: tuple[str, ...] = field(default=(), compare=False)
    ofmaps: tuple[str, ...] = field(default=(), compare=False)
    weights: tuple[str, ...] = field(default=(), compare=False)
    window: Window | None = field(default=None, compare=False)
    phase: Phase | None = None
    inference: "Layer | None" = field(default=None, compare=False, repr=False)
    learning: Learning | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.runs < inf:
            raise ValueError(f"Layer.runs: a number from 0, got {self.runs!r}")
        if isinstance(self.runs, float) and self.runs.is_integer():
            object.__setattr__(self, "runs", int(self.runs))

    @property
    def is_gradient(self) -> bool:
        """Whether this is a gradient of a training step."""
        return self.phase in ("input_gradient", "weight_gradient")

    @property
    def all_macs(self) -> int | None:
        """MACs of all runs."""
        return repeated(self.macs, self.runs)

    @property
    def all_ops(self) -> int | None:
        """Operations of all runs."""
        return repeated(self.ops, self.runs)

    def with_zeros(self, zeros: Zeros) -> "Layer":
        return replace(self, zeros=zeros)

    def with_bits(self, bits: Bits) -> "Layer":
        return replace(self, bits=bits)
