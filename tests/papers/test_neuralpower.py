"""NeuralPower's tables by its own equations, and those equations on networks of ours."""

import json
import math
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.breakdown import LayerResult, Options, Result
from py.breakdown.precision import ALPHAS, Contender, compare_precision
from py.layers import Model, read_model
from py.measure.fit.neuralpower.degree import DEGREES
from py.platforms import Platform, load_platform
from py.platforms.timed import TimedEstimate, TimeTerm
from tests.papers import neuralpower
from tests.papers.neuralpower import (
    ENERGIES,
    NETWORKS,
    PALEO,
    POWERS,
    PRECISIONS,
    RUNTIME_RMSPE,
    SWAPPED,
    TIMES,
    put_right,
    ratio_mj,
    rmspe_of,
)

MODELS = Path(__file__).resolve().parents[2] / "public" / "models"


def test_every_line_is_within_what_its_reason_allows() -> None:
    found = list(neuralpower.lines())
    assert len(found) == 15 + 7 + 12
    assert [line for line in found if line.state == "outside"] == []


def test_energy_is_power_times_time_to_the_printed_digits() -> None:
    """Equations (5) and (8): 14 of 15; VGG-16's predicted energy is off by 0.03 %."""
    exact = [line for line in neuralpower.products() if not line.tolerance]
    assert len(exact) == 14
    (slip,) = [line for line in neuralpower.products() if line.tolerance]
    assert slip.figure == "VGG-16 predicted"
    assert abs(slip.got - slip.expected) > 5 * slip.margin
    assert slip.off == pytest.approx(0.000309, abs=1e-6)


def test_two_energies_are_swapped_in_the_table() -> None:
    """As printed neither is power times time; swapped both are."""
    printed = ENERGIES[SWAPPED]
    power, time = POWERS[SWAPPED], TIMES[SWAPPED]
    for column in ("predicted", "layers"):
        product = getattr(power, column) * getattr(time, column) / 1e3
        assert getattr(printed, column) != pytest.approx(product, rel=0.05)
        assert getattr(put_right(SWAPPED), column) == pytest.approx(product, rel=2e-4)
    # The printed errors of the networks' energies were worked out with them swapped.
    right = rmspe_of({network: put_right(network) for network in NETWORKS})
    assert rmspe_of(ENERGIES) == pytest.approx(0.0279, abs=5e-5)
    assert right == pytest.approx(0.0488, abs=5e-5)


def test_the_accuracy_of_runtime_is_what_the_digits_leave_open() -> None:
    """From the digits printed it is 88.23; from unrounded times it may be the printed 88.24."""

    def bound(sign: float) -> float:
        squares = []
        for row in TIMES.values():
            guess, truth = row.predicted, row.actual
            shift = sign * 0.005 * math.copysign(1, guess - truth)
            squares.append(((guess + shift) / (truth - shift) - 1) ** 2)
        return 100 * (1 - math.sqrt(math.fsum(squares) / len(squares)))

    least, most = bound(1), bound(-1)
    assert 100 * (1 - rmspe_of(TIMES)) == pytest.approx(88.2326, abs=1e-4)
    assert least < 88.235 <= most


def test_what_the_text_says_of_the_tables() -> None:
    off = {network: row.predicted / row.actual - 1 for network, row in TIMES.items()}
    assert max(abs(error) for error in off.values()) < 0.24
    for (
        network,
        row,
    ) in TIMES.items():  # "our model always outperforms Paleo", save where it doesn't
        better = abs(off[network]) < abs(PALEO[network] / row.actual - 1)
        assert better == (network != "NIN")
    power = {network: row.predicted / row.actual - 1 for network, row in POWERS.items()}
    assert power["AlexNet"] == pytest.approx(-0.1047, abs=5e-5)
    assert power["NIN"] == pytest.approx(-0.2048, abs=5e-5)
    # "we underestimate the runtime in both cases": the table has both over.
    assert off["AlexNet"] > 0.1
    assert off["NIN"] > 0.2


def test_table_7_to_its_printed_digits() -> None:
    """12 of 12 from the actual energies of table 6 over the batch.

    From the energies that table 7 prints itself, rounded to 0.1 mJ, 5, and a sixth (NIN at alpha 3,
    0.73852 for 0.738) all but.
    """
    exact, rounded, nearly = 0, 0, 0
    for network, row in PRECISIONS.items():
        energy_j = ENERGIES[network].actual / row.batch
        assert f"{energy_j * 1e3:.1f}" == f"{row.epi_mj:.1f}"
        for alpha, told in zip(ALPHAS, row.ratios_mj, strict=True):
            exact += f"{ratio_mj(row.error, energy_j, alpha):.3f}" == f"{told:.3f}"
            from_printed = ratio_mj(row.error, row.epi_mj / 1e3, alpha)
            rounded += f"{from_printed:.3f}" == f"{told:.3f}"
            nearly += abs(from_printed - told) < 0.00055
    assert (exact, rounded, nearly) == (12, 5, 6)


def test_table_7_is_not_of_predicted_energies_as_its_text_says() -> None:
    for network, row in PRECISIONS.items():
        predicted_mj = ENERGIES[network].predicted / row.batch * 1e3
        assert f"{predicted_mj:.1f}" != f"{row.epi_mj:.1f}"


def test_alexnet_is_chosen_until_precision_weighs_most() -> None:
    found = compare_precision(
        [
            Contender(network, row.error, ENERGIES[network].actual / row.batch)
            for network, row in PRECISIONS.items()
        ]
    )
    assert [found.best(alpha) for alpha in ALPHAS] == [("AlexNet",)] * 3 + [("VGG-16",)]


