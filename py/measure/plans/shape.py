"""A shape: one layer or network to be measured, before it is; what a row has without results."""

from dataclasses import dataclass, fields
from typing import Literal

from py.measure.table.row import NamedPad

Direction = Literal["forward", "training"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is to be measured; sizes as the columns of a table have them, None where there is none.

    ``variant`` names the operator where an op has several (``max`` and ``average`` of pool; an ONNX
    operator's name of elementwise, norm and movement). ``model`` is the ONNX file or sample of a
    network. ``direction`` is ``forward``, or ``training`` for forward plus backward (papers/004).
    ``clock_mhz`` asks for a clock; None leaves it to the device.
    """

    op: str
    batch: int
    cin: int | None = None
    h: int | None = None
    w: int | None = None
    cout: int | None = None
    kh: int | None = None
    kw: int | None = None
    stride: int | None = None
    pad: int | NamedPad | None = None
    groups: int | None = None
    dtype: str = "fp32"
    variant: str | None = None
    network: str | None = None
    direction: Direction = "forward"
    clock_mhz: int | None = None

    @property
    def cells(self) -> dict[str, str]:
        """The shape as cells of a table, blank where there is none."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: "" if value is None else str(value) for name, value in values.items()}

    @property
    def key(self) -> str:
        """What tells this shape from all others of a capture."""
        return ",".join(self.cells.values())
