"""Columns hold what they say, in the order that the files have."""

from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given

from py.sweep.rows.columns import (
    BY_NAME,
    LAYER_COLUMNS,
    LAYERS_BY_NAME,
    MOST_WHOLE,
    ROW_COLUMNS,
    csv_cell,
    schema_of,
)
from tests.sweep.rows.made import TEXTS

ROW = (
    "id status reason_code reason model model_path model_sha256 platform platform_kind "
    "platform_hash batch bits dims zeros exits array capacity dataflow objective clock_hz macs "
    "parameters energy_j energy_low_j energy_high_j energy_macs time_s time_low_s time_high_s "
    "power_w per_inference_energy_j per_inference_time_s macs_share_covered accuracy top_error "
    "notes link"
)
LAYER = (
    "id layer_index name kind op_types macs ops parameters energy_j energy_macs time_s power_w "
    "origin energy_low_j energy_high_j time_low_s time_high_s in_range"
)
UNITS = {
    "_j": "J",
    "_s": "s",
    "_w": "W",
    "_hz": "Hz",
    "macs": "MACs",
    "energy_macs": "MAC energies",
}


def test_the_columns_are_in_the_order_of_the_files() -> None:
    assert " ".join(BY_NAME) == ROW
    assert " ".join(LAYERS_BY_NAME) == LAYER


@pytest.mark.parametrize("column", [*ROW_COLUMNS, *LAYER_COLUMNS], ids=lambda one: one.name)
def test_the_unit_in_the_name_is_the_column_s(column: Any) -> None:
    ends = [end for end in UNITS if column.name.endswith(end)]
    if ends:
        assert column.unit == UNITS[max(ends, key=len)]
    assert column.meaning.endswith((".", "..."))


def test_the_schema_says_unit_and_meaning() -> None:
    schema = schema_of(ROW_COLUMNS, {b"joulegraph": b"{}"})
    assert schema.names == ROW.split()
    assert schema.field("energy_j").type == pa.float64()
    assert schema.field("macs").type == pa.int64()
    assert schema.field("energy_j").metadata[b"unit"] == b"J"
    assert b"whole batch" in schema.field("energy_j").metadata[b"meaning"]
    assert schema.metadata == {b"joulegraph": b"{}"}
    assert schema_of(LAYER_COLUMNS).field("in_range").type == pa.bool_()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("energy_j", float("nan")),
        ("energy_j", float("inf")),
        ("energy_j", "1"),
        ("energy_j", True),
        ("energy_j", 1 << 64),
        ("macs", 1.0),
        ("macs", True),
        ("macs", MOST_WHOLE + 1),
        ("model", 3),
        ("model", "\udc80"),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name}: .*, got "):
        BY_NAME[name].checked(value)


def test_only_truth_is_true() -> None:
    assert LAYERS_BY_NAME["in_range"].checked(False) is False
    with pytest.raises(ValueError, match="in_range: true or false, got 1"):
        LAYERS_BY_NAME["in_range"].checked(1)


def test_a_whole_number_stands_for_any_number() -> None:
    energy = BY_NAME["energy_j"].checked(5)
    assert (energy, type(energy)) == (5.0, float)


def test_unknown_stays_unknown() -> None:
    assert {column.checked(None) for column in (*ROW_COLUMNS, *LAYER_COLUMNS)} == {None}


def test_csv_has_all_digits_and_no_formulas() -> None:
    assert csv_cell(None) == ""
    assert csv_cell(0.1 + 0.2) == "0.30000000000000004"
    assert csv_cell(1e22) == "1e+22"
    assert csv_cell(-3) == "-3"
    assert csv_cell(True) == "true"
    assert csv_cell("-3") == "'-3"


@given(TEXTS)
def test_no_text_is_a_formula(text: str) -> None:
    assert not csv_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
