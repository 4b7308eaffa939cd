"""Why there is no energy counter: each cause has a sentence and a remedy of its own."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from py.measure.machine.absence import Absence
from py.measure.machine.gpus import cards_here
from py.measure.machine.host import Host
from py.measure.machine.nvml_absent import gpu_absence
from py.measure.machine.processor import Processor
from py.measure.machine.quantity import Quantity, quantities
from py.measure.machine.rapl_absent import rapl_absence
from py.measure.machine.software import Software
from py.measure.machine.surroundings import Surroundings
from py.measure.meters.report import MeterReport
from tests.measure.machine.made_machines import host_of, write
from tests.measure.meters.fake_sys import FakeSys

POWERCAP: dict[str, str | int] = {"sys/class/powercap/.keep": ""}
KERNEL = "proc/sys/kernel/osrelease"
Files = dict[str, str | int]
BARE = Surroundings(False)


def _host(root: Path, files: Files, system: str, architecture: str) -> Host:
    write(root, files)
    return replace(host_of(root), system=system, architecture=architecture)


CASES: list[tuple[str, Files, str, str, Processor, Surroundings]] = [
    ("macos-apple", {}, "Darwin", "arm64", Processor(), BARE),
    ("macos-intel", {}, "Darwin", "x86_64", Processor(), BARE),
    ("windows", {}, "Windows", "AMD64", Processor(), BARE),
    ("wsl", {}, "Linux", "x86_64", Processor(), Surroundings(True, "WSL", None, 2)),
    ("virtual-machine", POWERCAP, "Linux", "x86_64", Processor(), Surroundings(True, "KVM")),
    ("arm", POWERCAP, "Linux", "aarch64", Processor(), BARE),
    ("no-powercap", {}, "Linux", "x86_64", Processor(vendor="Intel"), BARE),
    ("intel-no-driver", POWERCAP, "Linux", "x86_64", Processor(vendor="Intel"), BARE),
    ("amd-no-driver", POWERCAP, "Linux", "x86_64", Processor(vendor="AMD", family=25), BARE),
    ("amd-too-old", POWERCAP, "Linux", "x86_64", Processor(vendor="AMD", family=21), BARE),
    (
        "amd-kernel-too-old",
        {**POWERCAP, KERNEL: "5.4.0-150-generic"},
        "Linux",
        "x86_64",
        Processor(vendor="AMD", family=23),
        BARE,
    ),
    ("unknown-processor", POWERCAP, "Linux", "riscv64", Processor(), BARE),
]


@pytest.mark.parametrize(
    ("code", "files", "system", "architecture", "processor", "around"),
    CASES,
    ids=[case[0] for case in CASES],
)
def test_why_rapl_is_absent(
    tmp_path: Path,
    code: str,
    files: Files,
    system: str,
    architecture: str,
    processor: Processor,
    around: Surroundings,
) -> None:
    host = _host(tmp_path, files, system, architecture)
    found = rapl_absence(host, processor, around)
    assert found is not None
    assert found.code == code
    assert found.remedy


def test_every_cause_has_its_own_sentence(tmp_path: Path) -> None:
    reasons = set()
    for place, (_, files, system, architecture, processor, around) in enumerate(CASES):
        host = _host(tmp_path / str(place), files, system, architecture)
        found = rapl_absence(host, processor, around)
        assert found is not None
        reasons.add(found.reason)
    assert len(reasons) == len(CASES)


def test_zones_that_are_there_are_not_absent(tmp_path: Path) -> None:
    FakeSys(tmp_path).two_packages()
    assert rapl_absence(host_of(tmp_path), Processor(), Surroundings(True, "KVM")) is None


def test_a_container_that_hides_zones(tmp_path: Path) -> None:
    links = tmp_path / "sys/class/powercap"
    links.mkdir(parents=True)
    (links / "intel-rapl:0").symlink_to("../../devices/virtual/powercap/intel-rapl/intel-rapl:0")
    around = Surroundings(False, None, "Docker")
    found = rapl_absence(host_of(tmp_path), Processor(vendor="Intel"), around)
    assert found is not None
    assert found.code == "container-hides"
    assert "systempaths=unconfined" in found.remedy[0]


def _nvml(reason: str) -> list[MeterReport]:
    return [
        MeterReport("nvml-energy", "gpu", "counter", False, "a board", reason=reason, remedy="r"),
        MeterReport("nvml-power", "gpu", "power", False, "a board", reason=reason, remedy="r"),
    ]


NOT_FOUND = "NVML can't be started: NVML Shared Library Not Found"


@pytest.mark.parametrize(
    ("reason", "cards", "container", "code"),
    [
        (NOT_FOUND, (), None, "no-gpu"),
        (NOT_FOUND, ("NVIDIA",), None, "no-driver"),
        (NOT_FOUND, ("NVIDIA",), "Docker", "container-without-driver"),
        (NOT_FOUND, ("AMD",), None, "amd-card"),
        (NOT_FOUND, ("Apple",), None, "within-chip"),
        (NOT_FOUND, ("Jetson",), None, "within-chip"),
        ("NVML can't be started: Driver Not Loaded", (), None, "driver-not-loaded"),
        (
            "NVML can't be started: RM has detected an NVML/RM version mismatch.",
            (),
            None,
            "driver-mismatch",
        ),
        ("nvmlDeviceGetPowerUsage: Insufficient Permissions", (), None, "no-permission"),
        ("nvmlDeviceGetPowerUsage: Not Supported", (), None, "card-unsupported"),
        ("nvmlDeviceGetPowerUsage: GPU is lost", (), None, "card-lost"),
        ("the moon is full", (), None, "other"),
    ],
)
def test_why_a_gpu_can_not_be_measured(
    reason: str, cards: tuple[str, ...], container: str | None, code: str
) -> None:
    found = gpu_absence(_nvml(reason), cards, Surroundings(False, None, container))
    assert found.code == code
    assert found.remedy or code == "no-gpu"


@pytest.mark.parametrize(
    ("files", "cards"),
    [
        ({}, ()),
        ({"a/class": "0x030000", "a/vendor": "0x10de"}, ("NVIDIA",)),
        ({"a/class": "0x030200", "a/vendor": "0x10de", "b/class": "0x020000"}, ("NVIDIA",)),
        ({"a/class": "0x038000", "a/vendor": "0x1002"}, ("AMD",)),
        ({"a/class": "0x030000", "a/vendor": "0x8086"}, ()),
        ({"a/class": "0x040300", "a/vendor": "0x10de"}, ()),  # the card's sound
        ({"a/class": "junk", "a/vendor": ""}, ()),
    ],
)
def test_cards_on_the_bus(tmp_path: Path, files: Files, cards: tuple[str, ...]) -> None:
    write(tmp_path, {f"sys/bus/pci/devices/{name}": text for name, text in files.items()})
    assert cards_here(host_of(tmp_path)) == cards


def test_gpus_within_the_chip(tmp_path: Path) -> None:
    write(
        tmp_path, {"proc/device-tree/compatible": "nvidia,p3737-0000+p3701-0000\0nvidia,tegra234"}
    )
    host = host_of(tmp_path)
    assert cards_here(host) == ("Jetson",)
    assert cards_here(replace(host, system="Darwin", architecture="arm64")) == ("Apple",)


def test_an_amd_card_is_told_of_by_its_own_meter() -> None:
    own = MeterReport(
        "zeus-amd-energy", "gpu", "counter", False, "AMD", reason="zeus is missing", remedy="get it"
    )
    found = gpu_absence([*_nvml(NOT_FOUND), own], ("AMD",), BARE)
    assert (found.reason, found.remedy) == ("zeus is missing", ("get it",))
    found = gpu_absence([*_nvml("NVML can't be started: Driver Not Loaded"), own], (), BARE)
    assert found.code == "driver-not-loaded"


def test_the_words_of_nvml_are_those_of_its_library() -> None:
    pynvml = import_module("pynvml")
    said = {
        "driver-not-loaded": pynvml.NVML_ERROR_DRIVER_NOT_LOADED,
        "driver-mismatch": pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH,
        "no-permission": pynvml.NVML_ERROR_NO_PERMISSION,
        "card-unsupported": pynvml.NVML_ERROR_NOT_SUPPORTED,
        "card-lost": pynvml.NVML_ERROR_GPU_IS_LOST,
        "no-gpu": pynvml.NVML_ERROR_LIBRARY_NOT_FOUND,
    }
    for code, number in said.items():
        assert gpu_absence(_nvml(str(pynvml.NVMLError(number))), (), BARE).code == code


TORCH = Software("torch", True, "2.9.0", ("cpu",))
GONE = Absence("virtual-machine", "this is a virtual machine", ("Measure elsewhere.",))


def test_a_quantity_that_can_be_measured_names_the_best_meter() -> None:
    counter = MeterReport("nvml-energy:0", "gpu", "counter", True, "a board", 0, 0.02, 0.1)
    power = MeterReport("nvml-power:0", "gpu", "power", True, "a board", 0, 0.001, 0.02)
    none = MeterReport("zeus-amd", "gpu", "counter", False, "AMD", reason="no AMD")
    runtime, gpu = quantities((TORCH,), (none, power, counter), None, (), BARE)
    assert (runtime.available, runtime.how) == (True, "torch")
    assert gpu == Quantity("gpu", 0, True, "nvml-energy:0", 0.02, 0.1)
    assert gpu.name == "energy of GPU 0"


def test_why_rapl_is_absent_goes_before_what_the_meter_says() -> None:
    package = MeterReport("rapl-package", "package", "counter", False, "all", reason="no zone")
    psys = MeterReport("rapl-psys", "other", "counter", False, "all", reason="no zone")
    _, found = quantities((TORCH,), (package, psys), GONE, (), BARE)
    assert (found.reason, found.remedy) == (GONE.reason, GONE.remedy)
    _, found = quantities((TORCH,), (package,), None, (), BARE)
    assert found.reason == "no zone"


def test_without_a_runner_there_is_no_runtime() -> None:
    none = Software("torch", False, reason="not installed", remedy="pip install torch")
    (runtime,) = quantities((none,), (), None, (), BARE)
    assert (runtime.available, runtime.remedy) == (False, ("pip install torch",))
