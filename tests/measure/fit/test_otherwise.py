"""What a profile says of kinds without data: launch, bytes and MACs of those that have some."""

import pytest

from py.measure.fit.otherwise import otherwise
from py.measure.fit.samples import Samples, samples_of
from py.platforms.measured.features import features_of
from py.platforms.measured.polynomial import polynomial
from tests.measure.made_rows import made_rows, rows_of


def _samples(*ops: str, power: bool = True) -> list[Samples]:
    cells = [row for op in ops for row in made_rows(op, 60, power=power)]
    return list(samples_of(rows_of(cells))[0].values())


def _value(found: dict[str, object], samples: Samples) -> list[float]:
    listed = found["terms"]
    assert isinstance(listed, list)
    terms = polynomial({one["term"]: one["coefficient"] for one in listed})
    return [terms.value(features_of(work)) for work in samples.works]


def test_it_is_what_the_kinds_have_in_common() -> None:
    kinds = _samples("fc", "conv")
    found = otherwise(kinds)
    assert [one["term"] for one in found["terms"]] == ["1", "bytes", "macs"]
    assert all(one["coefficient"] >= 0 for one in found["terms"])
    for samples in kinds:
        errors = sorted(
            abs(guess / truth - 1)
            for guess, truth in zip(_value(found, samples), samples.time_s.tolist(), strict=True)
        )
        assert errors[30] < 0.15


def test_it_is_tested_on_kinds_that_were_left_out() -> None:
    several = otherwise(_samples("fc", "conv", "pool"))
    assert several["tested"] == "each kind by a fit of the others"
    assert several["errors"]["rows"] == 180
    assert several["errors"]["rmspe"] > 0
    one = otherwise(_samples("fc"))
    assert "the only kind measured" in one["tested"]
    assert one["errors"]["rmspe"] < several["errors"]["rmspe"]


@pytest.mark.parametrize("op", ["fc", "conv", "pool", "elementwise"])
def test_moving_bytes_is_never_free(op: str) -> None:
    found = otherwise(_samples(op))
    (byte,) = (one for one in found["terms"] if one["term"] == "bytes")
    assert byte["coefficient"] > 0


def test_power_is_the_median_of_all_that_was_measured() -> None:
    kinds = _samples("fc", "pool")
    powers = sorted(value for samples in kinds for value in samples.power_w.tolist())
    middle = (powers[59] + powers[60]) / 2
    assert otherwise(kinds)["power_w"] == pytest.approx(middle, rel=1e-3)
    assert otherwise(_samples("fc", power=False))["power_w"] is None
