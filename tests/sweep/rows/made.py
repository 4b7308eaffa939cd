"""Rows that several tests use: drawn by hypothesis, or made up in any number."""

from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from py.sweep.rows.columns import LAYER_COLUMNS, MOST_WHOLE, ROW_COLUMNS, Column
from py.sweep.rows.row import STATUSES, Row

# Names come from files: controls, signs of formulas, quotes, letters beyond the basic plane.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["=1+1", "+2", "-3", "@x", "\ta", 'q"u,o\nte', "\r", "\x00", "é😀", "'", ""]),
)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "whole": st.integers(-MOST_WHOLE, MOST_WHOLE),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "truth": st.booleans(),
}


def some(columns: Sequence[Column]) -> st.SearchStrategy[dict[str, Any]]:
    """Values of any of the columns but the id and the status."""
    return st.fixed_dictionaries(
        {},
        optional={
            column.name: st.none() | _VALUES[column.type]
            for column in columns
            if column.name not in ("id", "status")
        },
    )


def rows(*, most: int = 8, most_layers: int = 3) -> st.SearchStrategy[list[Row]]:
    """Rows in the order of their places."""

    @st.composite
    def row(draw: st.DrawFn) -> Row:
        place = draw(st.integers(0, 50) | st.integers(0, MOST_WHOLE))
        values = {**draw(some(ROW_COLUMNS)), "status": draw(st.sampled_from(STATUSES))}
        layers = draw(st.lists(some(LAYER_COLUMNS), max_size=most_layers))
        return Row(place, draw(TEXTS.filter(bool)), values, tuple(layers))

    return st.lists(row(), max_size=most, unique_by=lambda one: one.place).map(
        lambda found: sorted(found, key=lambda one: one.place)
    )


def made_up(count: int, *, layers: int = 0, link: int = 0) -> Iterator[Row]:
    """So many rows, much as those of a sweep; ``link`` is how many characters one has."""
    for place in range(count):
        yield one(place, layers=layers, link=link)


def one(place: int, *, layers: int = 0, link: int = 0) -> Row:
    energy_j = 1e-3 * (1 + (place * 7919 % 10007) / 10007)
    values: dict[str, Any] = {
        "status": "ok",
        "model": f"cell-{place}",
        "model_path": f"models/cell-{place}.onnx",
        "model_sha256": f"{place * 2654435761 % (1 << 64):064x}",
        "platform": ("eyeriss", "t4-pytorch")[place % 2],
        "platform_kind": ("accelerator", "measured")[place % 2],
        "platform_hash": f"{place % 2:016x}",
        "batch": 1,
        "bits": "w=8,a=8",
        "macs": 10**7 + place,
        "parameters": 10**6 + place,
        "energy_j": energy_j,
        "energy_low_j": energy_j * 0.9,
        "energy_high_j": energy_j * 1.1,
        "time_s": energy_j / 3,
        "power_w": 3.0,
        "per_inference_energy_j": energy_j,
        "per_inference_time_s": energy_j / 3,
        "macs_share_covered": 1.0,
        "link": "x" * link or None,
    }
    each: tuple[dict[str, Any], ...] = tuple(
        {
            "layer_index": index,
            "name": f"layer{index}",
            "kind": "conv",
            "op_types": "Conv Relu",
            "macs": 10**6 + index,
            "energy_j": energy_j / layers,
            "origin": "modelled",
            "in_range": bool(index % 2),
        }
        for index in range(layers)
    )
    return Row(place, f"{place * 11400714819323198485 % (1 << 64):016x}", values, each)
