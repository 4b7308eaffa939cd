"""What a nest moves: words by tensor, place and kind."""

from typing import Literal

ARRAY = "array"

Kind = Literal["read", "fill", "drain", "update", "deliver", "hop", "collect"]

Access = tuple[str, str, Kind]
"""(tensor, place, kind): weight, ifmap, ofmap or psum; a memory's id or ``ARRAY``."""
