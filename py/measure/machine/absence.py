"""Why a quantity can't be measured, and what could be done about it."""

from dataclasses import dataclass

from py.measure.machine.checked import check


@dataclass(frozen=True, slots=True)
class Absence:
    """``code`` is stable; ``reason`` and the lines of ``remedy`` are for people."""

    code: str
    reason: str
    remedy: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check(self)


def absent(code: str, reason: str, *remedy: str) -> Absence:
    """Return an absence; each line of the remedy is a command or a sentence."""
    return Absence(code, reason, tuple(line for line in remedy if line))
