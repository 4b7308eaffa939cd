"""Files that are a profile by their form and nonsense by their numbers: no crash, no infinity."""

import json
import math
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.measure.fit.predict import predictions
from py.measure.table.row_workload import workload_of_row
from tests.platforms.measured.made_up import profile
from tests.platforms.measured.oracle import Sizes
from tests.platforms.measured.test_against_oracle import row_of

TIME, POWER = "models.0.time_s.terms", "models.0.power_w.terms"
HUGE, OTHER = " * ".join(["macs^6"] * 12), " * ".join(["macs^6"] * 11 + ["patches^6"])
LAYER = row_of(Sizes("conv", 8, 64, 64, 28, 28, 3, 3, 1, 1))


def terms(**coefficients: float) -> list[dict[str, Any]]:
    return [{"term": text, "coefficient": value} for text, value in coefficients.items()]


STRANGE: dict[str, dict[str, Any]] = {
    "more than any number": {TIME: terms(**{HUGE: 1e30})},
    "more than any number, less as much": {TIME: terms(**{HUGE: 1e30, OTHER: -1e30})},
    "sums beyond any number": {
        TIME: terms(**{" * ".join(["macs^6"] * 5 + ["macs"] * more): 1e30 for more in range(4)})
    },
    "negative": {TIME: terms(macs=-1e-5)},
    "zero": {TIME: terms(macs=0.0)},
    "thirty zeros of seconds": {TIME: terms(**{"1": 1e30})},
}


@pytest.mark.parametrize("changes", STRANGE.values(), ids=STRANGE)
def test_a_time_that_is_none_is_of_bytes_and_macs(changes: dict[str, Any]) -> None:
    found = profile(**changes).answer(workload_of_row(LAYER)).estimate()
    assert [note.code for note in found.notes] == ["kind-not-measured"]
    assert 0 < found.time_s < 1
    json.dumps(found.terms_as_json(), allow_nan=False)


def test_an_infinite_interval_is_none() -> None:
    changes = {
        TIME: terms(**{"1": 1e17}),
        "models.0.time_s.interval.bands.2.high": 1e6,
        "models.0.time_s.interval.wider": 50.0,
        "models.0.ranges.cin": [1.0, 2.0],
    }
    found = profile(**changes).answer(workload_of_row(LAYER)).estimate()
    assert found.interval is not None
    ends = found.interval.of("time_s")
    assert ends is not None
    assert 0 <= ends[0] < 1e17 < ends[1] < math.inf


@pytest.mark.parametrize("coefficients", [{HUGE: 1e30}, {HUGE: 1e30, OTHER: -1e30}, {"macs": -1.0}])
def test_a_power_that_is_none_is_the_rated_one(coefficients: dict[str, float]) -> None:
    changes = {POWER: terms(**coefficients), "models.0.power_w.bounds_w": None}
    found = profile(**changes).answer(workload_of_row(LAYER)).estimate()
    assert (found.power_w, found.power_origin) == (100.0, "datasheet")


def test_kinds_without_a_model_and_without_a_time_are_one_error() -> None:
    device = profile(
        **{
            "models.0.fixed": {"cin": 3.0},
            "otherwise.terms": terms(**{" * ".join(["macs^6"] * 7): 1e30}),
        }
    )
    with pytest.raises(JoulegraphError) as caught:
        device.answer(workload_of_row(LAYER))
    assert caught.value.code == "time-unknown"
    text, unanswered = predictions(device, [LAYER])
    assert len(unanswered) == 1
    assert text.splitlines()[1] == 9 * ","
