"""AMD GPUs, Apple silicon and Jetson boards by way of zeus, without the hardware."""

import inspect
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from py.measure.meters.candidate import Candidate
from py.measure.meters.meter import MeterError
from py.measure.meters.report import MeterUnavailableError
from py.measure.meters.zeus_meters import candidates
from tests.measure.meters import fake_zeus
from tests.measure.meters.fake_clock import FakeClock
from tests.measure.meters.fake_zeus import AmdBoard, Measurement

needs_zeus = pytest.mark.skipif(not fake_zeus.HAS_ZEUS, reason="zeus is not installed: optional")


def _loads(**modules: Any) -> Callable[[str], Any]:
    def load(name: str) -> Any:
        found = modules.get(name.rsplit(".", 1)[-1])
        if found is None:
            raise ImportError(name)
        return found

    return load


def _none(name: str) -> Any:
    raise ImportError(name)


def _amd_machine(root: Path) -> Path:
    (root / "sys/module/amdgpu").mkdir(parents=True)
    return root


def _jetson(root: Path) -> Path:
    (root / "etc").mkdir()
    (root / "etc/nv_tegra_release").touch()
    return root


def _by_name(found: list[Candidate]) -> dict[str, Candidate]:
    return {each.name: each for each in found}


def _refusal(candidate: Candidate) -> MeterUnavailableError:
    with pytest.raises(MeterUnavailableError) as caught:
        candidate.open(candidate.facts)
    return caught.value


def test_where_the_device_can_not_be_zeus_is_not_asked_nor_advised(tmp_path: Path) -> None:
    found = _by_name(candidates(tmp_path, FakeClock(), _none, "linux"))
    reasons = {name: _refusal(each) for name, each in found.items()}
    assert {name: (error.reason, error.remedy) for name, error in reasons.items()} == {
        "zeus-amd-energy": ("the driver amdgpu is not loaded", ""),
        "zeus-apple": ("this is linux, not a Mac", ""),
        "zeus-jetson": ("this is no Jetson board", ""),
    }


def test_where_it_may_be_and_zeus_is_missing_the_command_is_told(tmp_path: Path) -> None:
    root = _jetson(_amd_machine(tmp_path))
    found = candidates(root, FakeClock(), _none, "darwin")
    assert [_refusal(each).remedy for each in found] == [
        "python -m pip install zeus",
        "python -m pip install 'zeus[apple]'",
        "python -m pip install zeus",
    ]


def test_an_amd_gpu_counts_in_joules_since_it_was_opened(tmp_path: Path) -> None:
    boards = (AmdBoard(), AmdBoard())
    load = _loads(amd=fake_zeus.amd(boards))
    found = _by_name(candidates(_amd_machine(tmp_path), FakeClock(), load, "linux"))
    candidate = found["zeus-amd-energy:1"]
    assert (candidate.domain, candidate.source, candidate.device) == ("gpu", "counter", 1)
    meter = candidate.open(candidate.facts)
    boards[1].energy_mj += 2_500
    assert meter.energy_j() == 2.5
    assert meter.power_w() == 100.0
    boards[1].energy_mj = 0
    with pytest.raises(MeterError, match="went back"):
        meter.energy_j()
    boards[1].error = RuntimeError("the board\nis gone")
    with pytest.raises(MeterError, match="zeus-amd-energy:1: RuntimeError: the board is gone"):
        meter.energy_j()
    meter.close()


def test_an_amd_gpu_whose_counter_is_wrong_is_sampled(tmp_path: Path) -> None:
    board = AmdBoard()
    board.counts = False
    clock = FakeClock()
    load = _loads(amd=fake_zeus.amd((board,)))
    found = _by_name(candidates(_amd_machine(tmp_path), clock, load, "linux"))
    assert "doesn't agree with its power" in _refusal(found["zeus-amd-energy:0"]).reason
    candidate = found["zeus-amd-power:0"]
    meter = candidate.open(candidate.facts)
    clock.sleep_s(2.0)
    assert meter.energy_j() == pytest.approx(200.0)
    board.power_mw = None
    with pytest.raises(MeterError, match="the power of AMD GPU 0: ValueError: Average power"):
        meter.energy_j()
    meter.close()


def test_zeus_finding_no_amd_gpu_or_failing_is_a_reason(tmp_path: Path) -> None:
    root = _amd_machine(tmp_path)

    def fails(ensure_homogeneous: bool = False) -> None:
        raise OSError("librocm is broken")

    broken = SimpleNamespace(AMDGPUs=fails, amdsmi_is_available=lambda: True)
    for module, words in (
        (fake_zeus.amd((), available=False), "amdsmi doesn't start"),
        (fake_zeus.amd(()), "finds no AMD GPU"),
        (broken, "OSError: librocm is broken"),
    ):
        found = candidates(root, FakeClock(), _loads(amd=module), "linux")
        assert words in _refusal(found[0]).reason


def test_apple_s_parts_are_kept_apart_and_one_not_shown_is_unavailable(tmp_path: Path) -> None:
    shown = Measurement(cpu_total_mj=1_000, gpu_mj=500, dram_mj=20)
    load = _loads(apple=fake_zeus.chip(shown))
    found = _by_name(candidates(tmp_path, FakeClock(), load, "darwin"))
    parts = {name: found[f"zeus-apple-{name}"] for name in ("cpu", "gpu", "dram", "ane")}
    assert [part.domain for part in parts.values()] == ["package", "gpu", "dram", "other"]
    assert {part.source for part in parts.values()} == {"counter"}
    assert "doesn't show the Neural Engine" in _refusal(parts["ane"]).reason
    meter = parts["cpu"].open(parts["cpu"].facts)
    shown.cpu_total_mj = 4_000
    assert meter.energy_j() == 3.0
    assert meter.power_w() is None
    shown.cpu_total_mj = None
    with pytest.raises(MeterError, match="reads None, not an energy"):
        meter.energy_j()
    meter.close()


