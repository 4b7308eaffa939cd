"""What is known of a tensor: the type of its elements and its shape."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

Dimension = int | None
Shape = tuple[Dimension, ...]
Scalar = int | float | bool | str | None


@dataclass(frozen=True, slots=True)
class TensorType:
    """Element type by numpy's name and shape; None is what is not known, never 0 or -1.

    ``form`` is ``tensor``, or ``sequence``, ``map``, ``optional``, ``sparse``, ``opaque`` for a
    value that is no tensor; such a value has neither type nor shape here.
    """

    dtype: str | None = None
    shape: Shape | None = None
    form: str = "tensor"

    @property
    def rank(self) -> int | None:
        """The number of dimensions, None where it is not known."""
        return None if self.shape is None else len(self.shape)

    @property
    def elements(self) -> int | None:
        """The number of elements, None where a dimension is not known."""
        if self.shape is None or None in self.shape:
            return None
        return prod(self.shape)  # type: ignore[arg-type]  # all are known

    @property
    def is_complete(self) -> bool:
        """Whether element type and every dimension are known, or the value is no tensor."""
        if self.form != "tensor":
            return True
        return self.dtype is not None and self.shape is not None and None not in self.shape


def elements_of(shape: Iterable[Dimension]) -> int | None:
    """Return the product of the dimensions, None where one is not known."""
    try:
        return prod(shape)  # type: ignore[arg-type]  # None is what the exception is for
    except TypeError:
        return None


UNKNOWN = TensorType()
