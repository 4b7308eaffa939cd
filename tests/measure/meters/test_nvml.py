"""NVIDIA meters by the real nvidia-ml-py over the stand-in, each in a process of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_candidates import candidates
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.report import MeterUnavailableError
from tests.measure.meters.fake_clock import FakeClock
from tests.measure.meters.power_trace import level, restless
from tests.measure.meters.stand_in import (
    DRIVER_NOT_LOADED,
    NOT_SUPPORTED,
    UNKNOWN,
    Fault,
    Script,
    StandIn,
)

PLAY = """
import json, random, sys
from dataclasses import asdict
from tests.measure.meters.played_clock import PlayedClock
from py.measure.meters.meter import MeterError, MeterFacts
from py.measure.meters.nvml import NvmlEnergyMeter, read_power_w
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.nvml_state import NvmlStateReader
from py.measure.meters.gpu_facts import index_of_uuid, read_gpu_facts
from py.measure.meters.probe import choose, find_candidates, find_meters, open_meters
from py.measure.meters.sampled import SampledMeter
from py.measure.meters.window import energy_over

clock = PlayedClock()

def work(longest_s=0.01, source=random.Random(1)):
    clock.sleep_s(source.uniform(longest_s / 5, longest_s))

def tell(value):
    print(json.dumps(value))
"""

WINDOW = """
from py.measure.meters.window import energy_over
clock.sleep_s(1.234)
found = energy_over(work, [meter], clock, window_s=2.0)[0]
meter.close()
tell([found.energy_j, found.from_s, found.to_s, found.reason])
"""

COUNTER = """
nvml = Nvml.load()
meter = NvmlEnergyMeter(nvml, 0, clock, MeterFacts("nvml-energy:0", "gpu", "counter", None, 0.1))
"""


def _play(stand_in: StandIn, scratch: Path, script: Script, code: str) -> Any:
    ended = stand_in.run(PLAY + code, script, scratch, clock=True)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("update_s", [0.1, 0.02])
def test_energy_over_a_window_is_the_integral_within_one_percent(
    stand_in: StandIn, tmp_path: Path, seed: int, update_s: float
) -> None:
    script = Script(restless(seed, 0.0, 20), update_s=update_s)
    energy_j, from_s, to_s, reason = _play(stand_in, tmp_path, script, COUNTER + WINDOW)
    assert reason == ""
    assert to_s - from_s >= 2.0
    assert energy_j == pytest.approx(script.trace.energy_j(from_s, to_s), rel=0.01)


@pytest.mark.parametrize("has_instant", [True, False])
def test_without_a_counter_sampled_power_is_the_integral_within_one_percent(
    stand_in: StandIn, tmp_path: Path, has_instant: bool
) -> None:
    script = Script(restless(5, 0.0, 20), has_energy=False, has_instant=has_instant, update_s=0.005)
    # Its own thread would sample by the real time, while here time is played: looks sample instead.
    code = """
nvml = Nvml.load()
handle = nvml.handle(0)
facts = MeterFacts("nvml-power:0", "gpu", "power", None, 0.005)
meter = SampledMeter(facts, lambda: read_power_w(nvml, handle), clock, nvml.close, period_s=3600)
"""
    energy_j, from_s, to_s, reason = _play(stand_in, tmp_path, script, code + WINDOW)
    assert reason == ""
    assert energy_j == pytest.approx(script.trace.energy_j(from_s, to_s), rel=0.01)


def test_the_sampled_meter_s_own_thread_adds_up(stand_in: StandIn, tmp_path: Path) -> None:
    """In real time: at a level power, energy is power times the time that has passed."""
    code = """
import time
from py.measure.meters.clock import SteadyClock
from py.measure.meters.nvml import open_power_meter
clock = SteadyClock()
begun_s = clock.now_s()
meter = open_power_meter(Nvml.load(), 0, clock, MeterFacts("nvml-power:0", "gpu", "power"))
opened_s = clock.now_s()
while meter._integral.energy_j < 5:
    time.sleep(0.01)