def test_a_jetson_s_rails(tmp_path: Path) -> None:
    shown = Measurement(total_energy_mj=1.0, gpu_energy_mj=0.5)
    load = _loads(jetson=fake_zeus.chip(shown))
    found = _by_name(candidates(_jetson(tmp_path), FakeClock(), load, "linux"))
    total = found["zeus-jetson-total"]
    assert (total.domain, total.source) == ("soc", "power")
    assert "processor cores" in _refusal(found["zeus-jetson-cpu"]).reason
    meter = total.open(total.facts)
    shown.total_energy_mj = 2001.0
    assert meter.energy_j() == 2.0


# Where zeus is installed: its own classes, over hardware that is made up.


class FakeAmdsmi:
    """As much of the module amdsmi as zeus calls."""

    AmdSmiLibraryException = AmdSmiException = type("AmdSmiException", (Exception,), {})
    AmdSmiInitFlags = SimpleNamespace(INIT_AMD_GPUS=1)

    def __init__(self) -> None:
        self.accumulated = 1_000_000

    def amdsmi_init(self, flags: int) -> None: ...

    def amdsmi_shut_down(self) -> None: ...

    def amdsmi_get_processor_handles(self) -> list[str]:
        return ["board"]

    def amdsmi_get_gpu_enumeration_info(self, handle: str) -> dict[str, int]:
        return {"hip_id": 0}

    def amdsmi_get_power_info(self, handle: str) -> dict[str, Any]:
        return {"current_socket_power": "N/A", "average_socket_power": 100}

    def amdsmi_get_energy_count(self, handle: str) -> dict[str, float]:
        self.accumulated += 2_000_000  # half a second at 61 W
        return {"energy_accumulator": self.accumulated, "counter_resolution": 15.3}

    def amdsmi_get_gpu_asic_info(self, handle: str) -> dict[str, str]:
        return {"market_name": "Made up"}


@needs_zeus
def test_zeus_s_own_amd_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    amd = import_module("zeus.device.gpu.amd")

    monkeypatch.setattr(amd, "amdsmi", FakeAmdsmi())
    monkeypatch.setattr(amd, "amdsmi_is_available", lambda: True)
    monkeypatch.delenv("HIP_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    amd._hip_to_amdsmi_handle.cache_clear()
    found = _by_name(candidates(_amd_machine(tmp_path), FakeClock(), platform="linux"))
    candidate = found["zeus-amd-energy:0"]
    meter = candidate.open(candidate.facts)
    assert meter.energy_j() == pytest.approx(30.6)
    assert meter.power_w() == 100.0


@needs_zeus
def test_zeus_s_own_apple_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apple = import_module("zeus.device.soc.apple")

    names = apple.AppleSiliconMeasurement.__dataclass_fields__
    metrics: dict[str, Any] = dict.fromkeys(names)
    metrics.update(cpu_total_mj=7_000, gpu_mj=1_000)

    class Monitor:
        def get_cumulative_energy(self) -> Any:
            metrics["cpu_total_mj"] += 500
            return SimpleNamespace(**metrics)

    library = SimpleNamespace(AppleEnergyMonitor=Monitor)
    monkeypatch.setattr(apple, "zeus_apple_silicon", library)
    monkeypatch.setattr(apple, "apple_silicon_is_available", lambda: True)
    found = _by_name(candidates(tmp_path, FakeClock(), platform="darwin"))
    cpu = found["zeus-apple-cpu"].open(found["zeus-apple-cpu"].facts)
    assert cpu.energy_j() == 0.5
    assert "memory" in _refusal(found["zeus-apple-dram"]).reason


@needs_zeus
def test_zeus_s_own_jetson_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jetson = import_module("zeus.device.soc.jetson")

    rail = tmp_path / "power"
    rail.write_text("5000\n")
    monkeypatch.setattr(jetson, "jetson_is_available", lambda: True)
    monkeypatch.setattr(
        jetson.Jetson,
        "_discover_available_metrics",
        lambda self: {"total_power_mw": jetson.DirectPower(rail)},
    )
    found = _by_name(candidates(_jetson(tmp_path), FakeClock(), platform="linux"))
    total = found["zeus-jetson-total"]
    meter = total.open(total.facts)
    while not (energy_j := meter.energy_j()):
        pass
    assert energy_j > 0
    assert "rail of the graphics" in _refusal(found["zeus-jetson-gpu"]).reason


@needs_zeus
def test_the_stand_ins_have_zeus_s_signatures() -> None:
    amd = import_module("zeus.device.gpu.amd")
    apple = import_module("zeus.device.soc.apple")
    jetson = import_module("zeus.device.soc.jetson")
    for name in ("supports_get_total_energy_consumption", "get_total_energy_consumption"):
        ours, theirs = getattr(fake_zeus.AMDGPUs, name), getattr(amd.AMDGPUs, name)
        assert list(inspect.signature(ours).parameters) == list(
            inspect.signature(theirs).parameters
        )
    for kind in (apple.AppleSilicon, jetson.Jetson):
        for name in ("get_available_metrics", "get_total_energy_consumption"):
            needed = [
                parameter
                for parameter in inspect.signature(getattr(kind, name)).parameters.values()
                if parameter.default is inspect.Parameter.empty
            ]
            assert [parameter.name for parameter in needed] == ["self"]
    fields = {
        *apple.AppleSiliconMeasurement.__dataclass_fields__,
        *jetson.JetsonMeasurement.__dataclass_fields__,
    }
    assert set(Measurement.__dataclass_fields__) <= fields
