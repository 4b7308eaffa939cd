"""Bounds: each with its reason, warnings before failures, and what is said of a value."""

import json
import math
from pathlib import Path

import pytest

from py.measure.check import bounds as room
from py.measure.check.bounds import Limit, bounds

FILE = json.loads(Path(room.__file__).with_name("bounds.json").read_text(encoding="utf-8"))


def test_every_bound_has_a_reason_in_a_sentence() -> None:
    for name, one in FILE["limits"].items():
        assert one["why"].endswith("."), name
        assert len(one["why"].split()) > 3, name
    for name in ("coverage", "most_bytes", "open_licences"):
        assert FILE[name]["why"].endswith("."), name


def test_every_limit_is_asked_for_somewhere() -> None:
    folder = Path(room.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    for name in bounds().limits:
        assert f'"{name.removesuffix("-of-others")}"' in code, name


@pytest.mark.parametrize(
    ("value", "rows", "verdict"),
    [
        *((0.0, None, "pass"), (1.0, None, "pass"), (1.1, None, "warn"), (2.0, None, "warn")),
        *((2.1, None, "fail"), (math.inf, None, "fail"), (math.nan, None, "fail")),
        *((2.1, 9, "warn"), (2.1, 10, "fail"), (0.5, 9, "pass")),
    ],
)
def test_a_limit_warns_and_then_fails(value: float, rows: int | None, verdict: str) -> None:
    assert Limit(1.0, 2.0, "made up", rows=10).verdict(value, rows) == verdict


def test_a_limit_may_only_fail_and_refuses_another_order() -> None:
    assert Limit(None, 1.0, "made up").verdict(1.5) == "fail"
    assert Limit(1.0, None, "made up").verdict(1e9) == "warn"
    with pytest.raises(ValueError, match="warn comes before fail"):
        Limit(2.0, 1.0, "made up")


def test_the_kinds_of_published_tables_have_limits_of_their_own() -> None:
    for name in ("time-rmspe", "time-median"):
        main, other = (bounds().of_kind(name, kind).fail for kind in ("conv", "softmax"))
        assert main is not None
        assert other is not None
        assert main < other
