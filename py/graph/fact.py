"""What is known of one tensor while shapes are worked out: type and, when small, elements."""

from dataclasses import dataclass

from py.graph.dtype import is_float
from py.graph.payload import MAX_VALUES, Payload
from py.graph.tensor_type import UNKNOWN, Dimension, Scalar, Shape, TensorType, elements_of

Values = tuple[Scalar, ...]
MAX_SCALES = 64  # floats that shapes depend on are scales; longer lists are weights


@dataclass(frozen=True, slots=True)
class Fact:
    """``values`` are the elements in row-major order, None for one that is not known.

    ``payload`` stands for elements that are in the file and have not been read.
    """

    type: TensorType
    values: Values | None = None
    payload: Payload | None = None

    @property
    def shape(self) -> Shape | None:
        """The shape, None where even the rank is unknown."""
        return self.type.shape

    @property
    def dtype(self) -> str | None:
        """The element type's name."""
        return self.type.dtype

    @property
    def maybe_small(self) -> bool:
        """Whether elements are known, or could be read and might matter for a shape."""
        if self.values is not None:
            return True
        if self.payload is None:
            return False
        return self.payload.elements <= (MAX_SCALES if is_float(self.type.dtype) else MAX_VALUES)

    def read(self) -> Values | None:
        """Return the elements, reading them from the file where they are small and not yet read."""
        if self.values is None and self.payload is not None and self.maybe_small:
            return self.payload.values()
        return self.values

    def integers(self) -> tuple[int | None, ...] | None:
        """Return the elements as integers, None for the whole where one is no integer."""
        values = self.read()
        if values is None:
            return None
        whole: list[int | None] = []
        for value in values:
            if value is None:
                whole.append(None)
            elif isinstance(value, int):
                whole.append(int(value))
            else:
                return None
        return tuple(whole)


def fact(dtype: str | None, shape: Shape | None, values: Values | None = None) -> Fact:
    """Return a fact of its parts, without elements that are too many or do not fill the shape."""
    if values is not None and (
        shape is None or len(values) > MAX_VALUES or elements_of(shape) != len(values)
    ):
        values = None
    return Fact(TensorType(dtype, shape), values)


NOTHING = Fact(UNKNOWN)

__all__ = ["NOTHING", "Dimension", "Fact", "Scalar", "Shape", "Values", "fact"]