early_s = clock.now_s() - opened_s
energy_j = meter.energy_j()
late_s = clock.now_s() - begun_s
meter.close()
tell([energy_j, early_s, late_s])
"""
    ended = stand_in.run(PLAY + code, Script(level(100)), tmp_path, clock=True)
    assert ended.returncode == 0, ended.stderr
    energy_j, early_s, late_s = json.loads(ended.stdout)
    assert 100 * early_s <= energy_j <= 100 * late_s


def test_what_works_is_found_and_measured(stand_in: StandIn, tmp_path: Path) -> None:
    script = Script(restless(1, 0.0, 20), gpus=2)
    code = "tell([r.as_json() for r in find_meters(clock=clock) if r.name.startswith('nvml')])"
    reports = _play(stand_in, tmp_path, script, code)
    assert [report["name"] for report in reports] == [
        "nvml-energy:0",
        "nvml-power:0",
        "nvml-energy:1",
        "nvml-power:1",
    ]
    assert all(report["works"] and report["reason"] is None for report in reports)
    assert all(report["update_period_s"] == pytest.approx(0.1, rel=0.02) for report in reports)
    # A millijoule, though a step is 5 J and more; of sampled power a milliwatt for 100 ms.
    assert reports[0]["resolution_j"] == pytest.approx(0.001)
    assert reports[1]["resolution_j"] == pytest.approx(0.0001, rel=0.02)
    assert "Stand-in GPU" in reports[0]["about"]


def test_an_old_card_has_power_only(stand_in: StandIn, tmp_path: Path) -> None:
    script = Script(restless(1, 0.0, 20), has_energy=False)
    code = """
reports = find_meters(clock=clock)
chosen = [report.name for report in choose(reports, domains=["gpu"])]
tell([[r.as_json() for r in reports if r.domain == "gpu"][:2], chosen])
"""
    (energy, power), chosen = _play(stand_in, tmp_path, script, code)
    assert not energy["works"]
    assert energy["reason"] == "nvmlDeviceGetTotalEnergyConsumption: Not Supported"
    assert power["works"]
    assert power["source"] == "power"
    assert chosen == ["nvml-power:0"]


def test_a_counter_goes_before_sampled_power_and_one_device_can_be_asked_for(
    stand_in: StandIn, tmp_path: Path
) -> None:
    code = """
candidates = find_candidates(clock=clock)
reports = find_meters(clock=clock)
opened = open_meters(candidates, reports, domains=["gpu"], device=1)
names = [meter.facts.name for meter in opened]
period_s = opened[0].facts.update_period_s
for meter in opened: meter.close()
try:
    open_meters(candidates, reports, names=["nvml-energy:7"])
except MeterError as error:
    missing = str(error)
tell([names, period_s, missing, index_of_uuid(Nvml.load(), "00000000-0000-0000-0000-000000000001")])
"""
    names, period_s, missing, index = _play(
        stand_in, tmp_path, Script(restless(1, 0.0, 20), gpus=2), code
    )
    assert names == ["nvml-energy:1"]
    assert period_s == pytest.approx(0.1, rel=0.02)
    assert "there is no meter 'nvml-energy:7' here, only nvml-energy:0" in missing
    assert index == 1


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            Script(faults=[Fault("nvmlDeviceGetTotalEnergyConsumption", UNKNOWN, after=50)]),
            "nvmlDeviceGetTotalEnergyConsumption: Unknown Error",
        ),
        (Script(lost_s=2.5), "nvmlDeviceGetTotalEnergyConsumption: GPU is lost"),
        (
            Script(faults=[Fault("nvmlDeviceGetTotalEnergyConsumption", 4242, after=9)]),
            "nvmlDeviceGetTotalEnergyConsumption: An error that only the stand-in has",
        ),
    ],
)
def test_an_error_of_the_driver_in_a_window_is_a_marked_value_with_its_words(
    stand_in: StandIn, tmp_path: Path, script: Script, words: str
) -> None:
    assert _play(stand_in, tmp_path, script, COUNTER + WINDOW) == [None, None, None, words]


def test_a_gpu_lost_while_its_power_is_sampled(stand_in: StandIn, tmp_path: Path) -> None:
    code = """
