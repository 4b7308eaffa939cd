"""Numbers as a report writes them."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.report import units

_POWERS = {"f": -15, "p": -12, "n": -9, "µ": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12}


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.000123456, "s", "123 µs"),
        (0.0009996, "s", "1.00 ms"),
        (0.001, "s", "1.00 ms"),
        (1.0, "s", "1.00 s"),
        (45.678, "W", "45.7 W"),
        (999.5, "W", "1.00 kW"),
        (0.0, "J", "0 J"),
        (-0.002, "J", "−2.00 mJ"),
        (1e-18, "s", "0.00100 fs"),
        (2.5e15, "s", "2500 Ts"),
        (None, "W", "–"),
        (math.nan, "W", "–"),
        (math.inf, "W", "–"),
    ],
)
def test_a_quantity_has_three_digits_and_a_prefix(
    value: float | None, unit: str, written: str
) -> None:
    assert units.quantity(value, unit) == written


@given(st.floats(min_value=1e-14, max_value=9e14))
def test_a_quantity_reads_back_to_three_digits(value: float) -> None:
    number, _, unit = units.quantity(value, "s").partition(" ")
    assert re.fullmatch(r"\d{1,3}(\.\d{1,2})?", number)
    assert len(number.replace(".", "").lstrip("0")) <= 3
    read = float(number) * 10.0 ** _POWERS[unit.removesuffix("s")]
    assert read == pytest.approx(value, rel=5.1e-3)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.149, "14.9 %"),
        (0.0, "0 %"),
        (0.00001, "0 %"),
        (0.00042, "0.04 %"),
        (0.00996, "1.0 %"),
        (-0.021, "−2.1 %"),
        (4.29, "429 %"),
        (0.9996, "100 %"),
        (12345.6, "1,234,560 %"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_a_percentage(share: float | None, written: str) -> None:
    assert units.percent(share) == written


def test_a_percentage_with_its_sign() -> None:
    assert units.percent(0.021, sign=True) == "+2.1 %"
    assert units.percent(-0.021, sign=True) == "−2.1 %"
    assert units.percent(0.0, sign=True) == "0 %"
    assert units.percent(-0.00001, sign=True) == "0 %"


@given(st.floats(min_value=-1e6, max_value=1e6))
def test_a_percentage_reads_back(share: float) -> None:
    number = units.percent(share).removesuffix(" %").replace(",", "").replace("−", "-")
    assert float(number) == pytest.approx(100 * share, rel=0.051, abs=0.0051)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.47, "0.470"),
        (1.0, "1.00"),
        (12.345, "12.3"),
        (0.9996, "1.00"),
        (123456.0, "1.23e+05"),
        (0.0, "0.00"),
        (-2.5, "−2.50"),
        (1e-5, "1.00e−05"),
        (None, "–"),
    ],
)
def test_a_ratio(value: float | None, written: str) -> None:
    assert units.ratio(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, "1"),
        (2047.0, "2,047"),
        (999_999.0, "999,999"),
        (475_388_880.0, "475 M"),
        (1.5, "1.50"),
        (1.4142e7, "14.1 M"),
    ],
)
def test_a_size(value: float, written: str) -> None:
    assert units.size(value) == written


def test_a_coefficient_has_four_digits() -> None:
    assert units.coefficient(1.5046607e-05) == "1.505e−05"
