"""The meters and GPUs of made machines: RAPL by the real code below a fake root, a GPU made up."""

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from py.measure.machine.gpu import Gpu
from py.measure.machine.gpus import as_gpu
from py.measure.machine.host import Host
from py.measure.meters.device_state import DeviceState
from py.measure.meters.gpu_facts import GpuFacts, GpuProcess
from py.measure.meters.nvml_library import NO_LIBRARY_REMEDY, Nvml
from py.measure.meters.probe import find_meters
from py.measure.meters.report import MeterReport, MeterUnavailableError
from tests.measure.meters.fake_clock import FakeClock
from tests.measure.meters.fake_sys import FakeSys
from tests.measure.meters.power_trace import level

Found = tuple[tuple[Gpu, ...], tuple[MeterReport, ...]]


def no_nvml() -> Nvml:
    raise MeterUnavailableError(
        "NVML can't be started: NVML Shared Library Not Found", NO_LIBRARY_REMEDY
    )


def no_module(name: str) -> object:
    raise ImportError(name)


def made_gpu() -> Gpu:
    """Return a GPU with much to advise about."""
    return as_gpu(
        GpuFacts(
            index=0,
            name="NVIDIA A100-PCIE-40GB",
            uuid="GPU-4c4c4544-0044-4210-8051-c3c04f4d3332",
            pci_bus_id="00000000:3B:00.0",
            driver_version="570.86.15",
            cuda_version="12.8",
            compute_capability="8.0",
            memory_total_bytes=42_949_672_960,
            memory_free_bytes=42_000_000_000,
            ecc=True,
            mig=False,
            persistence=False,
            power_limit_w=200.0,
            power_limit_default_w=250.0,
            power_limit_range_w=(150.0, 250.0),
            max_clock_mhz=1410.0,
            supported_memory_clocks_mhz=(1215,),
            processes=(GpuProcess(4242, 1), GpuProcess(9999, None)),
            virtualization="none",
        ),
        DeviceState(210.0, 1215.0, 31.0, ()),
        own_id=4242,
    )


def made_gpu_meters() -> tuple[MeterReport, ...]:
    return (
        MeterReport(
            "nvml-energy:0",
            *("gpu", "counter", True, "NVIDIA A100-PCIE-40GB: the whole board"),
            *(0, 0.019, 0.1),
        ),
        MeterReport("nvml-power:0", "gpu", "power", True, "NVIDIA A100-PCIE-40GB: power", 0),
    )


def rapl(root: Path, *, packages: bool, refused: bool = False) -> tuple[MeterReport, ...]:
    """Return what ``find_meters`` says below a root, its own path left out of the texts."""
    clock = FakeClock()
    fake = FakeSys.__new__(FakeSys)  # its tree exists already
    fake.root, fake.refused = root, {}
    fake.links = root / "sys/class/powercap"
    fake.devices = root / "sys/devices/virtual/powercap"
    if packages:
        fake.two_packages()
        for package in (0, 1):
            for part, power_w, base_uj in (("", 60, 5e6), (":0", 40, 1e6), (":1", 5, 2e6)):
                zone, trace = f"intel-rapl:{package}{part}", level(float(power_w))
                played = fake.play(zone, trace, clock.now_s(), base_uj=int(base_uj))
                clock.watchers.append(played)
    elif refused:
        for zone, name in (("intel-rapl:0", "package-0"), ("intel-rapl:0:0", "core")):
            fake.zone(zone, name)

    def read(path: Path) -> str:
        if refused and path.name == "energy_uj":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return fake.read(path)

    reports = find_meters(root, clock, read, no_nvml, no_module)
    return tuple(
        replace(
            report,
            reason=report.reason.replace(str(root), ""),
            remedy=report.remedy.replace(str(root), ""),
        )
        for report in reports
    )


def devices_of(name: str, root: Path) -> Callable[[Host], Found]:
    """Return what finds the GPUs and meters of a made machine."""

    def server(host: Host) -> Found:
        meters = rapl(root, packages=True)
        known = tuple(meter for meter in meters if not meter.name.startswith("nvml"))
        return (made_gpu(),), (*made_gpu_meters(), *known)

    def laptop(host: Host) -> Found:
        return (), rapl(root, packages=False, refused=True)

    def others(host: Host) -> Found:
        return (), rapl(root, packages=False)

    return {"server": server, "laptop": laptop}.get(name, others)
