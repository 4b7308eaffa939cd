"""What can be measured on a machine, and what can't and why: runtime, and energy by domain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from py.measure.machine.absence import Absence
from py.measure.machine.checked import check
from py.measure.machine.nvml_absent import gpu_absence
from py.measure.machine.rapl_absent import rapl_refused
from py.measure.machine.redacted import free_lines, free_text
from py.measure.machine.software import Software
from py.measure.machine.surroundings import Surroundings
from py.measure.meters.meter import Domain
from py.measure.meters.report import MeterReport

#: Domains that are told of whether they can be measured or not; the others only where they can.
_ALWAYS: tuple[Domain, ...] = ("gpu", "package", "core", "dram")
_OF_PROCESSOR = frozenset({"package", "core", "dram"})
NAMES: dict[str, str] = {
    "runtime": "runtime",
    "gpu": "energy of the GPU",
    "package": "energy of the CPU package",
    "core": "energy of the CPU cores",
    "dram": "energy of the DRAM",
    "soc": "energy of the chip",
    "other": "energy elsewhere",
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity. ``device`` is the index of a GPU, None where there is only one of its kind.

    ``how`` is the meter (the runners, for runtime); resolution and period are as measured now. One
    that is not available has a ``reason``, and a ``remedy`` where there is any: each a line.
    """

    quantity: str
    device: int | None
    available: bool
    how: str | None = None
    resolution_j: float | None = None
    update_period_s: float | None = None
    reason: str | None = None
    remedy: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check(self)
        if self.quantity not in NAMES:
            raise ValueError(f"Quantity: quantity is one of {', '.join(NAMES)}")
        if self.available == (self.reason is not None):
            raise ValueError(
                f"Quantity: a reason if and only if it isn't available, got {self.reason!r}"
            )

    @property
    def name(self) -> str:
        """The quantity in words."""
        name = NAMES[self.quantity]
        return name if self.device is None else f"{name.replace('the GPU', 'GPU')} {self.device}"


def quantities(
    software: Sequence[Software],
    meters: Sequence[MeterReport],
    rapl: Absence | None,
    cards: Sequence[str],
    around: Surroundings,
) -> tuple[Quantity, ...]:
    """Return runtime first, then energy by domain and device.

    ``rapl`` says why the processor shows no counter, None where it does; ``cards`` are the makers
    of the graphics cards on the bus, ``around`` the virtual machine or container.
    """
    found = [_runtime(software)]

    def absence(domain: str, reports: Sequence[MeterReport]) -> Absence | None:
        if domain == "gpu":
            return gpu_absence(reports, cards, around)
        return (rapl or rapl_refused(reports)) if domain in _OF_PROCESSOR else None

    for domain in NAMES:
        reports = [meter for meter in meters if meter.domain == domain]
        numbered = [meter for meter in reports if meter.device is not None]
        # Where one GPU is seen, that another maker's library sees none is no news.
        for device in dict.fromkeys(meter.device for meter in numbered or reports):
            here = [meter for meter in reports if meter.device == device]
            if domain in _ALWAYS or any(meter.works for meter in here):
                found.append(_energy(domain, device, here, absence(domain, here)))
    return tuple(found)


def _runtime(software: Sequence[Software]) -> Quantity:
    working = [one for one in software if one.works]
    if working:
        return Quantity("runtime", None, True, how=", ".join(one.name for one in working))
    install = next((one.remedy for one in software if one.remedy), None)
    return Quantity(
        "runtime",
        None,
        False,
        reason="no runner is installed that could run layers",
        remedy=(install,) if install else (),
    )


def _energy(
    domain: str, device: int | None, reports: Sequence[MeterReport], absence: Absence | None
) -> Quantity:
    best = next(iter(_best_first(meter for meter in reports if meter.works)), None)
    if best is not None:
        return Quantity(
            *(domain, device, True, free_text(best.name, 80)),
            *(best.resolution_j, best.update_period_s),
        )
    if absence is not None:
        return Quantity(domain, device, False, reason=absence.reason, remedy=absence.remedy)
    first = reports[0]
    return Quantity(
        domain,
        device,
        False,
        reason=free_text(first.reason, 400) or "it does not say why",
        remedy=free_lines(first.remedy),
    )


def _best_first(meters: Iterable[MeterReport]) -> list[MeterReport]:
    """Counters before powers, finer before coarser."""
    return sorted(
        meters, key=lambda one: (one.source != "counter", one.resolution_j or float("inf"))
    )
