"""Which meters work, how finely they count, and what is opened of them."""

from pathlib import Path
from typing import Any

import pytest

from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.probe import choose, find_candidates, find_meters, open_meters
from py.measure.meters.report import MeterReport, MeterUnavailableError
from py.measure.meters.steps import watch_steps
from tests.measure.meters.fake_clock import FakeClock
from tests.measure.meters.fake_sys import GUEST, FakeSys
from tests.measure.meters.power_trace import level


def _no_nvml() -> Nvml:
    raise MeterUnavailableError("no driver")


def _no_zeus(name: str) -> Any:
    raise ImportError(name)


def _find(tree: FakeSys, clock: FakeClock) -> dict[str, MeterReport]:
    found = find_meters(tree.root, clock, tree.read, _no_nvml, _no_zeus, limit_s=0.4)
    return {report.name: report for report in found}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tree(tmp_path: Path, clock: FakeClock) -> FakeSys:
    """Two packages at 50 W each, with memory at 5 W that steps every 20 ms."""
    tree = FakeSys(tmp_path)
    tree.two_packages()
    for package in (0, 1):
        clock.watchers.append(tree.play(f"intel-rapl:{package}", level(50), clock.now_s()))
        clock.watchers.append(
            tree.play(f"intel-rapl:{package}:1", level(5), clock.now_s(), update_s=0.02)
        )
    clock.sleep_s(0)
    return tree


def test_resolution_and_update_period_as_measured(tree: FakeSys, clock: FakeClock) -> None:
    found = _find(tree, clock)
    package, dram = found["rapl-package"], found["rapl-dram"]
    assert package.works
    assert package.update_period_s == pytest.approx(0.001, rel=0.25)
    # Microjoules, though a step of theirs is 50 mJ and more.
    assert package.resolution_j is not None
    assert 1e-6 <= package.resolution_j < 1e-3
    assert dram.update_period_s == pytest.approx(0.02, rel=0.02)
    assert dram.resolution_j is not None
    assert 1e-6 <= dram.resolution_j <= 0.2001
    assert package.facts.update_period_s == package.update_period_s


def test_a_counter_that_stands_still_does_not_work(tree: FakeSys, clock: FakeClock) -> None:
    core = _find(tree, clock)["rapl-core"]
    assert not core.works
    assert core.reason == "its counter stood still for 0.4 s, so it counts nothing"
    assert core.resolution_j is None


def test_each_meter_that_could_exist_is_reported_with_its_reason(tmp_path: Path) -> None:
    found = _find(FakeSys(tmp_path, GUEST), FakeClock())
    assert set(found) == {
        "nvml-energy",
        "nvml-power",
        "rapl-package",
        "rapl-core",
        "rapl-dram",
        "zeus-amd-energy",
        "zeus-apple",
        "zeus-jetson",
    }
    for report in found.values():
        assert not report.works
        assert report.reason
        told = report.as_json()
        assert told["resolution_j"] is None
        assert told["update_period_s"] is None


def test_permission_denied_is_reported_with_the_command(tree: FakeSys, clock: FakeClock) -> None:
    tree.refuse("intel-rapl:0")
    found = _find(tree, clock)
    assert "CVE-2020-8694" in found["rapl-package"].reason
    assert found["rapl-package"].remedy.startswith("sudo chmod o+r ")
    assert found["rapl-dram"].works


def test_a_zone_that_goes_away_while_it_is_watched(tree: FakeSys, clock: FakeClock) -> None:
    def vanish(now_s: float) -> None:
        if now_s > 100.005:
            tree.refuse("intel-rapl:1", 19)

    clock.watchers.append(vanish)
    assert "No such device" in _find(tree, clock)["rapl-package"].reason


def test_opening_by_name_domain_and_default(tree: FakeSys, clock: FakeClock) -> None:
    offered = find_candidates(tree.root, clock, tree.read, _no_nvml, _no_zeus)
    reports = tuple(_find(tree, clock).values())

    def opened(**wanted: Any) -> list[str]:
        meters = open_meters(offered, reports, **wanted)
        for meter in meters:
            assert meter.facts.update_period_s is not None
            meter.close()
        return [meter.facts.name for meter in meters]

    assert opened() == ["rapl-package", "rapl-dram"]
    assert opened(domains=["dram"]) == ["rapl-dram"]
    assert opened(names=["rapl-package"]) == ["rapl-package"]
    assert opened(domains=["gpu"]) == []
    with pytest.raises(MeterUnavailableError, match="rapl-core: its counter stood still"):
        opened(names=["rapl-core"])
    with pytest.raises(MeterUnavailableError, match="no meter 'rapl-gpu'"):
        opened(names=["rapl-gpu"])


def test_a_meter_that_no_longer_opens_closes_the_others(tree: FakeSys, clock: FakeClock) -> None:
    offered = find_candidates(tree.root, clock, tree.read, _no_nvml, _no_zeus)
    reports = tuple(_find(tree, clock).values())
    tree.refuse("intel-rapl:1:1")
    with pytest.raises(MeterError, match="lets only root read"):
        open_meters(offered, reports)


def test_of_one_gpu_the_counter_goes_before_sampled_power() -> None:
    reports = [
        MeterReport("nvml-energy:0", "gpu", "counter", True, "", 0),
        MeterReport("nvml-power:0", "gpu", "power", True, "", 0),
        MeterReport("nvml-energy:1", "gpu", "counter", False, "", 1, reason="no"),
        MeterReport("nvml-power:1", "gpu", "power", True, "", 1),
        MeterReport("rapl-package", "package", "counter", True, ""),
    ]
    names = [report.name for report in choose(reports)]
    assert names == ["nvml-energy:0", "nvml-power:1", "rapl-package"]
    assert [r.name for r in choose(reports, device=1)] == ["nvml-power:1", "rapl-package"]
    assert [r.name for r in choose(reports, names=["nvml-power:0"])] == ["nvml-power:0"]


def test_a_report_has_a_reason_if_and_only_if_it_does_not_work() -> None:
    with pytest.raises(ValueError, match="reason if and only if"):
        MeterReport("a", "gpu", "counter", False, "")
    with pytest.raises(ValueError, match="reason if and only if"):
        MeterReport("a", "gpu", "counter", True, "", reason="but")


def test_the_unit_of_a_counter_is_what_all_its_steps_have_in_common() -> None:
    """20 W in steps of 100 ms are 2 J each and a bit: it counts millijoules all the same."""
    clock = FakeClock()
    totals = [0.0, 2.0, 4.003, 6.001, 8.0]

    def energy_j() -> float:
        return 1e4 + totals[min(4, int((clock.now_s() - 100) / 0.1 + 1e-9))]

    seen = watch_steps({"gpu": energy_j}, clock, changes=4, limit_s=1)["gpu"]
    assert seen.unit == pytest.approx(0.001)


def test_watching_ends_at_the_limit_and_counts_what_was_seen() -> None:
    clock = FakeClock()
    seen = watch_steps(
        {"slow": lambda: int(clock.now_s()), "never": lambda: 7.0}, clock, changes=12, limit_s=3.5
    )
    assert seen["slow"].changes == 3
    assert seen["slow"].period_s == pytest.approx(1.0, abs=0.01)
    assert seen["slow"].unit == 1.0
    assert (seen["never"].changes, seen["never"].unit) == (0, None)
    assert clock.now_s() < 104
