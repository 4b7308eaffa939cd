"""The form neuralpower finds what is there, tells its own error honestly, and repeats itself."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from py.errors import JoulegraphError
from py.measure.condition import condition
from py.measure.errors_of_fit import errors_of_fit
from py.measure.neuralpower.features import values_of
from py.measure.neuralpower.fit import Fitted, FittedPolynomial, fit_neuralpower
from py.measure.row import Row
from py.measure.rows import read_rows
from tests.measure.neuralpower.made import made


def linear(values: dict[str, float]) -> float:
    return 1e-4 + 2e-11 * values["macs"] + 3e-10 * values["ofmap_bytes"]


def levelling(values: dict[str, float]) -> float:
    return 40 + 12 * math.log(values["batch"]) + 5 * math.log(values["cout"])


@pytest.fixture(scope="module")
def fitted() -> FittedPolynomial:
    return fit_neuralpower(made("fc", 200, linear, power=levelling), "runtime_s")


def test_terms_that_are_there_are_found(fitted: FittedPolynomial) -> None:
    assert fitted.errors.rmspe < 0.02
    found = {powers: coefficient for coefficient, powers in fitted.terms}
    assert found[(("macs", 1),)] == pytest.approx(2e-11, rel=0.02)
    assert fitted.intercept == pytest.approx(1e-4, rel=0.1)
    assert fitted.model_size == len(fitted.terms) <= 6


def test_power_takes_logarithms_and_seldom_anything_else() -> None:
    fit = fit_neuralpower(made("fc", 200, linear, power=levelling), "power_w")
    assert fit.errors.rmspe < 0.01
    largest = max(fit.terms, key=lambda term: abs(term[0]))
    assert largest[1] == (("log_batch", 1),)
    assert largest[0] == pytest.approx(12, rel=0.05)


def test_a_polynomial_evaluates_to_what_was_fitted(fitted: FittedPolynomial) -> None:
    """Coefficients are those of the features as they are, not of what Lasso was given."""
    for row in made("fc", 20, linear, seed=8):
        assert row.runtime_s is not None
        assert fitted.value(values_of(row)) == pytest.approx(row.runtime_s, rel=0.02)


def test_the_same_rows_and_seed_give_the_same_bytes(fitted: FittedPolynomial) -> None:
    rows = made("fc", 200, linear, power=levelling)
    again = fit_neuralpower(rows, "runtime_s")
    assert json.dumps(again.as_json()) == json.dumps(fitted.as_json())
    assert again == fitted
    other = fit_neuralpower(rows, "runtime_s", seed=1)
    assert other.fold != fitted.fold


def test_numbers_are_told_to_twelve_digits(fitted: FittedPolynomial) -> None:
    told = fitted.as_json()
    for number in (told["intercept"], told["penalty"], *(term[0] for term in told["terms"])):
        assert number == float(f"{number:.11e}")
    assert told["errors"]["rows"] == 200
    assert [tried["degree"] for tried in told["tried"]] == [1, 2, 3]
    best = min(told["tried"], key=lambda tried: tried["rmse"])
    assert (best["degree"], best["penalty"]) == (told["degree"], told["penalty"])


def test_a_row_is_predicted_without_its_own_fold() -> None:
    """What was measured in a fold changes no prediction in it: all choices are made outside."""
    rows = made("fc", 60, linear)
    plain = fit_neuralpower(rows, "runtime_s")
    changed = [
        replace(row, runtime_s=1000.0) if plain.fold[place] == 0 else row
        for place, row in enumerate(rows)
    ]
    other = fit_neuralpower(changed, "runtime_s")
    inside = [place for place in range(60) if plain.fold[place] == 0]
    outside = [place for place in range(60) if plain.fold[place] != 0]
    assert [other.predicted[place] for place in inside] == [
        plain.predicted[place] for place in inside
    ]
    assert [other.predicted[place] for place in outside] != [
        plain.predicted[place] for place in outside
    ]


def test_errors_are_those_of_the_predictions(fitted: FittedPolynomial) -> None:
    measured = [linear(values_of(row)) for row in made("fc", 200, linear)]
    assert fitted.errors == errors_of_fit(fitted.predicted, measured)


def test_features_that_say_nothing_are_left_out_and_told() -> None:
    rows = [replace(row, h=20, w=row.cin, kw=row.kh, pad=2) for row in made("conv", 60, linear)]
    fit = fit_neuralpower(rows, "runtime_s")
    assert fit.left_out["h"] == "20 in every row"
    assert fit.left_out["pad"] == "2 in every row"
    assert fit.left_out["w"] == "equal to cin in every row"
    assert fit.left_out["kw"] == "equal to kh in every row"
    assert not {name for _, powers in fit.terms for name, _ in powers} & set(fit.left_out)


def test_rows_that_are_all_alike_give_their_mean() -> None:
    rows = [
        Row("fc", batch=1, cin=2, cout=3, runtime_s=1.0 + (line % 2), line=line)
        for line in range(20)
    ]
    fit = fit_neuralpower(rows, "runtime_s")
    assert (fit.degree, fit.terms, fit.intercept) == (0, (), 1.5)


def test_a_measurement_that_never_changes_is_an_intercept() -> None:
    fit = fit_neuralpower(made("fc", 40, lambda _: 0.25), "runtime_s")
    assert (fit.terms, fit.intercept, fit.errors.rmspe) == ((), 0.25, 0.0)


def test_a_degree_with_more_terms_than_rows_is_not_tried() -> None:
    fit = fit_neuralpower(made("conv", 60, linear), "runtime_s")
    assert [tried.degree for tried in fit.tried] == [1]


@pytest.mark.parametrize(
    ("rows", "quantity", "code"),
    [
        (made("fc", 19, linear), "runtime_s", "rows-few"),
        (made("fc", 15, linear) + made("pool", 15, lambda _: 1.0), "runtime_s", "rows-mixed"),
        (made("fc", 30, linear), "power_w", "row-incomplete"),
        ([Row("softmax", runtime_s=1.0)] * 30, "runtime_s", "form-not-for-kind"),
    ],
)
def test_rows_that_do_not_do_are_refused(rows: list[Row], quantity: Fitted, code: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        fit_neuralpower(rows, quantity)
    assert caught.value.code == code


# Cross-validated RMSPE in the README of the data (column "NeuralPower's Lasso"). A few rows of less
# than a millisecond rule it, and another seed moves it by a tenth; how the column's folds and
# penalties were chosen is not said, so that it is met within a fifth.
BASELINES = [("conv", 4.29), ("fc", 0.201), ("pool", 0.797)]


@pytest.mark.parametrize(("op", "rmspe"), BASELINES)
def test_the_shared_data_give_the_errors_that_they_are_told_with(
    shared: Path, op: str, rmspe: float
) -> None:
    data = shared / "data" / "cpu_layers_willowec.csv"
    rows = read_rows([data], [condition("device=cpu:raptorlake"), condition(f"op={op}")]).rows
    fit = fit_neuralpower(rows, "runtime_s")
    assert fit.errors.rmspe == pytest.approx(rmspe, rel=0.2)
    assert (fit.errors.not_positive > 0) == (op != "fc")  # the form's weakness, as the paper has it
    assert fit.converged
