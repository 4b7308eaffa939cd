"""One measured layer or network, as the tidy tables have it; SI units inside."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

#: What a layer may be: the first three are in published tables, the others in captures.
LAYER_OPS = frozenset(
    {"conv", "fc", "pool"}
    | {"matmul", "elementwise", "norm", "lrn", "softmax", "attention", "recurrent"}
    | {"movement", "reduce"}
)
NETWORK = "network"
IDLE = "idle"
"""A window in which nothing ran."""

NamedPad = Literal["same", "valid"]
Quantity = Literal["runtime_s", "power_w", "energy_j"]

#: No size of a layer is larger: 2 to the power of 40.
MOST_SIZE = 1 << 40

_SIZES = ("batch", "cin", "h", "w", "cout", "kh", "kw", "stride", "groups")


@dataclass(frozen=True, slots=True)
class Row:
    """A row; None is unknown. Sizes are those of the table's columns, times and energies SI.

    For ``fc``, ``cin`` and ``cout`` are the in and out features and ``batch`` the rows. ``pad`` is
    the same on all sides, or the name of a rule. ``others`` has the columns that are none of ours,
    as text; ``file`` and ``line`` say where the row stands.
    """

    op: str
    batch: int | None = None
    cin: int | None = None
    h: int | None = None
    w: int | None = None
    cout: int | None = None
    kh: int | None = None
    kw: int | None = None
    stride: int | None = None
    pad: int | NamedPad | None = None
    groups: int | None = None
    dtype: str | None = None
    runtime_s: float | None = None
    power_w: float | None = None
    energy_j: float | None = None
    others: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    file: str = ""
    line: int = 0

    def __post_init__(self) -> None:
        for name in _SIZES:
            self._check_whole(name, 1)
        if self.pad not in get_args(NamedPad):
            self._check_whole("pad", 0)
        for name in get_args(Quantity):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ValueError(f"Row: {name} is positive and finite, got {value}")

    def _check_whole(self, name: str, least: int) -> None:
        value = getattr(self, name)
        if value is None:
            return
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MOST_SIZE:
            raise ValueError(f"Row: {name} is a whole number from {least}, got {value!r}")

    @property
    def is_network(self) -> bool:
        return self.op == NETWORK

    @property
    def is_idle(self) -> bool:
        return self.op == IDLE

    @property
    def is_layer(self) -> bool:
        return self.op in LAYER_OPS

    def quantity(self, name: Quantity) -> float | None:
        """Return what was measured of a quantity."""
        value: float | None = getattr(self, name)
        return value


#: The columns that a row reads, as a table names them.
COLUMNS = (
    *("op", "batch", "cin", "h", "w", "cout", "kh", "kw", "stride", "pad", "groups", "dtype"),
    *("runtime_ms", "power_w", "energy_mj"),
)
