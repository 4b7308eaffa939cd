"""What the user chooses: batch, input shapes, free dimensions, values of small inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Value = int | float | bool | tuple[int | float | bool, ...]


@dataclass(frozen=True, slots=True)
class Bindings:
    """The choices; all are optional.

    ``batch`` sets the leading dimension of the inputs, ``inputs`` the whole shape of one by its
    name, ``dims`` a free dimension by its name, ``values`` the elements of a small input.
    """

    batch: int | None = None
    inputs: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    dims: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.batch is not None and self.batch < 1:
            raise ValueError(f"Bindings: batch must be 1 or more, got {self.batch}")
        for name, shape in self.inputs.items():
            if any(dimension < 0 for dimension in shape):
                raise ValueError(f"Bindings: shape of {name} must not be negative, got {shape}")
        for name, dimension in self.dims.items():
            if dimension < 0:
                raise ValueError(
                    f"Bindings: dimension {name} must not be negative, got {dimension}"
                )
