"""What a timed platform answers: terms that add up, origins, intervals, and nothing unsaid."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.platforms import Interval, TimedEstimate, TimeTerm
from py.platforms.timed import ROLES

TERMS = (
    TimeTerm("flops", "computation", 2e-3, "two"),
    TimeTerm("bytes", "weight", 1e-3, "one"),
    TimeTerm("launch", "launch", 1e-3, "one"),
)


def estimate(power: float | None = 10.0, interval: Interval | None = None) -> TimedEstimate:
    origin = None if power is None else "datasheet"
    return TimedEstimate(TERMS, "measured", power, origin, interval)  # type: ignore[arg-type]


def test_time_power_and_energy() -> None:
    found = estimate()
    assert found.time_s == pytest.approx(4e-3)
    assert found.energy_j == pytest.approx(4e-2)
    assert found.parts() == {
        "computation": {"mac": pytest.approx(2e-2)},
        "weight": {"memory": pytest.approx(1e-2)},
        "launch": {"launch": pytest.approx(1e-2)},
    }
    assert found.energy_macs is None
    assert found.mapping is None


def test_what_takes_no_time_takes_no_energy() -> None:
    found = TimedEstimate((), "measured")
    assert (found.time_s, found.energy_j, found.power_w) == (0.0, 0.0, None)
    assert found.origins == {"time_s": "measured", "power_w": None, "energy_j": "measured"}
    assert found.parts() == {}


def test_energy_is_as_good_as_the_lesser_of_its_two() -> None:
    assert estimate().origins["energy_j"] == "datasheet"
    assert estimate().origin == "datasheet"
    assert estimate(None).origins == {"time_s": "measured", "power_w": None, "energy_j": None}
    assert estimate(None).origin == "measured"
    both = TimedEstimate(TERMS, "measured", 1.0, "measured")
    assert both.origins == dict.fromkeys(("time_s", "power_w", "energy_j"), "measured")


@given(st.integers(0, 1000) | st.floats(0, 50))
def test_runs_are_alike(runs: float) -> None:
    interval = Interval({"time_s": (3e-3, 6e-3), "power_w": (9.0, 12.0)})
    once, often = estimate(interval=interval), estimate(interval=interval).repeated(runs)
    assert often.time_s == pytest.approx(runs * once.time_s)
    assert often.energy_j == pytest.approx(runs * (once.energy_j or 0.0))
    assert often.power_w == once.power_w
    assert often.interval is not None
    assert often.interval.of("time_s") == (3e-3 * runs, 6e-3 * runs)
    assert often.interval.of("power_w") == (9.0, 12.0)
    assert all("times" in term.why for term in often.terms) or runs == 1


def test_an_interval_as_json() -> None:
    interval = Interval({"time_s": (1.0, 2.0)}, 0.9, "as one")
    assert interval.as_json() == {"time_s": [1.0, 2.0], "level": 0.9, "rule": "as one"}
    assert interval.of("energy_j") is None


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_level(role: str) -> None:
    found = TimedEstimate((TimeTerm("t", role, 1.0, ""),), "measured", 1.0, "measured")
    assert found.parts() == {role: {ROLES[role]: 1.0}}


def test_nonsense_is_refused() -> None:
    for make in (
        lambda: TimeTerm("t", "ether", 1.0, ""),
        lambda: TimeTerm("t", "launch", math.nan, ""),
        lambda: TimedEstimate((TimeTerm("t", "other", -1.0, ""),), "measured"),
        lambda: TimedEstimate((), "measured", math.inf, "measured"),
        lambda: TimedEstimate((), "measured", 5.0, None),
        lambda: TimedEstimate((), "measured", None, "measured"),
        lambda: Interval({"time_s": (2.0, 1.0)}),
        lambda: Interval({"time_s": (-1.0, 1.0)}),
        lambda: Interval({"time_s": (0.0, math.inf)}),
        lambda: Interval({"time_s": (1.0, 2.0)}, 1.0),
        lambda: Interval({"colour": (1.0, 2.0)}),  # type: ignore[dict-item]
    ):
        with pytest.raises(ValueError, match=r"got|known"):
            make()
