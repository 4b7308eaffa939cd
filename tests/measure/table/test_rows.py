"""Tables of measurements are read, bounded, filtered; what can't be used is said."""

import contextlib
import gzip
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.measure.table import row_stream as room
from py.measure.table.condition import Condition, condition_of
from py.measure.table.row import LAYER_OPS, MOST_SIZE, Row
from py.measure.table.rows import Rows, parse_rows, read_rows

HEADER = (
    "device,op,batch,cin,h,w,cout,kh,kw,stride,pad,groups,dtype,runtime_ms,power_w,energy_mj,notes"
)
CONV = "a,conv,32,3,18.0,20,8,3.0,5,2.0,1.0,1.0,fp32,17.6667,22.5,397.5,first"


def table(*lines: str) -> Rows:
    return parse_rows("\n".join([HEADER, *lines, ""]).encode(), "t.csv")


def refused(*lines: str, header: str = HEADER) -> JoulegraphError:
    with pytest.raises(JoulegraphError) as caught:
        parse_rows("\n".join([header, *lines]).encode(), "t.csv")
    return caught.value


def test_a_row_is_what_its_columns_say_in_si_units() -> None:
    (row,) = table(CONV).rows
    assert (row.op, row.batch, row.cin, row.h, row.w, row.cout) == ("conv", 32, 3, 18, 20, 8)
    assert (row.kh, row.kw, row.stride, row.pad, row.groups) == (3, 5, 2, 1, 1)
    assert row.dtype == "fp32"
    assert row.runtime_s == 17.6667 / 1000
    assert row.power_w == 22.5
    assert row.energy_j == 0.3975
    assert dict(row.others) == {"device": "a", "notes": "first"}
    assert (row.file, row.line) == ("t.csv", 2)
    assert row.quantity("energy_j") == 0.3975


def test_a_blank_cell_is_unknown_and_not_zero() -> None:
    found = table("a,fc,7,3,,,9,,,,,,,,,,")
    (row,) = found.rows
    assert (row.h, row.kh, row.stride, row.pad, row.groups, row.dtype) == (None,) * 6
    assert (row.runtime_s, row.power_w, row.energy_j) == (None,) * 3
    assert found.set_aside == ()


def test_columns_may_be_left_out_save_the_kind() -> None:
    (row,) = parse_rows(b"op,batch\nfc,4\n", "t.csv").rows
    assert row.batch == 4
    assert row.runtime_s is None
    assert "a column 'op'" in refused("4", header="batch").message


@pytest.mark.parametrize(
    ("cell", "pad"), [("same", "same"), ("VALID", "valid"), ("0", 0), ("", None)]
)
def test_padding_is_a_number_or_a_rule(cell: str, pad: object) -> None:
    assert table(CONV.replace(",1.0,1.0,", f",{cell},1.0,")).rows[0].pad == pad


@pytest.mark.parametrize("cell", ["0", "-3.5", "nan", "inf", "-inf", "1e999"])
def test_a_measurement_that_is_none_sets_its_row_aside_with_the_reason(cell: str) -> None:
    found = table(CONV, CONV.replace("17.6667", cell))
    assert len(found.rows) == len(found.layers) == 2
    row = found.rows[1]
    assert row.runtime_s is row.power_w is row.energy_j is None
    (aside,) = found.set_aside
    assert (aside.file, aside.line, aside.kept) == ("t.csv", 3, False)
    assert aside.reason.startswith(f"runtime_ms is {cell}, not ")


@pytest.mark.parametrize(("good", "column"), [("22.5", "power_w"), ("397.5", "energy_mj")])
def test_without_power_or_energy_the_runtime_is_still_used(good: str, column: str) -> None:
    found = table(CONV.replace(good, "-1"))
    (row,) = found.rows
    assert row.runtime_s is not None
    assert row.power_w is row.energy_j is None
    (aside,) = found.set_aside
    assert aside.kept
    assert aside.reason == f"{column} is -1, not positive"


def test_kinds_that_are_not_known_are_set_aside_and_networks_kept_apart() -> None:
    found = table(CONV, CONV.replace("conv", "fold_in"), CONV.replace("conv", "network"))
    assert [row.op for row in found.rows] == ["conv", "fold_in", "network"]
    assert [row.op for row in found.layers] == ["conv"]
    assert [row.op for row in found.networks] == ["network"]
    assert [aside.reason for aside in found.set_aside] == [
        "op 'fold_in' is no kind of layer that is modelled"
    ]


@pytest.mark.parametrize("op", sorted(LAYER_OPS))
def test_each_kind_of_layer_is_read(op: str) -> None:
    assert len(table(CONV.replace("conv", op)).layers) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",32,", ",three,", "a number in column 'batch', got 'three'"),
        (",32,", ",18.5,", "a whole number from 1"),
        (",32,", ",0,", "got '0'"),
        (",32,", ",-4,", "got '-4'"),
        (",32,", ",1_0,", "got '1_0'"),
        (",32,", ",٣,", "got '٣'"),
        (",32,", ",1e30,", f"to {MOST_SIZE}"),
        (",32,", ",nan,", "got 'nan'"),
        (",2.0,1.0,1.0", ",2.0,some,1.0", "'same' or 'valid' in column 'pad'"),
        (",2.0,1.0,1.0", ",2.0,-1,1.0", "in column 'pad', got '-1'"),
        ("17.6667", "fast", "a number in column 'runtime_ms', got 'fast'"),
        (",first", ",first,more", "17 cells, as the header has, got 18"),
        (",first", "", "17 cells, as the header has, got 16"),
    ],
)
def test_a_cell_that_is_wrong_is_told_with_its_line(old: str, new: str, said: str) -> None:
    error = refused(CONV, CONV.replace(old, new, 1))
    assert error.code == "rows-invalid"
    assert error.message.startswith("Line 3 of t.csv should have ")
    assert said in error.message


