"""How wide a layer's words are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Widths:
    """Bits of a weight, an ifmap and an ofmap word, and of a psum.

    Raises:
        ValueError: a width outside 1 to 64.
    """

    weight: int = 16
    ifmap: int = 16
    ofmap: int = 16
    psum: int = 16

    def __post_init__(self) -> None:
        for tensor in ("weight", "ifmap", "ofmap", "psum"):
            if not 1 <= self.of(tensor) <= 64:
                raise ValueError(f"Widths.{tensor}: 1 to 64 bits, got {self.of(tensor)}")

    def of(self, tensor: str) -> int:
        """Return the bits of a word of weight, ifmap, ofmap or psum."""
        return int(getattr(self, tensor))
