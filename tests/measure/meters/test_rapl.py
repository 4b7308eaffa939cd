"""RAPL meters over a fake /sys: sums over packages, wraps, and everything that can go wrong."""

import errno
from pathlib import Path

import pytest

from py.measure.meters.candidate import Candidate
from py.measure.meters.meter import Meter, MeterError, MeterFacts
from py.measure.meters.powercap import find_zones
from py.measure.meters.rapl import RaplMeter, candidates
from py.measure.meters.rapl_access import why_no_zones
from py.measure.meters.report import MeterUnavailableError
from py.measure.meters.sys_files import read_text
from tests.measure.meters.fake_clock import FakeClock
from tests.measure.meters.fake_sys import AMD, GUEST, RANGE_UJ, FakeSys


@pytest.fixture
def sys_tree(tmp_path: Path) -> FakeSys:
    return FakeSys(tmp_path)


def _candidate(tree: FakeSys, name: str, clock: FakeClock | None = None) -> Candidate:
    found = candidates(tree.root, clock or FakeClock(), tree.read)
    return next(each for each in found if each.name == name)


def _open(tree: FakeSys, name: str, clock: FakeClock | None = None) -> Meter:
    candidate = _candidate(tree, name, clock)
    meter = candidate.open(candidate.facts)
    assert isinstance(meter, RaplMeter)
    return meter


def test_each_zone_counts_once_however_often_the_kernel_shows_it(sys_tree: FakeSys) -> None:
    sys_tree.two_packages()
    zones = find_zones(sys_tree.root, sys_tree.read)
    assert [(zone.id, zone.name) for zone in zones] == [
        ("intel-rapl:0", "package-0"),
        ("intel-rapl:0:0", "core"),
        ("intel-rapl:0:1", "dram"),
        ("intel-rapl:1", "package-1"),
        ("intel-rapl:1:0", "core"),
        ("intel-rapl:1:1", "dram"),
    ]


def test_zones_that_are_only_nested_or_only_flat_are_found(tmp_path: Path) -> None:
    for name, nested in (("nested", True), ("flat", False)):
        tree = FakeSys(tmp_path / name)
        tree.zone("intel-rapl:0", "package-0")
        tree.zone("intel-rapl:0:0", "dram")
        if nested:
            (tree.links / "intel-rapl:0:0").unlink()
        else:
            flat = tree.links / "intel-rapl:0:0"
            place = flat.resolve()
            flat.unlink()
            place.rename(flat)
        names = [zone.name for zone in find_zones(tree.root, tree.read)]
        assert names == ["package-0", "dram"]


def test_mmio_is_used_where_it_is_all_there_is(sys_tree: FakeSys) -> None:
    sys_tree.zone("intel-rapl-mmio:0", "package-0")
    assert [zone.id for zone in find_zones(sys_tree.root, sys_tree.read)] == ["intel-rapl-mmio:0"]


def test_ten_packages_stay_in_order_and_dies_are_packages(sys_tree: FakeSys) -> None:
    for package in range(11):
        sys_tree.zone(f"intel-rapl:{package}", f"package-{package}-die-0")
    zones = find_zones(sys_tree.root, sys_tree.read)
    assert [zone.id for zone in zones] == [f"intel-rapl:{package}" for package in range(11)]
    assert {zone.part for zone in zones} == {"package"}


def test_energy_is_the_sum_over_packages_and_says_of_which_zones(sys_tree: FakeSys) -> None:
    sys_tree.two_packages()
    clock = FakeClock()
    meter = _open(sys_tree, "rapl-package", clock)
    assert meter.energy_j() == 0
    clock.sleep_s(1)
    sys_tree.set("intel-rapl:0", 5_000_000 + 40_000_000)
    sys_tree.set("intel-rapl:1", 5_000_000 + 2_500_000)
    assert meter.energy_j() == pytest.approx(42.5, abs=1e-9)
    assert meter.power_w() is None
    meter.close()
    about = _candidate(sys_tree, "rapl-package").about
    assert "package-0 (intel-rapl:0), package-1 (intel-rapl:1)" in about
    assert "mmio" not in about


@pytest.mark.parametrize("range_uj", [RANGE_UJ, 65_532_610_987, 999_999_999])
def test_a_wrap_in_the_window_is_undone(sys_tree: FakeSys, range_uj: int) -> None:
    start_uj = range_uj - 3_000_000
    sys_tree.zone("intel-rapl:0", "package-0", start_uj, range_uj)
    clock = FakeClock()
    meter = _open(sys_tree, "rapl-package", clock)
    clock.sleep_s(0.1)
    sys_tree.set("intel-rapl:0", 4_000_000)
    assert meter.energy_j() == pytest.approx(7.0, abs=1e-6)
    meter.close()