nvml = Nvml.load()
handle = nvml.handle(0)
facts = MeterFacts("nvml-power:0", "gpu", "power", None, 0.1)
meter = SampledMeter(facts, lambda: read_power_w(nvml, handle), clock, period_s=3600)
"""
    script = Script(restless(2, 0.0, 20), lost_s=2.5)
    energy_j, _, _, reason = _play(stand_in, tmp_path, script, code + WINDOW)
    assert energy_j is None
    assert reason == "nvmlDeviceGetPowerUsage: GPU is lost"


@pytest.mark.parametrize("which", ["stand_in", "old_driver"])
def test_state_and_throttling_by_newer_and_older_names(
    request: pytest.FixtureRequest, tmp_path: Path, which: str
) -> None:
    script = Script(
        throttle=[(0.0, 9.0, 0x1 | 0x2), (1.0, 2.0, 0x4), (1.5, 3.0, 0x20 | 0x8 | 0x800)]
    )
    code = """
reader = NvmlStateReader(Nvml.load(), 0)
states = []
for _ in range(4):
    clock.sleep_s(0.75)
    states.append(asdict(reader.state()))
tell(states)
"""
    states = _play(request.getfixturevalue(which), tmp_path, script, code)
    assert [state["throttled"] for state in states] == [
        [],
        ["sw_power_cap", "hw_slowdown", "sw_thermal_slowdown", "reason_0x800"],
        ["hw_slowdown", "sw_thermal_slowdown", "reason_0x800"],
        [],
    ]
    assert [state["clock_mhz"] for state in states] == [1410, 900, 900, 1410]
    assert {state["memory_clock_mhz"] for state in states} == {1215}
    assert {state["temperature_c"] for state in states} == {54 if which == "stand_in" else 53}


def test_state_that_is_hidden_is_unknown(stand_in: StandIn, tmp_path: Path) -> None:
    hidden = [
        "nvmlDeviceGetClockInfo",
        "nvmlDeviceGetTemperature",
        "nvmlDeviceGetTemperatureV",
        "nvmlDeviceGetCurrentClocksEventReasons",
        "nvmlDeviceGetCurrentClocksThrottleReasons",
    ]
    script = Script(faults=[Fault(name, NOT_SUPPORTED) for name in hidden])
    state = _play(
        stand_in, tmp_path, script, "tell(asdict(NvmlStateReader(Nvml.load(), 0).state()))"
    )
    assert state == {
        "clock_mhz": None,
        "memory_clock_mhz": None,
        "temperature_c": None,
        "throttled": [],
    }


FACTS = "tell(read_gpu_facts(Nvml.load(), 0).as_json())"


@pytest.mark.parametrize("which", ["stand_in", "old_driver"])
def test_facts_of_a_gpu(request: pytest.FixtureRequest, tmp_path: Path, which: str) -> None:
    facts = _play(
        request.getfixturevalue(which), tmp_path, Script(ecc=0, mig=1, processes=2), FACTS
    )
    assert facts == {
        "index": 0,
        "name": "Stand-in GPU",
        "uuid": "GPU-00000000-0000-0000-0000-000000000000",
        "pci_bus_id": "00000000:01:00.0",
        "driver_version": "999.01",
        "cuda_version": "12.4",
        "compute_capability": "9.0",
        "memory_total_bytes": 40 << 30,
        "memory_free_bytes": 39 << 30,
        "ecc": False,
        "mig": True,
        "persistence": True,
        "power_limit_w": 400.0,
        "power_limit_default_w": 400.0,
        "power_limit_range_w": [100.0, 400.0],
        "max_clock_mhz": 1410.0,
        "supported_memory_clocks_mhz": [405, 1215],
        "supported_clocks_mhz": [210, 600, 900, 1200, 1410],
        "processes": [
            {"pid": 4000, "memory_bytes": None},
            {"pid": 4001, "memory_bytes": 1 << 30},
        ],
        "virtualization": "none",
        "unknown": {},
    }


def test_facts_that_are_hidden_are_null_with_nvml_s_words(
    stand_in: StandIn, tmp_path: Path
) -> None:
    script = Script(
        ecc=-1,
        mig=-1,
        faults=[
            Fault("nvmlDeviceGetMemoryInfo", UNKNOWN),
            Fault("nvmlDeviceGetComputeRunningProcesses_v3", NOT_SUPPORTED),
            Fault("nvmlDeviceGetComputeRunningProcesses_v2", NOT_SUPPORTED),
            Fault("nvmlDeviceGetSupportedMemoryClocks", NOT_SUPPORTED),
        ],
    )
    facts = _play(stand_in, tmp_path, script, FACTS)
    unknown = {
        "ecc": "nvmlDeviceGetEccMode: Not Supported",
        "mig": "nvmlDeviceGetMigMode: Not Supported",
        "memory_total_bytes": "nvmlDeviceGetMemoryInfo: Unknown Error",
        "memory_free_bytes": "nvmlDeviceGetMemoryInfo: Unknown Error",
        "processes": "nvmlDeviceGetComputeRunningProcesses_v2: Not Supported",
        "supported_memory_clocks_mhz": "nvmlDeviceGetSupportedMemoryClocks: Not Supported",
        "supported_clocks_mhz": "nvmlDeviceGetSupportedMemoryClocks: Not Supported",
    }
    assert facts["unknown"] == unknown
    assert {name for name, value in facts.items() if value is None} == set(unknown)


def test_facts_of_a_gpu_that_is_lost(stand_in: StandIn, tmp_path: Path) -> None:
    facts = _play(stand_in, tmp_path, Script(lost_s=0.0), FACTS)
    assert facts["driver_version"] == "999.01"
    assert facts["name"] is None
    assert facts["unknown"]["name"] == "nvmlDeviceGetHandleByIndex: GPU is lost"


def test_mig_is_told_in_what_the_meter_counts(stand_in: StandIn, tmp_path: Path) -> None:
    code = "tell([each.about for each in find_candidates(clock=clock)][:2])"
    for about in _play(stand_in, tmp_path, Script(mig=1), code):
        assert about.endswith("; MIG is on, so all of its instances count")


NVML_REPORTS = """
tell([[r.reason, r.remedy] for r in find_meters(clock=clock) if r.name.startswith("nvml")])
"""


def test_a_driver_that_does_not_start(stand_in: StandIn, tmp_path: Path) -> None:
    script = Script(faults=[Fault("nvmlInit_v2", DRIVER_NOT_LOADED)])
    reports = _play(stand_in, tmp_path, script, NVML_REPORTS)
    assert reports == [["NVML can't be started: Driver Not Loaded", "sudo modprobe nvidia"]] * 2


def test_a_driver_without_a_gpu(stand_in: StandIn, tmp_path: Path) -> None:
    assert _play(stand_in, tmp_path, Script(gpus=0), NVML_REPORTS) == [["NVML sees no GPU", ""]] * 2


def test_a_driver_that_fails_to_count(stand_in: StandIn, tmp_path: Path) -> None:
    script = Script(faults=[Fault("nvmlDeviceGetCount_v2", UNKNOWN)])
    reports = _play(stand_in, tmp_path, script, NVML_REPORTS)
    assert reports == [["nvmlDeviceGetCount: Unknown Error", ""]] * 2


def test_without_the_package(stand_in: StandIn, tmp_path: Path) -> None:
    code = "sys.modules['pynvml'] = None\n" + NVML_REPORTS
    reports = _play(stand_in, tmp_path, Script(), code)
    command = "python -m pip install nvidia-ml-py"
    assert reports == [["the package nvidia-ml-py is not installed", command]] * 2


def test_without_the_driver_s_library() -> None:
    def load() -> Nvml:
        raise MeterUnavailableError("NVML can't be started: NVML Shared Library Not Found", "a way")

    found = candidates(FakeClock(), load)
    assert [each.name for each in found] == ["nvml-energy", "nvml-power"]
    with pytest.raises(MeterUnavailableError, match="Library Not Found"):
        found[0].open(found[0].facts)


def test_a_counter_that_goes_back_was_reset(stand_in: StandIn, tmp_path: Path) -> None:
    code = (
        COUNTER
        + """
clock.sleep_s(5)
first = meter.energy_j()
clock.sleep_s(-4)
try:
    meter.energy_j()
except MeterError as error:
    tell([first, str(error)])
"""
    )
    first, words = _play(stand_in, tmp_path, Script(level(100)), code)
    assert first == pytest.approx(500)
    assert "its driver was reset" in words


def test_nothing_of_a_gpu_is_imported_before_it_is_asked_for(
    stand_in: StandIn, tmp_path: Path
) -> None:
    code = "import sys\nimport py.measure.meters.probe\nprint('pynvml' in sys.modules)"
    ended = stand_in.run(code, Script(), tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "False\n")
    assert issubclass(MeterUnavailableError, MeterError)
