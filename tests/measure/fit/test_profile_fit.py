"""Profiles from awkward tables: an answer or one clear error each, and the same bytes again."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.measure.fit.profile_fit import ProfileFit, Source, fit_profile, written
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.engine import Measured
from py.platforms.measured.read import profile_from_json
from tests.measure.made_rows import Cells, made_rows, rows_of, table_of, timed_s

SOURCE = Source("made.csv", "0" * 64, ())


def _fitted(cells: Sequence[Cells], form: str = "default") -> ProfileFit:
    assert form in ("default", "neuralpower")
    kept: Any = form
    return fit_profile("made", rows_of(cells), [SOURCE], {}, kept)


def _platform(fit: ProfileFit) -> Measured:
    data = json.loads(written(fit.json))
    return Measured("made", "made", "", profile_from_json(data))


def _sane(fit: ProfileFit, cells: Sequence[Cells]) -> list[float]:
    """Return the predictions of rows, all of which have to be above zero and finite."""
    platform = _platform(fit)
    found = [platform.answer(workload_of_row(row)).estimate() for row in rows_of(cells)]
    for estimate in found:
        assert 0 < estimate.time_s < math.inf
        assert estimate.power_w is None or 0 < estimate.power_w < math.inf
    return [estimate.time_s for estimate in found]


@pytest.mark.parametrize("rows", [20, 21, 40, 119])
@pytest.mark.parametrize("op", ["fc", "conv", "pool"])
def test_few_rows_are_fitted(op: str, rows: int) -> None:
    cells = made_rows(op, rows, power=False)
    fit = _fitted(cells)
    (kind,) = fit.kinds
    assert kind.json["rows"] == rows
    assert kind.json["power_w"] is None
    others = made_rows(op, 40, seed=9, power=False)
    found = _sane(fit, others)
    errors = sorted(abs(a / timed_s(b) - 1) for a, b in zip(found, others, strict=True))
    assert errors[20] < 0.25


def test_rows_of_training_make_a_profile_that_says_so() -> None:
    cells = made_rows("fc", 30, power=False)
    for direction, of_training in (("training", True), ("forward", False), ("", False)):
        fit = _fitted([row | {"direction": direction} for row in cells])
        assert ("direction" in fit.json) is of_training
        assert _platform(fit).profile.of_training is of_training
    mixed = [
        cells[0] | {"direction": "forward"},
        *(row | {"direction": "training"} for row in cells),
    ]
    with pytest.raises(JoulegraphError) as caught:
        _fitted(mixed)
    assert caught.value.code == "rows-mixed"


@pytest.mark.parametrize("rows", [0, 1, 19])
def test_too_few_rows_are_one_clear_error(rows: int) -> None:
    with pytest.raises(JoulegraphError) as error:
        fit_profile("made", rows_of(made_rows("fc", rows)) if rows else [], [SOURCE], {})
    assert error.value.code == "rows-few"
    assert f"got {rows}" in error.value.message
    assert "20 rows" in error.value.message


def test_a_kind_with_too_few_rows_is_told_and_left_to_the_rest() -> None:
    fit = _fitted([*made_rows("fc", 30), *made_rows("pool", 7)])
    assert [kind.samples.kind for kind in fit.kinds] == ["dense"]
    assert any("7 rows of pool" in text for text in fit.left_out)
    platform = _platform(fit)
    (row,) = rows_of(made_rows("pool", 1))
    estimate = platform.answer(workload_of_row(row)).estimate()
    assert estimate.time_s > 0
    assert estimate.time_origin == "modelled"


def test_rows_that_are_all_equal_give_their_own_time() -> None:
    (one,) = made_rows("fc", 1)
    cells = [one | {"runtime_ms": "2.5", "power_w": "30"} for _ in range(30)]
    fit = _fitted(cells)
    assert _sane(fit, cells[:1]) == pytest.approx([2.5e-3], rel=1e-4)


def test_rows_that_are_there_twice_change_little() -> None:
    cells = made_rows("fc", 60)
    once, twice = _sane(_fitted(cells), cells), _sane(_fitted([*cells, *cells]), cells)
    assert sorted(abs(a / b - 1) for a, b in zip(once, twice, strict=True))[30] < 0.1


@pytest.mark.parametrize("factor", [10, 1e3, 1e9])
def test_a_runtime_that_is_far_too_long_does_not_spoil_the_rest(factor: float) -> None:
    cells = made_rows("fc", 100, power=False)
    cells[17]["runtime_ms"] = repr(float(cells[17]["runtime_ms"]) * factor)
    found = _sane(_fitted(cells), cells)
    errors = sorted(abs(a / timed_s(b) - 1) for a, b in zip(found, cells, strict=True))
    assert errors[50] < 0.05


def test_powers_that_are_missing_are_left_out_of_the_power_alone() -> None:
    cells = made_rows("fc", 60)
    for row in cells[::2]:
        row["power_w"] = row["energy_mj"] = ""
    fit = _fitted(cells)
    (kind,) = fit.kinds
    assert kind.power is not None
    assert len(kind.power.measured) == 30
    assert len(kind.time.measured) == 60


def test_with_too_few_powers_there_is_none() -> None:
    cells = made_rows("fc", 60)
    for row in cells[19:]:
        row["power_w"] = row["energy_mj"] = ""
    (kind,) = _fitted(cells).kinds
    assert kind.power is None
    assert kind.json["power_w"] is None


def test_each_precision_has_a_model_of_its_own() -> None:
    half = [
        row | {"dtype": "fp16", "runtime_ms": repr(float(row["runtime_ms"]) / 2)}
        for row in made_rows("fc", 40, seed=2)
    ]
    fit = _fitted([*made_rows("fc", 40), *half])
    assert len(fit.json["models"]) == 2
    assert len({model["dtype"] for model in fit.json["models"]}) == 2
    (row,) = made_rows("fc", 1, seed=4)
    full_s, half_s = _sane(fit, [row, row | {"dtype": "fp16"}])
    assert half_s == pytest.approx(full_s / 2, rel=0.4)
    assert half_s < full_s


def test_an_unknown_precision_is_left_out_with_its_line() -> None:
    cells = made_rows("fc", 31)
    cells[30]["dtype"] = "posit8"
    fit = _fitted(cells)
    assert fit.json["models"][0]["rows"] == 30
    assert any("Line 32" in text and "posit8" in text for text in fit.left_out)


def test_unknown_ops_and_networks_are_not_fitted_to() -> None:
    cells = made_rows("fc", 30)
    more = [
        {"op": "sorting", "batch": "3", "runtime_ms": "5"},
        {"op": "network", "batch": "1", "runtime_ms": "5", "network": "no such network"},
        {"op": "network", "batch": "1", "runtime_ms": "5", "network": "../../etc/passwd"},
    ]
    fit = _fitted([*cells, *more])
    assert [model["kind"] for model in fit.json["models"]] == ["dense"]
    assert fit.json["networks"] == []
    assert sum("network" in text for text in fit.left_out) == 2
    assert fit.json["models"] == _fitted([row | {"network": ""} for row in cells]).json["models"]


def test_a_network_of_ours_is_predicted_and_not_fitted_to() -> None:
    cells = [*made_rows("fc", 30), *made_rows("conv", 60), *made_rows("pool", 30)]
    row = {"op": "network", "batch": "2", "runtime_ms": "5", "network": "lenet5"}
    fit = _fitted([*cells, row])
    (check,) = fit.json["networks"]
    assert (check["network"], check["batch"], check["measured_s"]) == ("lenet5", 2, 0.005)
    assert check["predicted_s"] > 0
    assert check["error"] == pytest.approx(check["predicted_s"] / 0.005 - 1, rel=1e-3)
    assert fit.json["correlation"] is None
    plain = _fitted([row | {"network": ""} for row in cells])
    assert plain.json["models"] == fit.json["models"]


def test_rows_of_convolutions_without_a_padding_are_left_out() -> None:
    cells = made_rows("conv", 45, power=False)
    for row in cells[:5]:
        row["pad"] = ""
    fit = _fitted(cells)
    assert fit.json["models"][0]["rows"] == 40
    assert sum("padding" in text for text in fit.left_out) == 5


def test_pools_without_a_padding_have_none() -> None:
    cells = [row | {"pad": ""} for row in made_rows("pool", 30, power=False)]
    assert _fitted(cells).json["models"][0]["rows"] == 30


@pytest.mark.parametrize("form", ["default", "neuralpower"])
def test_both_forms_are_profiles_that_are_read(form: str) -> None:
    fit = _fitted(made_rows("fc", 60), form)
    assert fit.json["form"] == form
    assert _platform(fit).profile.form == form


def test_a_profile_is_written_and_read_to_the_same() -> None:
    fit = _fitted([*made_rows("fc", 30), *made_rows("pool", 30)])
    text = written(fit.json)
    assert json.loads(text) == json.loads(json.dumps(fit.json))
    assert written(json.loads(text)) == text
    assert max(len(line) for line in text.splitlines()) <= 400


def test_the_same_rows_give_the_same_bytes_whatever_the_process(tmp_path: Path, root: Path) -> None:
    cells = [*made_rows("fc", 60), *made_rows("pool", 50)]
    table = tmp_path / "made.csv"
    table.write_text(table_of(cells), encoding="utf-8")
    texts = []
    for seed, threads in (("1", "1"), ("77", "2")):
        output = tmp_path / f"{seed}.json"
        given = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), threads)
        given["PYTHONHASHSEED"] = seed
        asked = ["fit", str(table), "--id", "made", "--output", str(output)]
        done = subprocess.run(
            [sys.executable, "-m", "py.measure", *asked],
            cwd=root,
            env=os.environ | given,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        texts.append(output.read_bytes())
    assert texts[0] == texts[1]