def test_no_wrap_is_lost_at_the_poller_s_pace(sys_tree: FakeSys) -> None:
    """Ten thousand seconds at 400 W wrap 15 times; the meter polls as often as it says."""
    clock = FakeClock()
    sys_tree.zone("intel-rapl:0", "package-0", 7)
    meter = _open(sys_tree, "rapl-package", clock)
    assert isinstance(meter, RaplMeter)
    counted_uj = 7
    while clock.now_s() < 10_100:
        clock.sleep_s(meter.poll_period_s)
        counted_uj += int(400e6 * meter.poll_period_s)
        sys_tree.set("intel-rapl:0", counted_uj % RANGE_UJ)
        meter.poll()
    assert counted_uj / RANGE_UJ > 15
    assert meter.energy_j() == pytest.approx((counted_uj - 7) / 1e6, rel=1e-9)
    meter.close()


def test_not_being_read_for_too_long_is_an_error_and_no_guess(sys_tree: FakeSys) -> None:
    sys_tree.zone("intel-rapl:0", "package-0")
    clock = FakeClock()
    meter = _open(sys_tree, "rapl-package", clock)
    clock.sleep_s(1000)
    with pytest.raises(MeterError, match=r"not read for 1000\.0 s.*wrapped more than once"):
        meter.energy_j()
    meter.close()


@pytest.mark.parametrize("range_uj", [None, "", "0", "-1", "many", "1e9", 10**25, 3])
def test_without_a_range_it_counts_on_and_a_step_back_is_an_error(
    sys_tree: FakeSys, range_uj: int | str | None
) -> None:
    sys_tree.zone("intel-rapl:0", "package-0", 5_000_000, range_uj)
    clock = FakeClock()
    meter = _open(sys_tree, "rapl-package", clock)
    clock.sleep_s(1)
    sys_tree.set("intel-rapl:0", 6_000_000)
    assert meter.energy_j() == pytest.approx(1.0)
    sys_tree.set("intel-rapl:0", 1_000_000)
    with pytest.raises(MeterError, match=r"went back from 6\.000000 J to 1\.000000 J"):
        meter.energy_j()
    meter.close()


def test_a_range_too_small_to_be_followed_is_refused(sys_tree: FakeSys) -> None:
    sys_tree.zone("intel-rapl:0", "package-0", 5, 1_000_000)
    with pytest.raises(MeterUnavailableError, match="starts again after 1 J"):
        _open(sys_tree, "rapl-package")


def test_a_reset_is_not_taken_for_a_wrap(sys_tree: FakeSys) -> None:
    sys_tree.zone("intel-rapl:0", "package-0", 5_000_000)
    clock = FakeClock()
    meter = _open(sys_tree, "rapl-package", clock)
    clock.sleep_s(1)
    sys_tree.set("intel-rapl:0", 0)
    with pytest.raises(MeterError, match="it was reset"):
        meter.energy_j()
    meter.close()


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM])
def test_permission_denied_gives_the_reason_and_the_command(sys_tree: FakeSys, code: int) -> None:
    sys_tree.two_packages()
    sys_tree.refuse("intel-rapl:1", code)
    with pytest.raises(MeterUnavailableError) as caught:
        _open(sys_tree, "rapl-package")
    links = sys_tree.links
    assert "CVE-2020-8694" in caught.value.reason
    assert "package-1" in caught.value.reason
    now, _, lasting = caught.value.remedy.partition("\n")
    assert now == (f"sudo chmod o+r {links}/intel-rapl:0/energy_uj {links}/intel-rapl:1/energy_uj")
    assert "/etc/udev/rules.d/" in lasting
    assert _open(sys_tree, "rapl-dram").energy_j() == 0


def test_permission_withdrawn_in_a_window(sys_tree: FakeSys) -> None:
    sys_tree.two_packages()
    meter = _open(sys_tree, "rapl-package")
    sys_tree.refuse("intel-rapl:0")
    with pytest.raises(MeterError, match="lets only root read RAPL zone package-0"):
        meter.energy_j()
    meter.close()


def test_a_zone_that_disappears_ends_the_meter_even_if_it_comes_back(sys_tree: FakeSys) -> None:
    sys_tree.two_packages()
    clock = FakeClock()
    meter = _open(sys_tree, "rapl-package", clock)
    sys_tree.remove("intel-rapl:1")
    with pytest.raises(MeterError, match=r"package-1 .*No such file or directory"):
        meter.energy_j()
    sys_tree.set("intel-rapl:1", 0)
    with pytest.raises(MeterError, match=r"failed before: .*No such file"):
        meter.energy_j()
    meter.close()
    again = _open(sys_tree, "rapl-package", clock)
    assert again.energy_j() == 0
    again.close()


