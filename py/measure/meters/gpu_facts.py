"""What an NVIDIA GPU is and how it is set: a value, with a reason for each thing not known."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_library import Nvml

MOST_PROCESSES = 256


@dataclass(frozen=True, slots=True)
class GpuProcess:
    """A process that runs on a GPU; ``memory_bytes`` is None where the driver keeps it back."""

    pid: int
    memory_bytes: int | None


@dataclass(frozen=True, slots=True)
class GpuFacts:
    """One GPU; ``unknown`` gives, for each field that is None, NVML's words for why.

    ``supported_clocks_mhz`` are the graphics clocks at the highest memory clock, and
    ``max_clock_mhz`` the highest clock of the multiprocessors.
    """

    index: int
    name: str | None = None
    uuid: str | None = None
    pci_bus_id: str | None = None
    driver_version: str | None = None
    cuda_version: str | None = None
    compute_capability: str | None = None
    memory_total_bytes: int | None = None
    memory_free_bytes: int | None = None
    ecc: bool | None = None
    mig: bool | None = None
    persistence: bool | None = None
    power_limit_w: float | None = None
    power_limit_default_w: float | None = None
    power_limit_range_w: tuple[float, float] | None = None
    max_clock_mhz: float | None = None
    supported_memory_clocks_mhz: tuple[int, ...] | None = None
    supported_clocks_mhz: tuple[int, ...] | None = None
    processes: tuple[GpuProcess, ...] | None = None
    virtualization: str | None = None
    unknown: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the facts as JSON; what is not known is null, with its reason in ``unknown``."""
        result: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            result[each.name] = list(value) if isinstance(value, tuple) else value
        if self.processes is not None:
            result["processes"] = [
                {"pid": process.pid, "memory_bytes": process.memory_bytes}
                for process in self.processes
            ]
        result["unknown"] = dict(self.unknown)
        return result


VIRTUALIZATION = {0: "none", 1: "passthrough", 2: "vgpu", 3: "host_vgpu", 4: "host_vsga"}


def read_gpu_facts(nvml: Nvml, index: int) -> GpuFacts:
    """Ask a GPU for everything that ``GpuFacts`` holds."""
    module = nvml.module
    known: dict[str, Any] = {}
    unknown: dict[str, str] = {}

    def ask(names: tuple[str, ...], read: Callable[[], tuple[Any, ...]]) -> None:
        try:
            known.update(zip(names, read(), strict=True))
        except MeterError as error:
            unknown.update(dict.fromkeys(names, str(error)))

    def of(name: str, *arguments: object) -> Any:
        return nvml.call(name, handle, *arguments)

    ask(("driver_version",), lambda: (str(nvml.call("nvmlSystemGetDriverVersion")),))
    ask(("cuda_version",), lambda: (_cuda(int(nvml.call("nvmlSystemGetCudaDriverVersion_v2"))),))
    try:
        handle = nvml.handle(index)
    except MeterError as error:
        missing = [each.name for each in fields(GpuFacts) if each.name not in known]
        reasons = {name: str(error) for name in missing if name not in ("index", "unknown")}
        return GpuFacts(index, **known, unknown={**reasons, **unknown})
    ask(("name",), lambda: (str(of("nvmlDeviceGetName")),))
    ask(("uuid",), lambda: (str(of("nvmlDeviceGetUUID")),))
    ask(("pci_bus_id",), lambda: (_text(of("nvmlDeviceGetPciInfo").busId),))
    ask(
        ("compute_capability",),
        lambda: (".".join(map(str, of("nvmlDeviceGetCudaComputeCapability"))),),
    )
    ask(("memory_total_bytes", "memory_free_bytes"), lambda: _memory(of("nvmlDeviceGetMemoryInfo")))
    ask(("ecc",), lambda: (bool(of("nvmlDeviceGetEccMode")[0]),))
    ask(("mig",), lambda: (bool(of("nvmlDeviceGetMigMode")[0]),))
    ask(("persistence",), lambda: (bool(of("nvmlDeviceGetPersistenceMode")),))
    ask(("power_limit_w",), lambda: (int(of("nvmlDeviceGetEnforcedPowerLimit")) / 1000,))
    ask(
        ("power_limit_default_w",),
        lambda: (int(of("nvmlDeviceGetPowerManagementDefaultLimit")) / 1000,),
    )
    ask(
        ("power_limit_range_w",),
        lambda: (
            tuple(
                int(limit) / 1000 for limit in of("nvmlDeviceGetPowerManagementLimitConstraints")
            ),
        ),
    )
    ask(("max_clock_mhz",), lambda: (float(of("nvmlDeviceGetMaxClockInfo", module.NVML_CLOCK_SM)),))
    ask(
        ("supported_memory_clocks_mhz",),
        lambda: (_clocks(of("nvmlDeviceGetSupportedMemoryClocks")),),
    )
    ask(("supported_clocks_mhz",), lambda: (supported_clocks_mhz(nvml, handle),))
    ask(("processes",), lambda: (_processes(nvml, handle),))
    ask(
        ("virtualization",),
        lambda: (VIRTUALIZATION.get(int(of("nvmlDeviceGetVirtualizationMode")), "unknown"),),
    )
    return GpuFacts(index, **known, unknown=unknown)


def supported_clocks_mhz(nvml: Nvml, handle: Any) -> tuple[int, ...]:
    """Return the graphics clocks that can be set at the highest memory clock, ascending.

    Raises:
        MeterError: the driver doesn't say.
    """
    memory_mhz = max(_clocks(nvml.call("nvmlDeviceGetSupportedMemoryClocks", handle)), default=0)
    return _clocks(nvml.call("nvmlDeviceGetSupportedGraphicsClocks", handle, memory_mhz))


def index_of_uuid(nvml: Nvml, uuid: str) -> int | None:
    """Return NVML's index of a GPU: CUDA counts in another order and only what it may see."""
    wanted = uuid.removeprefix("GPU-").lower()
    for index in range(nvml.count()):
        try:
            found = str(nvml.call("nvmlDeviceGetUUID", nvml.handle(index)))
        except MeterError:
            continue
        if found.removeprefix("GPU-").lower() == wanted:
            return index
    return None


def _cuda(version: int) -> str:
    return f"{version // 1000}.{version % 1000 // 10}"


def _clocks(clocks: Any) -> tuple[int, ...]:
    return tuple(sorted(int(clock) for clock in clocks))


def _memory(info: Any) -> tuple[int, int]:
    return int(info.total), int(info.free)


def _text(value: Any) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)


def _processes(nvml: Nvml, handle: Any) -> tuple[GpuProcess, ...]:
    """Return what computes or draws on the GPU, each process once."""
    found: dict[int, GpuProcess] = {}
    for kind in ("Compute", "Graphics"):
        try:
            running = nvml.ask(f"nvmlDeviceGet{kind}RunningProcesses_v3", handle)
        except MeterError:
            running = nvml.call(f"nvmlDeviceGet{kind}RunningProcesses_v2", handle)
        for process in running[:MOST_PROCESSES]:
            used = process.usedGpuMemory
            found[int(process.pid)] = GpuProcess(
                int(process.pid), None if used is None else int(used)
            )
    return tuple(found[pid] for pid in sorted(found))
