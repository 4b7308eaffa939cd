"""What the user chooses: batch, input shapes, free dimensions, values that shapes depend on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import Any, TypeVar

Number = int | float | bool
Value = Number | tuple[Number, ...]
_T = TypeVar("_T")
_LARGEST = 1 << 62
_MOST_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices; all are optional.

    ``batch`` sets the leading dimension of the inputs, ``inputs`` the whole shape of one by its
    name, ``dims`` a free dimension by its name. ``values`` are the elements of a small tensor by
    its name; of an If's condition also the probability that it is true; by the name of a Loop, how
    often it runs. ``names`` tells what those without a name of their own are called.
    """

    batch: int | None = None
    inputs: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    dims: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.batch is not None and self.batch < 1:
            raise ValueError(f"Choices: batch must be 1 or more, got {self.batch}")
        for name, shape in self.inputs.items():
            if any(dimension < 0 for dimension in shape):
                raise ValueError(f"Choices: shape of {name} must not be negative, got {shape}")
        for name, dimension in self.dims.items():
            if dimension < 0:
                raise ValueError(f"Choices: dimension {name} must not be negative, got {dimension}")

    @property
    def of_inputs(self) -> bool:
        """Whether anything but the batch is chosen: what only a graph has."""
        return bool(self.inputs or self.dims or self.values)

    def as_json(self) -> dict[str, Any]:
        """Return inputs, dims and values as JSON."""
        return {
            "inputs": {name: list(shape) for name, shape in self.inputs.items()},
            "dims": dict(self.dims),
            "values": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in self.values.items()
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], batch: int | None = None) -> "Choices":
        """Read what ``as_json`` gives; a part may be missing. Raises ValueError."""
        return cls(
            batch,
            _named(data, "inputs", lambda shape: tuple(_whole(size) for size in _listed(shape))),
            _named(data, "dims", _whole),
            _named(data, "values", _value),
        )


def _named(data: Mapping[str, Any], part: str, read: Callable[[Any], _T]) -> dict[str, _T]:
    entries = data.get(part) or {}
    if not isinstance(entries, dict) or len(entries) > _MOST_ENTRIES:
        raise ValueError(f"Choices: {part} by name, got {str(entries)[:40]!r}")
    return {str(name): read(value) for name, value in entries.items()}


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MOST_ENTRIES:
        raise ValueError(f"Choices: a list, got {str(value)[:40]!r}")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise ValueError(f"Choices: a whole number, got {str(value)[:40]!r}")
    return value


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(_number(part) for part in _listed(value))
    return _number(value)


def _number(value: Any) -> Number:
    if isinstance(value, (int, float)) and isfinite(value) and abs(value) <= _LARGEST:
        return value
    raise ValueError(f"Choices: a number, got {str(value)[:40]!r}")