@pytest.mark.parametrize(
    "junk", ["", "12.5", "-3", "0x10", "1 2", "٣", "9" * 30, "\x00\x01", "nan", "x" * 100_000]
)
def test_junk_in_a_counter_is_one_clear_error(sys_tree: FakeSys, junk: str) -> None:
    sys_tree.zone("intel-rapl:0", "package-0")
    meter = _open(sys_tree, "rapl-package")
    sys_tree.set("intel-rapl:0", junk)
    with pytest.raises(MeterError, match="not a whole number of microjoules") as caught:
        meter.energy_j()
    assert len(str(caught.value)) < 400
    meter.close()


def test_other_errors_of_the_system(sys_tree: FakeSys) -> None:
    place = sys_tree.zone("intel-rapl:0", "package-0")
    sys_tree.refuse("intel-rapl:0", errno.ENODATA)
    with pytest.raises(MeterError, match="No data available"):
        _open(sys_tree, "rapl-package")
    sys_tree.allow()
    (place / "energy_uj").unlink()
    (place / "energy_uj").mkdir()
    with pytest.raises(MeterError, match="Is a directory"):
        _open(sys_tree, "rapl-package")


def test_parts_that_are_not_shown_are_said_to_be_missing(sys_tree: FakeSys) -> None:
    sys_tree.zone("intel-rapl:0", "package-0")
    sys_tree.zone("intel-rapl:0:0", "uncore")
    sys_tree.zone("intel-rapl:1", "psys")
    found = {each.name: each for each in candidates(sys_tree.root, FakeClock(), sys_tree.read)}
    assert set(found) == {"rapl-package", "rapl-uncore", "rapl-psys", "rapl-core", "rapl-dram"}
    assert found["rapl-psys"].domain == found["rapl-uncore"].domain == "other"
    with pytest.raises(MeterUnavailableError, match="no RAPL zone dram"):
        found["rapl-dram"].open(MeterFacts("rapl-dram", "dram", "counter"))


def test_on_amd_the_core_zone_is_one_core_and_no_meter(tmp_path: Path) -> None:
    tree = FakeSys(tmp_path, AMD)
    tree.zone("intel-rapl:0", "package-0", 0, 65_532_610_987)
    tree.zone("intel-rapl:0:0", "core", 0, 65_532_610_987)
    with pytest.raises(MeterUnavailableError, match="counts one core of each package"):
        _open(tree, "rapl-core")
    assert _open(tree, "rapl-package").energy_j() == 0


def test_why_there_is_no_zone(tmp_path: Path) -> None:
    guest = FakeSys(tmp_path / "guest", GUEST)
    assert "virtual machine" in why_no_zones(guest.root, guest.read, "linux")[0]
    metal = FakeSys(tmp_path / "metal")
    assert why_no_zones(metal.root, metal.read, "linux")[1] == "sudo modprobe intel_rapl_msr"
    arm = FakeSys(tmp_path / "arm", "CPU implementer\t: 0x41\n")
    assert "not known to have RAPL" in why_no_zones(arm.root, arm.read, "linux")[0]
    assert "darwin" in why_no_zones(metal.root, metal.read, "darwin")[0]
    masked = FakeSys(tmp_path / "masked")
    masked.two_packages()
    masked.devices.rename(tmp_path / "gone")
    reason, remedy = why_no_zones(masked.root, masked.read, "linux")
    assert "containers mask it" in reason
    assert "systempaths=unconfined" in remedy
    found = candidates(masked.root, FakeClock(), masked.read)
    assert [each.name for each in found] == ["rapl-package", "rapl-core", "rapl-dram"]


def test_reading_is_bounded_and_takes_any_bytes(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\xff" * 1_000_000)
    assert len(read_text(file)) == 65536


def test_the_poller_reads_by_itself_and_its_error_is_not_lost(sys_tree: FakeSys) -> None:
    """A small range makes the poller quick; it meets the error, and the meter tells of it."""
    sys_tree.zone("intel-rapl:0", "package-0", 0, 80_000_000)
    meter = _open(sys_tree, "rapl-package")
    assert isinstance(meter, RaplMeter)
    sys_tree.set("intel-rapl:0", "junk")
    poller = meter._poller
    poller._thread.join(30)
    assert not poller.running
    sys_tree.set("intel-rapl:0", 5)
    with pytest.raises(MeterError, match="failed before"):
        meter.energy_j()
    meter.close()