def test_the_copied_numbers_are_those_of_the_reference(shared: Path) -> None:
    reference = json.loads((shared / "references" / "neuralpower_tables.json").read_text())
    for network in NETWORKS:
        times = [PALEO[network], *TIMES[network]]
        assert reference["table4_runtime_ms"][network] == times
        assert reference["table5_power_w"][network] == list(POWERS[network])
        assert reference["table6_energy_j"][network] == list(ENERGIES[network])
    for network, row in PRECISIONS.items():
        told = [round(100 * row.error, 1), row.epi_mj, *row.ratios_mj]
        assert reference["table7_epr"][network] == told
    for op, pair in RUNTIME_RMSPE.items():
        layer = reference["table2_runtime"][op]
        assert (layer["rmspe_pct"], layer["paleo_rmspe_pct"]) == pair
        assert layer["degree"] in DEGREES
    assert reference["network_accuracy_pct"] == {"runtime": 88.24, "power": 88.34, "energy": 97.21}


# Equations (3), (4) and (5) on networks of ours. (6), (7) and (8) are the same three of measured
# layers in place of predicted ones: what goes into the sums below is drawn, and may be either.

SECONDS = st.floats(1e-7, 10)
WATTS = st.floats(0.1, 1000)


@cache
def network(name: str) -> Model:
    with (MODELS / f"{name}.onnx").open("rb") as file:
        return read_model(file, f"{name}.onnx")


@cache
def device() -> Platform:
    return load_platform("gtx-titan-x")


def told(name: str, layers: list[tuple[float, float | None]]) -> Result:
    """Return the result of a network whose layers take these times and powers."""
    model = network(name)
    rows = tuple(
        LayerResult(
            layer,
            TimedEstimate(
                (TimeTerm("drawn", "other", time_s, "drawn"),),
                "measured",
                power_w,
                None if power_w is None else "measured",
            ),
        )
        for layer, (time_s, power_w) in zip(model.layers, layers, strict=True)
    )
    return Result(model, device(), Options().as_json(1), rows, (), ())


@st.composite
def drawn(draw: st.DrawFn) -> tuple[str, list[tuple[float, float]]]:
    name = draw(st.sampled_from(["alexnet", "nin", "cifar10_6conv", "lenet5"]))
    count = len(network(name).layers)
    pairs = st.lists(st.tuples(SECONDS, WATTS), min_size=count, max_size=count)
    return name, draw(pairs)


@given(drawn())
def test_totals_are_those_of_the_equations(given_: tuple[str, list[tuple[float, float]]]) -> None:
    name, layers = given_
    totals = told(name, list(layers)).as_json()["totals"]
    times, powers = zip(*layers, strict=True)
    weighted = math.fsum(power * time for time, power in layers)
    assert totals["time_s"] == pytest.approx(math.fsum(times), rel=1e-12)  # (3), (6)
    assert totals["power_w"] == pytest.approx(weighted / math.fsum(times), rel=1e-12)  # (4), (7)
    assert totals["energy_j"] == pytest.approx(weighted, rel=1e-12)  # (5), (8)
    # (5): both its forms.
    assert totals["energy_j"] == pytest.approx(totals["time_s"] * totals["power_w"], rel=1e-12)
    assert min(powers) * (1 - 1e-12) <= totals["power_w"] <= max(powers) * (1 + 1e-12)
    assert totals["time_s"] >= max(times)


@given(drawn(), st.randoms(use_true_random=False))
def test_the_order_of_layers_changes_no_digit(
    given_: tuple[str, list[tuple[float, float]]], generator: Random
) -> None:
    name, layers = given_
    shuffled = list(layers)
    generator.shuffle(shuffled)
    first, second = (told(name, list(some)) for some in (layers, shuffled))
    for quantity in ("time_s", "power_w", "energy_j"):
        assert getattr(first, quantity) == getattr(second, quantity)


@given(drawn(), st.floats(1.0, 100.0))
def test_longer_layers_take_energy_and_not_power(
    given_: tuple[str, list[tuple[float, float]]], factor: float
) -> None:
    name, layers = given_
    plain = told(name, list(layers))
    slower = told(name, [(time * factor, power) for time, power in layers])
    assert slower.power_w == pytest.approx(plain.power_w)
    assert slower.energy_j == pytest.approx(factor * (plain.energy_j or 0))


@given(drawn())
def test_each_layer_adds(given_: tuple[str, list[tuple[float, float]]]) -> None:
    """Time and energy grow layer by layer, and a layer's energy is its share of the total."""
    name, layers = given_
    result = told(name, list(layers))
    energies = [row.estimate.energy_j or 0.0 for row in result.rows]
    sums = [math.fsum(energies[:count]) for count in range(len(energies) + 1)]
    assert all(later > earlier for earlier, later in pairwise(sums))
    assert sums[-1] == result.energy_j


@given(drawn(), st.data())
def test_one_unknown_power_leaves_the_time_known(
    given_: tuple[str, list[tuple[float, float]]], data: st.DataObject
) -> None:
    name, layers = given_
    place = data.draw(st.integers(0, len(layers) - 1))
    some: list[tuple[float, float | None]] = list(layers)
    some[place] = (layers[place][0], None)
    totals = told(name, some).totals()
    assert totals["energy_j"] is None
    assert totals["power_w"] is None
    assert totals["time_s"] == pytest.approx(math.fsum(time for time, _ in layers))
