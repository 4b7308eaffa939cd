"""Machines that nobody has seen: fitted to a sample of shapes, tested on real networks."""

import math
import statistics
from dataclasses import dataclass

import pytest

from py.measure.fit.profile_fit import ProfileFit
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.engine import Measured
from tests.measure.stranger.compared import (
    Predicted,
    fitted,
    median_error,
    platform_of,
    predicted,
    sums,
)
from tests.measure.stranger.machines import CPU, GPU, Machine, measured
from tests.measure.stranger.networks import BATCHES, conv, names, network, pool
from tests.measure.stranger.sample import sample

ROWS = 500
MOST_MEDIAN = 0.15
MOST_MEDIAN_OF_A_KIND = 0.25
MOST_OF_A_SUM = 0.20


@dataclass(frozen=True)
class Fitted:
    """A made-up machine with the profile of it, and its networks' layers as predicted."""

    machine: Machine
    fit: ProfileFit
    platform: Measured
    layers: tuple[Predicted, ...]


@pytest.fixture(scope="module", params=[CPU, GPU], ids=lambda machine: machine.name)
def found(request: pytest.FixtureRequest) -> Fitted:
    fit = fitted(request.param, ROWS)
    platform = platform_of(fit)
    return Fitted(request.param, fit, platform, predicted(request.param, platform))


def test_layers_are_known_networks() -> None:
    """MACs of one image, as the papers of the networks have them."""
    known = {"resnet50": 4.1e9, "mobilenet_v2": 0.3e9, "vgg16": 15.5e9, "resnext50": 4.2e9}
    for name in names():
        macs = math.fsum(workload_of_row(row).macs for row in network(name, 1))
        assert macs == pytest.approx(known[name], rel=0.03)


@pytest.mark.parametrize("machine", [CPU, GPU], ids=lambda machine: machine.name)
def test_made_up_times_are_noisy_by_a_twentieth_and_grow(machine: Machine) -> None:
    rows = sample(machine, 200)
    plain = [measured(machine, row, None) for row in rows]
    off = [
        math.log(row.runtime_s / other.runtime_s)
        for row, other in zip(rows, plain, strict=True)
        if row.runtime_s and other.runtime_s
    ]
    assert 0.04 < statistics.pstdev(off) < 0.06
    for cin in (3, 64, 100):
        times = [
            machine.seconds(workload_of_row(conv(batch, cin, 56, 128, 3))) for batch in BATCHES
        ]
        assert times == sorted(times)


def test_layers_of_networks_are_predicted(found: Fitted) -> None:
    assert median_error(found.layers) < MOST_MEDIAN
    by_kind: dict[str, list[Predicted]] = {}
    for layer in found.layers:
        by_kind.setdefault(workload_of_row(layer.row).kind, []).append(layer)
    assert set(by_kind) == {"conv", "depthwise", "grouped", "dense", "pool"}
    for kind, layers in by_kind.items():
        assert median_error(layers) < MOST_MEDIAN_OF_A_KIND, kind


def test_networks_are_predicted(found: Fitted) -> None:
    errors = sums(found.layers)
    assert len(errors) == len(names()) * len(BATCHES)
    for (name, batch), error in errors.items():
        assert abs(error) < MOST_OF_A_SUM, f"{name}, batch {batch}"


def test_nothing_takes_no_time_or_power(found: Fitted) -> None:
    for layer in found.layers:
        assert 0 < layer.estimate.time_s < math.inf
        assert layer.estimate.power_w is not None
        assert 0 < layer.estimate.power_w < math.inf


def test_most_layers_lie_in_their_intervals(found: Fitted) -> None:
    inside = statistics.fmean(layer.covered for layer in found.layers)
    assert inside > 0.7


def test_cross_validation_says_how_good_it_is(found: Fitted) -> None:
    for kind in found.fit.kinds:
        covered = kind.time.coverage
        assert covered is not None
        rows = len(kind.samples.works)
        assert abs(covered - 0.8) < 0.04 + 1.7 * math.sqrt(0.16 / rows), kind.samples.kind
        assert (kind.time.predicted > 0).all()


def test_times_and_energies_grow_with_the_batch_and_the_image(found: Fitted) -> None:
    batches = [2**power for power in range(9)]
    sides = [32, 48, 64, 100, 224, 225, 400, 512, 777, 1024]
    for make in (
        [conv(batch, 64, 56, 128, 3) for batch in batches],
        [conv(8, 3, side, 64, 7, 2) for side in sides],
        [conv(4, 96, side, 96, 3, groups=96) for side in sides],
        [conv(batch, 512, 14, 512, 3, groups=32) for batch in batches],
        [pool(batch, 64, 112, 3, 2, 1) for batch in batches],
        [pool(1, 64, side, 2, 2) for side in sides],
    ):
        estimates = [found.platform.answer(workload_of_row(row)).estimate() for row in make]
        times = [one.time_s for one in estimates]
        assert times == sorted(times), make[0]
        energies = [one.time_s * one.power_w for one in estimates if one.power_w is not None]
        assert len(energies) == len(times)
        assert energies == sorted(energies), make[0]
