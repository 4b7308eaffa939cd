"""Are the powers and energies such as this device can draw?"""

from collections.abc import Iterator

from py.measure.check.bounds import bounds
from py.measure.check.device_match import device_of
from py.measure.check.finding import Finding, Verdict, listed, not_checked, passed, worst
from py.measure.check.subject import Subject
from py.measure.machine.profile_facts import measured_gpu
from py.measure.machine.told import Told
from py.measure.report import units

_UNREAD = "The profile can't be read: see the check of its form."
_REMEDY = "Check which meter was read, in which unit, and whether it is that of this device."


def powers(subject: Subject) -> Finding:
    """Say whether powers are between idle and the limit, and within what it is rated for."""
    if subject.platform is None:
        return not_checked(_UNREAD)
    seen = list(_seen(subject))
    if not seen:
        return not_checked("No power was measured: the profile is one of runtimes alone.")
    least, most = min(seen), max(seen)
    said: list[str] = []
    verdicts: list[Verdict] = []
    known = []
    for name, over, reference, what in (
        ("power-over-rated", most, rated_power_w(subject), "rated for"),
        ("power-over-limit", most, power_limit_w(subject), "limited to"),
    ):
        if reference is not None:
            known.append(f"{what} {units.quantity(reference, 'W')}")
            verdict = bounds().limits[name].verdict(over / reference)
            if verdict != "pass":
                verdicts.append(verdict)
                said.append(f"up to {units.quantity(over, 'W')}, and the device is {known[-1]}")
    idle = idle_power_w(subject)
    if idle is not None and idle > 0:
        known.append(f"idle {units.quantity(idle, 'W')}")
        verdict = bounds().limits["idle-over-power"].verdict(idle / least)
        if verdict != "pass":
            verdicts.append(verdict)
            said.append(
                f"down to {units.quantity(least, 'W')}, and the idle device draws "
                f"{units.quantity(idle, 'W')}"
            )
    if said:
        return Finding(worst(verdicts), f"Powers reach {listed(said)}.", _REMEDY)
    against = ", ".join(known) or "neither idle power nor a limit is known"
    return passed(
        f"Powers from {units.quantity(least, 'W')} to {units.quantity(most, 'W')} ({against})."
    )


def _seen(subject: Subject) -> Iterator[float]:
    """Yield the powers that the profile and its capture have."""
    for model in subject.data["models"]:
        power = model["power_w"]
        if power is not None:
            yield from (measured for measured, _ in power["points"] if measured > 0)
            yield from (end for end in power["bounds_w"] or () if end > 0)
    common = subject.data["otherwise"]["power_w"]
    if common:
        yield common
    survey = subject.survey
    if survey is not None and survey.most_power.line:
        yield -survey.least_power.value
        yield survey.most_power.value


def rated_power_w(subject: Subject) -> float | None:
    """Return the rated power that the profile states, else that of the published device."""
    stated = subject.data["rated_power_w"]
    if stated is not None:
        return float(stated["value"])
    device = device_of(subject)
    rated = None if device is None else device.device.rated_power_w
    return None if rated is None else rated.value


def idle_power_w(subject: Subject) -> float | None:
    """Return the idle power that the profile states, else the median of the capture's."""
    stated = subject.data["idle_power_w"]
    if stated is not None:
        return float(stated["value"])
    return None if subject.survey is None else subject.survey.idle_power_w()


def power_limit_w(subject: Subject) -> float | None:
    """Return the power limit of the GPU that was measured, as the capture's header states it."""
    survey = subject.survey
    header = None if survey is None else survey.header
    if header is None or not header.device.startswith("cuda"):
        return None  # a processor's limit is told by no system
    gpu = measured_gpu(Told(header.machine), header.runner, header.device)
    return gpu.number("power_limit_w") or None


def energies(subject: Subject) -> Finding:
    """Say whether the energy of each row is its power times its time."""
    survey = subject.survey
    if survey is None or survey.problem:
        return not_checked("There is no capture to look at.")
    if not survey.energies:
        return not_checked("No row has a runtime, a power and an energy.")
    gap, line = survey.energy_gap.value, survey.energy_gap.line
    verdict = bounds().limits["energy-gap"].verdict(gap)
    said = (
        f"Energy and power times time are at most {units.percent(gap)} apart (line {line}) in "
        f"{survey.energies:,} rows."
    )
    if verdict == "pass":
        return passed(said)
    return Finding(verdict, said, "Take all three from one window of one meter.")
