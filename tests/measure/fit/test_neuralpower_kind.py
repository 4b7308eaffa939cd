"""The paper's form as a part of a profile: its terms, its errors, and no answer below zero."""

import numpy as np
import pytest

from py.errors import JoulegraphError
from py.measure.fit.neuralpower.fit import fit_neuralpower
from py.measure.fit.neuralpower_kind import fit_neuralpower_kind
from py.measure.fit.samples import Samples, samples_of
from py.platforms.measured.features import features_of
from py.platforms.measured.polynomial import polynomial
from tests.measure.made_rows import made_rows, rows_of


def _samples(op: str, rows: int, *, power: bool = True) -> Samples:
    (found,) = samples_of(rows_of(made_rows(op, rows, power=power)))[0].values()
    return found


def test_terms_are_those_of_the_paper_s_fit_and_the_engine_reads_them() -> None:
    samples = _samples("fc", 60)
    found = fit_neuralpower_kind(samples)
    plain = fit_neuralpower(samples.works, samples.time_s.tolist(), "time_s")
    terms = {one["term"]: one["coefficient"] for one in found.json["time_s"]["terms"]}
    assert terms == dict(plain.terms)
    assert found.time.predicted.tolist() == list(plain.predicted)
    assert found.time.errors == plain.errors
    value = polynomial(terms).value(features_of(samples.works[0]))
    assert value == pytest.approx(float(samples.time_s[0]), rel=0.5)


def test_power_is_a_power_and_no_energy() -> None:
    found = fit_neuralpower_kind(_samples("pool", 60))
    assert found.power is not None
    assert found.energy is None
    assert found.json["power_w"]["of"] == "power_w"
    assert found.json["extrapolation"] is None
    assert found.json["time_s"]["regimes"] is None
    assert found.power.errors.median < 0.3


def test_without_powers_there_is_none() -> None:
    found = fit_neuralpower_kind(_samples("fc", 40, power=False))
    assert found.power is None
    assert found.json["power_w"] is None


def test_folds_are_those_of_the_fit() -> None:
    samples = _samples("fc", 40)
    found = fit_neuralpower_kind(samples)
    assert sorted(np.bincount(found.fold).tolist()) == [4] * 10
    assert "degree" in found.time.chosen
    assert found.time.coverage is None


@pytest.mark.parametrize("op", ["softmax", "attention", "recurrent"])
def test_the_paper_has_three_kinds(op: str) -> None:
    with pytest.raises(JoulegraphError) as error:
        fit_neuralpower_kind(_samples(op, 40))
    assert error.value.code == "form-not-for-kind"
