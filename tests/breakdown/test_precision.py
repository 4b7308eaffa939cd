"""The energy-precision ratio of equation (9); the paper's own table is in tests/papers."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.breakdown.precision import ALPHAS, Contender, compare_precision, energy_precision_ratio
from py.errors import JoulegraphError

ERRORS = st.floats(1e-3, 1)
JOULES = st.floats(1e-9, 1e3)


@given(ERRORS, JOULES, st.sampled_from(ALPHAS))
def test_it_is_the_error_to_the_power_of_alpha_times_the_energy(
    error: float, energy_j: float, alpha: int
) -> None:
    ratio = energy_precision_ratio(Contender("a", error, energy_j), alpha)
    assert ratio == pytest.approx(math.prod([error] * alpha) * energy_j)
    assert ratio == float(f"{ratio:.11e}")


@given(ERRORS, JOULES, st.floats(1, 10))
def test_more_energy_or_more_errors_are_never_better(
    error: float, energy_j: float, factor: float
) -> None:
    worse = min(error * factor, 1)
    for alpha in ALPHAS:
        mine, costly, wrong = (
            energy_precision_ratio(Contender("a", *pair), alpha)
            for pair in ((error, energy_j), (error, energy_j * factor), (worse, energy_j))
        )
        assert mine is not None
        assert costly is not None
        assert wrong is not None
        assert costly >= mine
        assert wrong >= mine


@given(st.tuples(ERRORS, JOULES), st.tuples(ERRORS, JOULES))
def test_the_more_precise_wins_sooner_or_later(
    first: tuple[float, float], second: tuple[float, float]
) -> None:
    """Once the better one by errors wins at an alpha, it wins at every larger one."""
    precise, other = sorted((first, second))
    found = compare_precision([Contender("precise", *precise), Contender("other", *other)])
    wins = ["precise" in found.best(alpha) for alpha in ALPHAS]
    assert wins == sorted(wins)


def test_an_unknown_energy_stays_unknown_and_does_not_win() -> None:
    found = compare_precision([Contender("a", 0.1, None), Contender("b", 0.5, 2.0)])
    assert found.ratios[0] == (None,) * 4
    assert found.best(1) == ("b",)
    assert compare_precision([Contender("a", 0.1, None)]).best(2) == ()


def test_a_tie_is_told_as_one() -> None:
    found = compare_precision([Contender("a", 0.5, 1.0), Contender("b", 0.25, 2.0)])
    assert found.best(1) == ("a", "b")
    assert found.best(2) == ("b",)


def test_a_model_without_an_error_has_ratio_0() -> None:
    assert energy_precision_ratio(Contender("a", 0.0, 5.0), 1) == 0.0


def test_as_json() -> None:
    told = compare_precision(
        [Contender("a", 0.5, 1.0), Contender("b", 0.1, None)], (1, 2)
    ).as_json()
    assert told == {
        "alphas": [1, 2],
        "models": [
            {"name": "a", "error": 0.5, "energy": 1.0, "ratios": [0.5, 0.25]},
            {"name": "b", "error": 0.1, "energy": None, "ratios": [None, None]},
        ],
        "best": [["a"], ["a"]],
    }
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(
    ("name", "error", "energy", "code"),
    [
        ("", 0.1, 1.0, "contender-invalid"),
        ("a", 7.3, 1.0, "error-rate-invalid"),
        ("a", -0.1, 1.0, "error-rate-invalid"),
        ("a", math.nan, 1.0, "error-rate-invalid"),
        ("a", 0.1, -1.0, "contender-invalid"),
        ("a", 0.1, math.inf, "contender-invalid"),
        ("a", 0.1, math.nan, "contender-invalid"),
    ],
)
def test_nonsense_is_refused(name: str, error: float, energy: float, code: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        Contender(name, error, energy)
    assert caught.value.code == code


@pytest.mark.parametrize("alpha", [0, 5, -1, 1.5, math.nan, True])
def test_alpha_is_one_of_those_of_the_paper(alpha: int) -> None:
    with pytest.raises(JoulegraphError) as caught:
        energy_precision_ratio(Contender("a", 0.1, 1.0), alpha)
    assert caught.value.code == "alpha-invalid"


def test_models_have_names_of_their_own() -> None:
    same = Contender("a", 0.1, 1.0)
    for contenders, said in (([], "no model"), ([same, same], "'a' twice")):
        with pytest.raises(JoulegraphError, match=said):
            compare_precision(contenders)
