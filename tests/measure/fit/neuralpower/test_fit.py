"""The form neuralpower finds what is there, tells its own error honestly, and repeats itself."""

import json
import math
from collections.abc import Mapping
from pathlib import Path

import pytest

from py.errors import JoulegraphError
from py.measure.fit.errors_of_fit import errors_of_fit
from py.measure.fit.neuralpower.fit import FittedPolynomial, fit_neuralpower
from py.measure.table.condition import condition_of
from py.measure.table.row_workload import workload_of_row
from py.measure.table.rows import read_rows
from py.platforms.measured.features import features_of
from py.platforms.measured.polynomial import polynomial
from py.platforms.measured.workload import Workload
from tests.measure.fit.neuralpower.made import made, timed


def linear(values: Mapping[str, float]) -> float:
    return 1e-4 + 2e-11 * values["macs"] + 3e-10 * values["ofmap_bytes"]


def levelling(values: Mapping[str, float]) -> float:
    return 40 + 12 * math.log(values["batch"]) + 5 * math.log(values["cout"])


WORKS = made("fc", 150)


@pytest.fixture(scope="module")
def fitted() -> FittedPolynomial:
    return fit_neuralpower(WORKS, timed(WORKS, linear), "time_s")


def test_terms_that_are_there_are_found(fitted: FittedPolynomial) -> None:
    assert fitted.errors.rmspe < 0.02
    assert fitted.terms["macs"] == pytest.approx(2e-11, rel=0.02)
    assert fitted.terms["1"] == pytest.approx(1e-4, rel=0.1)
    assert fitted.model_size == len(fitted.terms) - 1 <= 6


def test_power_takes_logarithms() -> None:
    works = made("fc", 100)
    fit = fit_neuralpower(works, timed(works, levelling), "power_w")
    assert fit.errors.rmspe < 0.01
    assert fit.terms["log(batch)"] == pytest.approx(12, rel=0.05)
    unseen = made("fc", 20, seed=8)
    engine = polynomial(fit.terms)
    for work, power_w in zip(unseen, timed(unseen, levelling), strict=True):
        assert engine.value(features_of(work)) == pytest.approx(power_w, rel=0.02)


def test_the_engine_evaluates_to_what_was_fitted(fitted: FittedPolynomial) -> None:
    """Coefficients are those of the features as they are, not of what Lasso was given."""
    unseen = made("fc", 20, seed=8)
    engine = polynomial(fitted.terms)
    for work, time_s in zip(unseen, timed(unseen, linear), strict=True):
        assert engine.value(features_of(work)) == pytest.approx(time_s, rel=0.02)


def test_the_same_rows_and_seed_give_the_same_bytes(fitted: FittedPolynomial) -> None:
    again = fit_neuralpower(WORKS, timed(WORKS, linear), "time_s")
    assert json.dumps(again.as_json()) == json.dumps(fitted.as_json())
    assert again == fitted
    few = WORKS[:40]
    folds = [fit_neuralpower(few, timed(few, linear), "time_s", seed).fold for seed in (1, 2)]
    assert folds[0] != folds[1]


def test_numbers_are_told_to_nine_digits(fitted: FittedPolynomial) -> None:
    told = fitted.as_json()
    for number in (told["penalty"], *told["terms"].values()):
        assert number == float(f"{number:.8e}")
    assert told["errors"]["rows"] == len(WORKS)
    assert [tried["degree"] for tried in told["tried"]] == [1, 2, 3]
    best = min(told["tried"], key=lambda tried: tried["rmse"])
    assert (best["degree"], best["penalty"]) == (told["degree"], told["penalty"])


def test_a_row_is_predicted_without_its_own_fold() -> None:
    """What was measured in a fold changes no prediction in it: all choices are made outside."""
    works = WORKS[:60]
    plain = fit_neuralpower(works, timed(works, linear), "time_s")
    changed = [
        1000.0 if fold == 0 else value
        for fold, value in zip(plain.fold, timed(works, linear), strict=True)
    ]
    other = fit_neuralpower(works, changed, "time_s")
    inside = [place for place in range(60) if plain.fold[place] == 0]
    outside = [place for place in range(60) if plain.fold[place] != 0]

    def of(fit: FittedPolynomial, places: list[int]) -> list[float]:
        return [fit.predicted[place] for place in places]

    assert of(other, inside) == of(plain, inside)
    assert of(other, outside) != of(plain, outside)


