"""Virtual machines, containers, battery, heat and load, each as its kernel shows it."""

from dataclasses import replace
from pathlib import Path

import pytest

from py.measure.machine.heat import read_heat, throttle_events
from py.measure.machine.load import Load, read_load
from py.measure.machine.meaning import inside
from py.measure.machine.supply import Supply, read_supply
from py.measure.machine.surroundings import UNKNOWN_MAKE, Surroundings, read_surroundings
from py.measure.machine.tree import Tree
from tests.measure.machine.made_machines import Answers, busy, host_of, write
from tests.measure.meters.fake_clock import FakeClock

DMI = "sys/class/dmi/id"
CLOCKSOURCE = "sys/devices/system/clocksource/clocksource0/available_clocksource"
Files = dict[str, str | int]


@pytest.mark.parametrize(
    ("files", "hypervisor", "expected"),
    [
        ({}, False, Surroundings(False)),
        ({}, None, Surroundings()),
        ({}, True, Surroundings(True, UNKNOWN_MAKE)),
        ({CLOCKSOURCE: "kvm-clock tsc"}, True, Surroundings(True, "KVM")),
        ({CLOCKSOURCE: "tsc hpet acpi_pm"}, False, Surroundings(False)),
        ({f"{DMI}/sys_vendor": "QEMU"}, True, Surroundings(True, "QEMU/KVM")),
        ({f"{DMI}/sys_vendor": "VMware, Inc."}, True, Surroundings(True, "VMware")),
        (
            {
                f"{DMI}/sys_vendor": "Microsoft Corporation",
                f"{DMI}/product_name": "Virtual Machine",
            },
            True,
            Surroundings(True, "Hyper-V"),
        ),
        # Whole machines are rented too: the name alone does not make one virtual.
        ({f"{DMI}/sys_vendor": "Amazon EC2"}, False, Surroundings(False)),
        ({f"{DMI}/sys_vendor": "Amazon EC2"}, True, Surroundings(True, "Amazon EC2")),
        ({"sys/hypervisor/type": "xen"}, None, Surroundings(True, "Xen")),
        (
            {"proc/device-tree/hypervisor/compatible": "linux,kvm"},
            None,
            Surroundings(True, "KVM"),
        ),
        (
            {"proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2"},
            True,
            Surroundings(True, "WSL", None, 2),
        ),
        (
            {"proc/sys/kernel/osrelease": "4.4.0-19041-Microsoft"},
            False,
            Surroundings(True, "WSL", None, 1),
        ),
        ({".dockerenv": ""}, False, Surroundings(False, None, "Docker")),
        ({"run/.containerenv": ""}, False, Surroundings(False, None, "Podman")),
        (
            {".dockerenv": "", "run/secrets/kubernetes.io/x": ""},
            False,
            Surroundings(False, None, "Kubernetes"),
        ),
        (
            {"proc/self/cgroup": "0::/kubepods.slice/pod1/0123"},
            False,
            Surroundings(False, None, "Kubernetes"),
        ),
        ({"proc/1/cgroup": "4:cpu:/lxc/box"}, False, Surroundings(False, None, "LXC")),
        (
            {"run/systemd/container": "systemd-nspawn"},
            False,
            Surroundings(False, None, "systemd-nspawn"),
        ),
        (
            {"proc/1/sched": "bash (4321, #threads: 1)"},
            False,
            Surroundings(False, None, "unknown kind"),
        ),
        ({"proc/1/sched": "systemd (1, #threads: 1)"}, False, Surroundings(False)),
    ],
)
def test_where_it_runs(
    tmp_path: Path, files: Files, hypervisor: bool | None, expected: Surroundings
) -> None:
    write(tmp_path, files)
    found = read_surroundings(host_of(tmp_path), hypervisor)
    assert found == expected
    if found.virtual is not None:
        assert inside(found)


def test_a_cluster_is_told_by_its_environment(tmp_path: Path) -> None:
    host = replace(host_of(tmp_path), environment={"KUBERNETES_SERVICE_HOST": "10.0.0.1"})
    assert read_surroundings(host, False).container == "Kubernetes"


def test_systemd_is_asked_last(tmp_path: Path) -> None:
    answers = Answers({"systemd-detect-virt": "kvm\n"})
    assert read_surroundings(host_of(tmp_path, answers), None) == Surroundings(True, "KVM")
    assert ("systemd-detect-virt", "--vm") in answers.asked
    answers = Answers({"systemd-detect-virt": "kvm\n"})
    assert read_surroundings(host_of(tmp_path, answers), False) == Surroundings(False)
    assert answers.asked == []


SUPPLY = "sys/class/power_supply"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, Supply()),
        ({f"{SUPPLY}/AC/type": "Mains", f"{SUPPLY}/AC/online": 1}, Supply(False)),
        (
            {f"{SUPPLY}/BAT0/type": "Battery", f"{SUPPLY}/BAT0/status": "Full"},
            Supply(False),
        ),
        (
            {f"{SUPPLY}/BAT0/type": "Battery", f"{SUPPLY}/BAT0/status": "Discharging"},
            Supply(True),
        ),
        (
            {
                f"{SUPPLY}/hid/type": "Battery",
                f"{SUPPLY}/hid/scope": "Device",
                f"{SUPPLY}/hid/status": "Discharging",
            },
            Supply(),
        ),
    ],
)
def test_mains_or_battery(tmp_path: Path, files: Files, expected: Supply) -> None:
    write(tmp_path, files)
    assert read_supply(Tree(tmp_path)) == expected


def test_throttling_counts_packages_once(tmp_path: Path) -> None:
    for cpu in range(4):
        folder = f"sys/devices/system/cpu/cpu{cpu}"
        write(
            tmp_path,
            {
                f"{folder}/thermal_throttle/core_throttle_count": 2,
                f"{folder}/thermal_throttle/package_throttle_count": 10 + cpu // 2,
                f"{folder}/topology/physical_package_id": cpu // 2,
            },
        )
    tree = Tree(tmp_path)
    assert throttle_events(tree) == 4 * 2 + 10 + 11
    assert read_heat(tree, 28).throttling is True
    assert read_heat(tree, 29).throttling is False
    assert read_heat(tree, None).throttling is None


def test_load_is_what_others_took(tmp_path: Path) -> None:
    clock = FakeClock()
    busy(tmp_path, clock, 4, 1.25, stolen=0.5)
    load, processes = read_load(host_of(tmp_path, clock=clock), 2.0)
    assert (load.window_s, load.others_cpus, load.stolen_share) == (2.0, 1.25, 0.125)
    assert [(one.name, one.cpus) for one in processes] == [("secret-job", 1.25)]


def test_a_clock_that_stands_still_says_nothing(tmp_path: Path) -> None:
    busy(tmp_path, FakeClock(), 2, 1.0)
    host = replace(host_of(tmp_path), sleep_s=lambda seconds: None)
    assert read_load(host, 1.0) == (Load(), ())


def test_counts_that_go_back_are_unknown(tmp_path: Path) -> None:
    clock = FakeClock()
    write(tmp_path, {"proc/stat": "cpu 100 0 0 900 0 0 0 0 0 0"})
    clock.watchers.append(lambda now: write(tmp_path, {"proc/stat": "cpu 50 0 0 1950 0 0 0 0 0 0"}))
    load, _ = read_load(host_of(tmp_path, clock=clock), 1.0)
    assert load.others_cpus is None
    assert load.stolen_share == 0
