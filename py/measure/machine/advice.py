"""What would make results on a machine steadier, or more. Advice only: nothing is changed here."""

from collections.abc import Iterator
from dataclasses import dataclass

from py.measure.machine.checked import check
from py.measure.machine.clocks import Clocks
from py.measure.machine.gpu import Gpu
from py.measure.machine.heat import Heat
from py.measure.machine.load import Load
from py.measure.machine.memory import Share
from py.measure.machine.software import Software
from py.measure.machine.supply import Supply

_BUSY_CPUS = 0.2
_STOLEN_SHARE = 0.01
_HOT_C = 90


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, why, and the command for it where there is one."""

    what: str
    command: str | None = None

    def __post_init__(self) -> None:
        check(self)


def advise(
    clocks: Clocks,
    share: Share,
    load: Load,
    supply: Supply,
    heat: Heat,
    gpus: tuple[Gpu, ...],
    software: tuple[Software, ...],
) -> tuple[Advice, ...]:
    """Return what to do, the most telling first; nothing where all is well."""
    return (
        *_power(supply, clocks),
        *_company(load, share),
        *_warmth(heat),
        *(advice for gpu in gpus for advice in _gpu(gpu)),
        *(_blind(software) if gpus else ()),
    )


def _power(supply: Supply, clocks: Clocks) -> Iterator[Advice]:
    if supply.on_battery:
        yield Advice("Plug in: on battery the processor is held back.")
    if clocks.governor is not None and clocks.governor != "performance":
        yield Advice(
            f"Let the processor keep its clock (its governor is {clocks.governor}).",
            "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
        )


def _company(load: Load, share: Share) -> Iterator[Advice]:
    if load.others_cpus is not None and load.others_cpus >= _BUSY_CPUS:
        yield Advice(
            f"Close other programs: they took {load.others_cpus:.1f} processors' time just now.",
            "top",
        )
    if load.stolen_share is not None and load.stolen_share >= _STOLEN_SHARE:
        yield Advice(
            f"The host of this virtual machine took {load.stolen_share:.0%} of its time: measure "
            "at another hour, or on a machine that is not shared."
        )
    quota, threads = share.quota_cpus, share.threads
    if quota is not None and threads is not None and quota < threads:
        yield Advice(
            f"This process gets {quota:g} processors' time on {threads} processors, and is stopped "
            "in between: start the container with whole ones.",
            f"docker run --cpuset-cpus 0-{max(0, int(quota) - 1)} …",
        )


def _warmth(heat: Heat) -> Iterator[Advice]:
    if heat.throttling:
        yield Advice("The processor slows down for heat right now: let it cool, see to its fans.")
    elif heat.temperature_c is not None and heat.temperature_c >= _HOT_C:
        yield Advice(f"The processor is at {heat.temperature_c:.0f} °C: let it cool first.")


def _gpu(gpu: Gpu) -> Iterator[Advice]:
    which = f"GPU {gpu.index}"
    if gpu.persistence is False:
        yield Advice(
            f"Keep the driver of {which} awake between runs (persistence mode).",
            f"sudo nvidia-smi -i {gpu.index} -pm 1",
        )
    if gpu.other_processes:
        yield Advice(
            f"Other programs use {which} ({gpu.other_processes}): close them.", "nvidia-smi"
        )
    limit, usual = gpu.power_limit_w, gpu.power_limit_default_w
    if limit is not None and usual is not None and limit < usual:
        yield Advice(
            f"The power limit of {which} is {limit:.0f} W, its default is {usual:.0f} W.",
            f"sudo nvidia-smi -i {gpu.index} -pl {usual:.0f}",
        )
    if gpu.mig:
        yield Advice(
            f"{which} is cut into instances (MIG), and its meter counts them all: switch it off.",
            f"sudo nvidia-smi -i {gpu.index} -mig 0",
        )
    if gpu.throttled:
        yield Advice(
            f"{which} runs below its clocks right now ({', '.join(gpu.throttled)}): let it cool."
        )


def _blind(software: tuple[Software, ...]) -> Iterator[Advice]:
    """Yield what to do about runners that don't see the GPUs."""
    for one in software:
        if one.works and not any(device.startswith("cuda") for device in one.devices):
            if one.name == "torch":
                yield Advice(
                    "torch does not see the GPU: install one that is built for its CUDA "
                    "(https://pytorch.org/get-started)."
                )
            else:
                yield Advice(
                    f"{one.name} does not see the GPU: install the one with CUDA.",
                    "python -m pip install onnxruntime-gpu",
                )