def test_what_is_no_table_is_refused() -> None:
    for data, said in (
        (b"", "an empty table"),
        (b"\n \n", "an empty table"),
        (b"op,op\n", "each column once"),
        (b'op\n"conv\n', "comma-separated values"),
        (b"\xff\xfe", "text in UTF-8"),
        (gzip.compress(b"op\nconv\n")[:-6], "a damaged file"),
        (b"\x1f\x8bno", "a damaged file"),
        (b"op" + b",x" * 300, "at most 200 cells"),
        (b"op\n" + b"x" * 3000, "at most 2000 characters"),
    ):
        with pytest.raises(JoulegraphError) as caught:
            parse_rows(data, "t.csv")
        assert caught.value.code == "rows-invalid"
        assert said in caught.value.message


def test_a_table_is_bounded_also_once_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(b"op\n" + b"\n" * 10_000)
    monkeypatch.setattr(room, "MOST_BYTES", 5_000)
    assert len(packed) < 5_000
    with pytest.raises(JoulegraphError, match="at most 5000 bytes"):
        parse_rows(packed, "t.csv.gz")
    monkeypatch.setattr(room, "MOST_ROWS", 3)
    with pytest.raises(JoulegraphError, match="at most 3 rows"):
        parse_rows(b"op\n" + b"conv\n" * 4, "t.csv")


def test_gzip_and_a_byte_order_mark_make_no_difference() -> None:
    plain = "\n".join([HEADER, CONV]).encode()
    assert parse_rows(gzip.compress(plain), "t.csv") == parse_rows(plain, "t.csv")
    assert parse_rows(b"\xef\xbb\xbf" + plain, "t.csv") == parse_rows(plain, "t.csv")


def test_rows_are_chosen_by_text_or_number(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("\n".join([HEADER, CONV, CONV.replace("a,conv", "b,conv")]))
    assert len(read_rows([file]).rows) == 2
    (row,) = read_rows([file], [condition_of("device=b"), condition_of("stride=2")]).rows
    assert row.line == 3
    assert len(read_rows([file, file], [Condition("device", "b")]).rows) == 2
    with pytest.raises(JoulegraphError) as caught:
        read_rows([file], [condition_of("device=c")])
    assert caught.value.code == "rows-none"
    assert caught.value.remedy == "Choose among: device has a, b."
    with pytest.raises(JoulegraphError, match="a column 'devise' to choose by"):
        read_rows([file], [condition_of("devise=c")])


@pytest.mark.parametrize("text", ["device", "=3", ""])
def test_a_condition_has_a_column_and_a_value(text: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        condition_of(text)
    assert caught.value.code == "condition-invalid"
    assert str(condition_of("note=a=b")) == "note=a=b"


@pytest.mark.parametrize(
    ("column", "value"),
    [("batch", 0), ("batch", 1.5), ("h", True), ("pad", -1), ("cin", MOST_SIZE + 1)],
)
def test_a_row_refuses_sizes_that_are_none(column: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"Row: {column} is a whole number"):
        Row("conv", **{column: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_a_row_refuses_measurements_that_are_none(value: float) -> None:
    with pytest.raises(ValueError, match="Row: power_w is positive and finite"):
        Row("conv", power_w=value)


SIZES = st.one_of(st.none(), st.integers(1, MOST_SIZE))
SECONDS = st.one_of(st.none(), st.floats(1e-9, 1e6))


@given(SIZES, SIZES, st.one_of(SIZES, st.sampled_from(["same", "valid"])), SECONDS)
def test_what_is_written_is_read(
    batch: int | None, cin: int | None, pad: int | str | None, runtime_ms: float | None
) -> None:
    cells = ["" if value is None else str(value) for value in (batch, cin, pad, runtime_ms)]
    (row,) = parse_rows(f"op,batch,cin,pad,runtime_ms\nconv,{','.join(cells)}\n".encode(), "t").rows
    assert (row.batch, row.cin, row.pad) == (batch, cin, pad)
    assert row.runtime_s == (None if runtime_ms is None else runtime_ms / 1000)


@given(st.binary(max_size=400))
def test_any_bytes_end_in_rows_or_one_error(data: bytes) -> None:
    for prefix in (b"", b"op,batch\n", b"\x1f\x8b\x08\x00"):
        with contextlib.suppress(JoulegraphError):
            parse_rows(prefix + data, "t")


def test_the_shared_tables_are_read_in_full(shared: Path) -> None:
    data = shared / "data"
    found = read_rows([data / "cpu_layers_willowec.csv", data / "networks.csv"])
    assert (len(found.layers), len(found.networks)) == (6000, 40)
    assert found.set_aside == ()
    # 12 rows whose counter wrapped are blank in the table (README of the data).
    assert sum(row.power_w is None for row in found.layers) == 12
    assert all(row.runtime_s is not None for row in found.rows)
    chosen = [condition_of("device=gpu:Tesla V100"), condition_of("op=conv")]
    assert len(read_rows([data / "gpu_layers_cde_forward.csv.gz"], chosen).rows) == 12_000


def test_the_header_of_a_capture_is_no_row_and_lines_keep_their_numbers() -> None:
    text = '# {"schema": "joulegraph/capture/1"}\nop,batch\nfc,1\nidle,1\n'
    found = parse_rows(text.encode(), "made.csv")
    assert [(row.op, row.line) for row in found.rows] == [("fc", 3), ("idle", 4)]
