"""What the machine's surroundings mean for a measurement, and the verdict: in sentences."""

from collections.abc import Sequence

from py.measure.machine.quantity import Quantity
from py.measure.machine.surroundings import UNKNOWN_MAKE, Surroundings


def inside(around: Surroundings) -> str | None:
    """Return where this runs and what follows; None where that is not known."""
    if around.wsl is not None:
        return (
            f"the Windows subsystem for Linux (WSL{around.wsl}): Windows shares the processor, and "
            "its energy is not passed on"
        )
    if around.virtual:
        make = around.virtual_machine or UNKNOWN_MAKE
        machine = f"a virtual machine ({make})"
        if around.container is not None:
            machine += f", in it a container ({around.container})"
        return f"{machine}: its host may take time away, and keeps the energy counters"
    if around.container is not None:
        bare = "" if around.virtual is None else " on a real machine"
        return (
            f"a container ({around.container}){bare}: times are the machine's own, meters may be "
            "hidden"
        )
    return "no virtual machine and no container" if around.virtual is False else None


def verdict(quantities: Sequence[Quantity]) -> tuple[str, ...]:
    """Return what can be measured here, in sentences; quantities of one reason stand together."""
    told = []
    can = [one for one in quantities if one.available]
    for runtime in quantities:
        if runtime.quantity == "runtime":
            told.append(
                "Runtime can be measured."
                if runtime.available
                else f"Runtime can't be measured yet: {runtime.reason}."
            )
    energies = [one.name for one in can if one.quantity != "runtime"]
    if energies:
        told.append(f"{_capital(joined(energies))} can be measured.")
    for reason, names in reasons(quantities):
        if names != ["runtime"]:
            verb = "is" if len(names) == 1 else "are each"
            told.append(f"{_capital(joined(names))} {verb} unavailable: {reason}.")
    return tuple(told)


def summary(quantities: Sequence[Quantity]) -> str:
    """Return the verdict in one sentence, without reasons."""
    can = [one for one in quantities if one.available]
    energies = [one.name for one in can if one.quantity != "runtime"]
    if not any(one.quantity == "runtime" for one in can):
        return "Runtime can't be measured yet: install a runner first."
    if not energies:
        return "Runtime can be measured, energy can't: a profile made here is of time alone."
    return f"Runtime can be measured, and {joined(energies)}."


def reasons(quantities: Sequence[Quantity]) -> list[tuple[str, list[str]]]:
    """Return why quantities are not available, each reason once, with their names."""
    found: dict[str, list[str]] = {}
    for one in quantities:
        if one.reason is not None:
            found.setdefault(one.reason, []).append(one.name)
    return list(found.items())


def joined(names: Sequence[str]) -> str:
    """Return names as a list in words; what they begin with alike is said once."""
    prefix = "energy of "
    rest = [
        name.removeprefix(prefix) if place and names[0].startswith(prefix) else name
        for place, name in enumerate(names)
    ]
    return rest[0] if len(rest) == 1 else f"{', '.join(rest[:-1])} and {rest[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
