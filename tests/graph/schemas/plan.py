"""What an operator asks of the shapes and elements of its inputs, so that onnx has an answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st
from onnx import defs

SIZES = st.sampled_from((1, 2, 3, 4, 5))


@dataclass
class Plan:
    """What an operator of its own asks for; what it leaves open is drawn for any operator."""

    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    values: dict[str, np.ndarray] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    present: set[str] = field(default_factory=set)
    types: dict[str, str] = field(default_factory=dict)
    count: int | None = None
    outputs: int | None = None


Maker = Callable[[st.DrawFn, defs.OpSchema, Plan], None]


MAKERS: dict[str, Maker] = {}


def makes(operators: str) -> Callable[[Maker], Maker]:
    """Register the maker of the operators, names with spaces between."""

    def register(maker: Maker) -> Maker:
        for operator in operators.split():
            MAKERS[operator] = maker
        return maker

    return register


def shape(draw: st.DrawFn, low: int = 0, high: int = 4) -> tuple[int, ...]:
    """Draw a shape of ``low`` to ``high`` dimensions."""
    return tuple(draw(st.lists(SIZES, min_size=low, max_size=high)))


def numbers(draw: st.DrawFn, count: int, low: int, high: int) -> list[int]:
    """Draw some whole numbers."""
    return draw(st.lists(st.integers(low, high), min_size=count, max_size=count))


def some_axes(draw: st.DrawFn, schema: defs.OpSchema, rank: int) -> list[int]:
    """Draw distinct axes, from version 11 on counted from either end."""
    places = draw(st.lists(st.integers(0, rank - 1), unique=True, max_size=rank)) if rank else []
    back = rank if schema.since_version >= 11 else 0
    return [place - back * draw(st.integers(0, 1)) for place in places]


def either(schema: defs.OpSchema, plan: Plan, name: str, values: list[int]) -> None:
    """Give a list as the attribute or the input that this version has."""
    if name in schema.attributes:
        plan.attributes[name] = values
    else:
        plan.values[name] = np.array(values, np.int64)
