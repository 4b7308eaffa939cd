"""Where a declaration stands: the tensor that the next operator reads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One feature map per image: ``name``, and its shape without the batch."""

    name: str
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        if any(size < 1 for size in self.shape):
            raise ValueError(
                f"Place: every size must be at least 1, got {self.shape} for {self.name}"
            )

    @property
    def channels(self) -> int:
        return self.shape[0]

    @property
    def side(self) -> int:
        """Height and width, which are equal in every network here."""
        if len(self.shape) != 3 or self.shape[1] != self.shape[2]:
            raise ValueError(f"Place: expected channels and a square map, got {self.shape}")
        return self.shape[1]


def convolved(side: int, kernel: int, stride: int, pad: int) -> int:
    """Return the side of a convolution's output, rounded down."""
    return (side + 2 * pad - kernel) // stride + 1


def pooled(side: int, kernel: int, stride: int, pad: int) -> int:
    """Return the side of a pooling's output, rounded up as Caffe does."""
    return -(-(side + 2 * pad - kernel) // stride) + 1