def test_errors_are_those_of_the_predictions(fitted: FittedPolynomial) -> None:
    assert fitted.errors == errors_of_fit(fitted.predicted, timed(WORKS, linear))


def test_features_that_say_nothing_are_left_out_and_told() -> None:
    works = made("conv", 60, h=20, pad=2, kw=3, kh=3)
    fit = fit_neuralpower(works, timed(works, linear), "time_s")
    assert fit.left_out["h"] == "20 in every row"
    assert fit.left_out["pad"] == "2 in every row"
    assert fit.left_out["groups"] == "1 in every row"
    assert "kh" in fit.left_out
    assert not polynomial(fit.terms).features & set(fit.left_out)


def test_of_two_equal_features_the_second_is_left_out() -> None:
    works = [work for work in made("pool", 400) if work.kh == work.kw][:60]
    fit = fit_neuralpower(works, timed(works, lambda values: 1e-9 * values["ops"]), "time_s")
    assert fit.left_out["kw"] == "equal to kh in every row"


def test_rows_that_are_all_alike_give_their_mean() -> None:
    works = [WORKS[0]] * 20
    fit = fit_neuralpower(works, [1.0, 2.0] * 10, "time_s")
    assert (fit.degree, fit.terms) == (0, {"1": 1.5})


def test_a_measurement_that_never_changes_is_an_intercept() -> None:
    fit = fit_neuralpower(WORKS[:40], [0.25] * 40, "time_s")
    assert (fit.terms, fit.errors.rmspe) == ({"1": 0.25}, 0.0)


def test_a_degree_with_more_terms_than_rows_is_not_tried() -> None:
    works = made("conv", 60)
    fit = fit_neuralpower(works, timed(works, linear), "time_s")
    assert [tried.degree for tried in fit.tried] == [1]


@pytest.mark.parametrize(
    ("works", "code"),
    [
        (made("fc", 19), "rows-few"),
        (made("fc", 15) + made("pool", 15), "rows-mixed"),
        ([Workload("softmax", 1, 0, 1, 1, 0, 1)] * 30, "form-not-for-kind"),
    ],
)
def test_rows_that_do_not_do_are_refused(works: list[Workload], code: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        fit_neuralpower(works, [1.0] * len(works), "time_s")
    assert caught.value.code == code


@pytest.mark.parametrize("measured", [[1.0] * 29, [0.0] * 30, [math.nan] * 30, [math.inf] * 30])
def test_measurements_are_positive_and_one_a_row(measured: list[float]) -> None:
    with pytest.raises(ValueError, match="one positive, finite measurement"):
        fit_neuralpower(made("fc", 30), measured, "time_s")


# Cross-validated RMSPE in the README of the data (column "NeuralPower's Lasso"). A few rows of less
# than a millisecond rule it, and another seed moves it by a tenth; how the column's folds and
# penalties were chosen is not said, so that it is met within a fifth.
BASELINES = [("conv", 4.29), ("fc", 0.201), ("pool", 0.797)]


@pytest.mark.parametrize(("op", "rmspe"), BASELINES)
def test_the_shared_data_give_the_errors_that_they_are_told_with(
    shared: Path, op: str, rmspe: float
) -> None:
    data = shared / "data" / "cpu_layers_willowec.csv"
    rows = read_rows([data], [condition_of("device=cpu:raptorlake"), condition_of(f"op={op}")]).rows
    times = [row.runtime_s for row in rows if row.runtime_s is not None]
    fit = fit_neuralpower([workload_of_row(row) for row in rows], times, "time_s")
    assert fit.errors.rmspe == pytest.approx(rmspe, rel=0.2)
    assert (fit.errors.not_positive > 0) == (op != "fc")  # the form's weakness, as the paper has it
    assert fit.converged
