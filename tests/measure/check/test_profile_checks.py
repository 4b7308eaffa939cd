"""Each check of a profile: a profile with that one thing wrong fails that check and no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from py.measure.check.checks import CHECKS
from py.measure.fit.profile_fit import written
from tests.measure.check.made import ID, failed, look, warned
from tests.platforms.accelerator.edited import edited

NETWORK: dict[str, Any] = {
    **{"network": "lenet5", "batch": 1, "measured_s": 1.0, "predicted_s": 1.1, "error": 0.1}
}
PUBLISHED = {"measured.source": "https://example.org/rows"}


def _edited(good: Path, changes: dict[str, Any], *, alone: bool = True) -> Path:
    """Change values at dotted paths; ``alone``: without its capture, but published elsewhere."""
    data = json.loads(good.read_text(encoding="utf-8"))
    if alone:
        (good.parent / f"{ID}.csv.gz").unlink()
        changes = PUBLISHED | changes
    good.write_text(written(edited(changes, data)), encoding="utf-8")
    return good


def test_a_good_profile_with_its_capture_passes_every_check(good: Path) -> None:
    found = look(good)
    assert (failed(found), warned(found)) == ([], [])
    assert found.verdict == "not checked"
    assert found.fit
    unseen = [check.code for check, _ in found.of("not checked")]
    assert unseen == ["networks", "roofline"]
    assert "the same when fitted again" in found.finding("refit").said


def test_a_good_profile_without_its_capture_says_what_was_not_checked(good: Path) -> None:
    found = look(_edited(good, {}))
    assert (failed(found), warned(found)) == ([], [])
    assert found.finding("refit").verdict == "not checked"
    assert "https://example.org/rows" in found.finding("capture-recorded").said


BROKEN: dict[str, list[dict[str, Any]]] = {
    "schema": [{"models.0.ranges": ...}, {"correlation": 2}, {"surplus": 1}, {"models": []}],
    "name-and-size": [{"id": "other"}],
    "provenance": [
        {"device": None},
        {"software": None},
        {"precision": None},
        {"measured.date": None},
    ],
    "licence": [{"licence": "not stated"}, {"licence": "all rights reserved"}],
    "sources": [
        {"measured.source": None},
        {"rows.0.file": "/data/rows.csv"},
        {"rows.0.sha256": 64 * "0"},
    ],
    "privacy": [
        {"remarks": ["Measured in /home/alice/runs."]},
        {"host": "a tower at 10.1.2.3"},
        {"host": "tower.lan"},
        {"device": "card 12:34:56:78:9a:bc"},
        {"clocks": "GPU-12345678-1234-1234-1234-123456789abc at 1 GHz"},
    ],
    "time-errors": [
        {"models.0.time_s.errors.rmspe": 0.41, "models.0.time_s.errors.rows": 100},
        {"models.1.time_s.errors.median": 0.26},
    ],
    "power-errors": [
        {"models.0.power_w.errors.rmspe": 0.41, "models.0.power_w.errors.rows": 100},
        {
            "models.0.power_w.energy_errors.rmspe": 0.61,
            "models.0.power_w.energy_errors.rows": 100,
        },
    ],
    "coverage": [{"models.0.time_s.interval.coverage": 0.4}],
    "networks": [{"networks": [NETWORK | {"predicted_s": 3.0, "error": 2.0}]}],
    "powers": [
        {"rated_power_w.value": 40.0},
        {"idle_power_w.value": 100.0},
        {"models.0.power_w.bounds_w": [0.001, 50.0]},
        {"otherwise.power_w": 1000.0},
    ],
    "roofline": [
        {
            "device": "NVIDIA Tesla P4",
            "driver": "550.54.15",
            "models.1.time_s.terms": [{"term": "1", "coefficient": 1e-9}],
        }
    ],
    "trends": [{"models.1.time_s.terms": [{"term": "per(batch)", "coefficient": 1.0}]}],
}

#: Coverage fails a quantity of a hundred rows only; the made-up one has fewer.
MANY = {"coverage": {"models.0.time_s.errors.rows": 100}}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        pytest.param(code, changes, id=f"{code}-{place}")
        for code, every in BROKEN.items()
        for place, changes in enumerate(every)
    ],
)
def test_a_profile_with_one_thing_wrong_fails_one_check(
    good: Path, code: str, changes: dict[str, Any]
) -> None:
    found = look(_edited(good, changes | MANY.get(code, {})))
    assert failed(found) == [code]
    assert not found.fit
    one = found.finding(code)
    assert one.said.endswith(".")
    assert one.remedy


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("provenance", {"clocks": None}),
        ("provenance", {"device": "NVIDIA Made Up"}),
        ("time-errors", {"models.0.time_s.errors.rmspe": 0.3}),
        ("time-errors", {"models.0.time_s.errors.rmspe": 4.0}),  # of thirty rows
        ("power-errors", {"models.0.power_w.errors.median": 0.2}),
        (
            "power-errors",
            {"models.0.power_w.errors.median": 4.0, "models.0.power_w.unreliable": "noise"},
        ),
        ("coverage", {"models.0.time_s.interval.coverage": 0.4}),
        ("networks", {"networks": [NETWORK | {"predicted_s": 1.5, "error": 0.5}]}),
        ("powers", {"rated_power_w.value": 55.0}),
        (
            "roofline",
            {
                "device": "Tesla P4",
                "driver": "550.54.15",
                "models.0.time_s.terms": [
                    {"term": "1", "coefficient": 1e-6},
                    {"term": "macs", "coefficient": 1e-13},
                ],
            },
        ),
    ],
)
def test_a_profile_with_something_doubtful_is_warned_of(
    good: Path, code: str, changes: dict[str, Any]
) -> None:
    found = look(_edited(good, changes))
    assert (failed(found), warned(found)) == ([], [code])
    assert found.fit
    assert found.finding(code).remedy


def test_a_network_that_is_near_enough_passes(good: Path) -> None:
    found = look(_edited(good, {"networks": [NETWORK]}))
    assert found.finding("networks").verdict == "pass"
    assert "10.0 %" in found.finding("networks").said


def test_a_profile_of_runtimes_alone_is_fit_to_publish(good: Path) -> None:
    changes = {f"models.{place}.power_w": None for place in range(3)}
    found = look(_edited(good, changes | {"otherwise.power_w": None}))
    assert failed(found) == []
    assert found.finding("powers").verdict == "not checked"
    assert "runtimes alone" in found.finding("powers").said


def test_a_profile_that_can_t_be_read_fails_in_its_form_alone(good: Path) -> None:
    found = look(_edited(good, {"models.0.ranges": ...}))
    unread = {check.code for check, _ in found.of("not checked")}
    assert {"trends", "powers", "refit", "time-errors"} <= unread
    assert "models[0]" in found.finding("schema").said


def test_this_machine_s_own_names_are_private(good: Path) -> None:
    path = _edited(good, {"remarks": ["Measured by Alice on bluewhale."]})
    assert failed(look(path)) == []
    assert failed(look(path, own_names=frozenset({"bluewhale"}))) == ["privacy"]


def test_every_check_was_broken_by_some_test() -> None:
    from tests.measure.check.test_capture_checks import BROKEN as OF_CAPTURES

    elsewhere = {"capture-recorded", "refit", "capture-form", "facts", "alone"}
    assert {check.code for check in CHECKS} == {*BROKEN, *OF_CAPTURES, *elsewhere}
