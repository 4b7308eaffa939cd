"""What is kept of rows, and in which order: that of their values, not that of the rows."""

import math
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.sweep.rows.columns import ROW_COLUMNS
from py.sweep.rows.row import Row
from py.sweep.rows.write import write_tables
from py.sweep.summary.coded import Coder, Value
from py.sweep.summary.collected import collect
from py.sweep.summary.keys import combined
from py.sweep.summary.page import summary_page
from py.sweep.summary.source import Listed, Written
from py.sweep.summary.summary import summarise
from py.sweep.summary.text import summary_text
from tests.sweep.summary.made_rows import row, sweep

_VALUES = st.none() | st.integers(-5, 5) | st.sampled_from(["w=8,a=8", "w=16,a=8", "4", "b"])


def coded(values: list[Value], parts: int = 1) -> tuple[tuple[Value, ...], list[Value]]:
    coder = Coder(natural=True)
    for part in range(parts):
        coder.take(values[part::parts])
    found = coder.coded()
    return found.values, [found.values[code] for code in found.codes.tolist()]


@given(st.lists(_VALUES), st.integers(1, 4))
def test_codes_stand_for_the_values(values: list[Value], parts: int) -> None:
    different, again = coded(values, parts)
    assert again == [value for part in range(parts) for value in values[part::parts]]
    assert set(different) == set(values)
    assert different == coded(values[::-1])[0]


def test_values_are_in_the_order_that_people_put_them_in() -> None:
    texts: list[Value] = ["w=16,a=8", "w=8,a=8", None, "w=8,a=16", "row-stationary"]
    assert coded(texts)[0] == (None, "row-stationary", "w=8,a=8", "w=8,a=16", "w=16,a=8")
    assert coded([16, 2.5, None, 4])[0] == (None, 2.5, 4, 16)


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 4), min_size=1))
def test_keys_are_alike_where_all_columns_are(rows: list[tuple[int, ...]]) -> None:
    columns = np.array(rows).T
    sizes = (4, 1 << 40, 1 << 40, 4)  # too many for one key: they are packed
    keys = combined(list(zip(columns, sizes, strict=True)), len(rows)).tolist()
    assert [a == b for a in keys for b in keys] == [a == b for a in rows for b in rows]


def test_quantities_are_of_one_inference_and_unknown_ones_are_not_zero() -> None:
    rows = [row(batch=4, macs=400, energy_macs=800.0), row(batch=None, macs=None)]
    found = collect(Listed(rows))
    assert found.macs.tolist()[0] == 100
    assert found.numbers["energy_macs"][0] == 200
    assert math.isnan(found.macs[1])
    assert math.isnan(found.numbers["energy_macs"][1])


def test_errors_are_given_or_follow_from_accuracies() -> None:
    rows = [row(accuracy=0.93), row(top_error=0.2, accuracy=0.5), row(accuracy=93.0), row()]
    errors = collect(Listed(rows)).errors.tolist()
    assert errors[:2] == [0.07, 0.2]
    assert all(math.isnan(error) for error in errors[2:])


def test_models_of_one_name_in_two_files_are_two() -> None:
    rows = [row("model", model_path="a/model.onnx"), row("model", model_path="b/model.onnx")]
    assert collect(Listed([*rows, rows[0]])).different_models == 2


def test_a_table_of_rows_tells_the_same_as_the_rows(tmp_path: Path) -> None:
    rows = sweep(300, batches=(1, 4))
    names = [column.name for column in ROW_COLUMNS]
    written = (
        Row(place, one["id"], {name: one.get(name) for name in names}, ())
        for place, one in enumerate(rows)
    )
    write_tables(written, tmp_path, layers=False, provenance={"engine": "any"})
    table, listed = summarise(Written(tmp_path / "rows.parquet")), summarise(Listed(rows))
    assert summary_text(table) == summary_text(listed)
    assert summary_page(table) == summary_page(listed)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_hangs_on_the_order_of_rows(seed: int) -> None:
    rows = sweep(120, batches=(1, 16))
    # Some cost the same to the last digit, some are of the same name.
    rows += [row(f"same-{k}", energy=5e-5, macs=20_000_000, accuracy=0.7) for k in range(30)]
    rows += [row("twin", model_path=f"{k}/twin.onnx", energy=1e-6) for k in range(3)]
    first = summarise(Listed(rows))
    shuffled = Random(seed).sample(rows, len(rows))
    other = summarise(Listed(shuffled))
    assert summary_text(first) == summary_text(other)
    assert summary_page(first) == summary_page(other)
