"""Rows of one kind and width: their ranges, what never varied, their windows and clocks."""

import numpy as np
import pytest

from py.measure.fit.samples import samples_of
from tests.measure.made_rows import made_rows, rows_of

CONV = {"op": "conv", "batch": "4", "cin": "8", "h": "16", "cout": "8", "pad": "1", "kh": "3"}


def test_kinds_and_widths_are_apart() -> None:
    cells = [
        CONV | {"runtime_ms": "1", "groups": groups, "dtype": dtype}
        for groups in ("1", "2", "8")
        for dtype in ("fp32", "fp16")
    ]
    groups, left = samples_of(rows_of([*cells, *made_rows("fc", 3)]))
    assert sorted(groups) == [
        *(("conv", "16x16"), ("conv", "32x32"), ("dense", "32x32")),
        *(("depthwise", "16x16"), ("depthwise", "32x32")),
        *(("grouped", "16x16"), ("grouped", "32x32")),
    ]
    assert not left


def test_rows_without_a_runtime_or_a_size_are_left_out_with_their_line() -> None:
    cells = [CONV | {"runtime_ms": "1"}, CONV, CONV | {"runtime_ms": "1", "pad": ""}]
    groups, reasons = samples_of(rows_of(cells))
    left = list(reasons)
    assert [len(found.works) for found in groups.values()] == [1]
    assert len(left) == 2
    assert "line 3" in left[0]
    assert "no runtime" in left[0]
    assert "Line 4" in left[1]
    assert "padding" in left[1]


def test_powers_that_were_not_measured_are_no_number() -> None:
    cells = [CONV | {"runtime_ms": "1", "power_w": power} for power in ("5", "", "7")]
    (found,) = samples_of(rows_of(cells))[0].values()
    assert np.isnan(found.power_w).tolist() == [False, True, False]


def test_ranges_are_the_ends_of_the_rows() -> None:
    cells = [
        CONV | {"runtime_ms": "1", "batch": str(batch), "h": str(side)}
        for batch, side in ((1, 9), (32, 64))
    ]
    (found,) = samples_of(rows_of(cells))[0].values()
    ranges = found.ranges()
    assert ranges["batch"] == [1, 32]
    assert ranges["in_side"] == [9, 64]
    assert ranges["kernel"] == [3, 3]
    assert found.fixed() == {"kh": 3, "kw": 3, "stride": 1}
    assert {"kernel", "stride", "cin", "cout"} <= found.constant()
    assert not {"batch", "in_side", "macs"} & found.constant()


def test_products_have_no_windows_that_are_fixed() -> None:
    (found,) = samples_of(rows_of(made_rows("fc", 5)))[0].values()
    assert found.fixed() == {}
    assert found.work_name == "macs"


@pytest.mark.parametrize(("rows", "expected"), [(29, [3]), (30, [3, 5])])
def test_windows_are_those_of_enough_rows(rows: int, expected: list[int]) -> None:
    cells = [CONV | {"runtime_ms": "1", "kh": "3"}] * 40
    cells += [CONV | {"runtime_ms": "1", "kh": "5"}] * rows
    (found,) = samples_of(rows_of(cells))[0].values()
    assert found.windows() == expected


def test_a_clock_counts_where_all_rows_state_it_and_it_varied() -> None:
    def clocks(*values: str) -> float | None:
        cells = [CONV | {"runtime_ms": "1", "clock_mhz": value} for value in values]
        (found,) = samples_of(rows_of(cells))[0].values()
        assert ("clock_hz" in found.ranges()) == found.clocked
        return found.clock_hz

    assert clocks("900", "1500") == 1.5e9
    assert clocks("900", "900") is None
    assert clocks("900", "") is None


def test_a_part_keeps_its_rows_together() -> None:
    (found,) = samples_of(rows_of(made_rows("pool", 9)))[0].values()
    part = found.part(np.array([7, 2]))
    assert [row.line for row in part.rows] == [found.rows[7].line, found.rows[2].line]
    assert part.time_s.tolist() == [found.time_s[7], found.time_s[2]]
    assert part.works == (found.works[7], found.works[2])
