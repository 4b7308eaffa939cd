"""Whole networks, predicted from layers alone."""

import math

import pytest

from py.errors import JoulegraphError
from py.measure.fit.profile_fit import Source, fit_profile
from py.measure.table.condition import condition_of
from py.measure.table.rows import read_rows
from py.platforms.load import platform_from_json, read_platform_file
from py.platforms.measured.engine import Measured
from tests.networks.measured import (
    TABLE,
    Predicted,
    calibrated_by,
    cases,
    model_of,
    not_used,
    predict,
    profiles,
)
from tests.networks.table import each_row, text

DEVICES = ("cpu:broadwell-ep", "cpu:raptorlake", "gpu:Tesla V100")


@pytest.fixture(scope="module")
def platforms() -> dict[str, Measured]:
    if not TABLE.is_file():
        pytest.skip("no folder ../shared with measured networks here")
    return dict(profiles())


@pytest.fixture(scope="module")
def found(platforms: dict[str, Measured]) -> list[Predicted]:
    return [predict(case, platforms[case.device]) for case in cases()]


def test_profiles_of_all_three_devices_ship(platforms: dict[str, Measured]) -> None:
    assert sorted(platforms) == sorted(DEVICES)


def test_no_network_had_a_part_in_a_fit(platforms: dict[str, Measured]) -> None:
    """As many rows as the tables of layers have; a correlation would be of networks."""
    for device, platform in platforms.items():
        not_used(platform)
        source = platform.profile.about["rows"][0]
        where = [condition_of(f"device={device}")]
        table = read_rows([TABLE.with_name(source["file"])], where)
        assert not table.networks
        assert platform.profile.about["fit"]["rows"] == len(table.layers)


def test_a_correlation_of_networks_is_refused(platforms: dict[str, Measured]) -> None:
    data = read_platform_file(platforms[DEVICES[1]].id)
    changed = platform_from_json(data | {"correlation": 0.5})
    assert isinstance(changed, Measured)
    with pytest.raises(JoulegraphError, match="fitted to networks"):
        not_used(changed)


def test_rows_of_networks_change_no_coefficient() -> None:
    """Sixty poolings, alone and with all networks of their device."""
    if not TABLE.is_file():
        pytest.skip("no folder ../shared with measured networks here")
    where = [condition_of("device=cpu:raptorlake")]
    poolings = [
        row
        for row in read_rows([TABLE.with_name("cpu_layers_willowec.csv")], where).layers
        if row.op == "pool"
    ][:60]
    networks = read_rows([TABLE], where).networks
    assert len(networks) == 30
    source = Source("cpu_layers_willowec.csv", 64 * "0", ("device=cpu:raptorlake",))
    alone = fit_profile("alone", poolings, [source], {}).json
    both = fit_profile("alone", [*poolings, *networks], [source], {}).json
    for name in ("models", "otherwise", "correlation", "fit"):
        assert both[name] == alone[name], name


def test_every_row_is_listed_with_its_error(found: list[Predicted]) -> None:
    rows = read_rows([TABLE]).rows
    assert sum(len(one.case.rows) for one in found) == len(rows)
    lines = each_row(found).splitlines()[2:]
    assert len(lines) == len(rows)
    assert all(line.count("%") >= 1 for line in lines)


def test_every_layer_is_priced_and_sane(found: list[Predicted]) -> None:
    for one in found:
        assert one.result.not_modelled == (), one.case
        for row in one.result.rows:
            time = row.estimate.time_s
            assert time is not None
            assert 0 < time < math.inf or row.layer.in_place
        ends = one.ends_s
        assert ends is not None
        assert 0 < ends[0] <= ends[1]


def test_times_are_within_a_factor_of_two(found: list[Predicted]) -> None:
    """What is out of range by an order of magnitude in channels is still of the right order."""
    off = {f"{one.case.device} {one.case.network} {one.case.batch}": one.error for one in found}
    assert {name: error for name, error in off.items() if not -0.5 < error < 1.0} == {}


def test_larger_batches_take_longer(found: list[Predicted]) -> None:
    vgg = [one for one in found if one.case.network == "vgg16"]
    times = [one.time_s for one in sorted(vgg, key=lambda one: one.case.batch)]
    assert len(times) == 7
    assert times == sorted(set(times))


def test_one_network_calibrates_itself_exactly(
    found: list[Predicted], platforms: dict[str, Measured]
) -> None:
    for one in found:
        again = predict(one.case, calibrated_by(platforms[one.case.device], one))
        assert again.time_s == pytest.approx(one.measured_s, rel=1e-11)
        if one.energy_error is not None:
            assert again.result.energy_j == pytest.approx(one.measured_j, rel=1e-11)


def test_a_calibration_is_told(found: list[Predicted], platforms: dict[str, Measured]) -> None:
    known = found[0]
    again = predict(known.case, calibrated_by(platforms[known.case.device], known))
    assert "platform-calibrated" in [note.code for note in again.result.notes]


def test_the_tables_name_each_device(platforms: dict[str, Measured]) -> None:
    written = text(platforms)
    for device in DEVICES:
        assert f"{device}, calibrated by one network" in written
    assert "Without a profile" not in written
    assert "Without a profile: gpu:Tesla V100." in text(
        {name: one for name, one in platforms.items() if name != DEVICES[2]}
    )


def test_models_are_those_that_were_measured() -> None:
    assert model_of("alexnet", 2, 64).layers[-1].ofmap_elements == 2 * 10
    assert model_of("vgg16", 2, 224).layers[-1].ofmap_elements == 2 * 1000
