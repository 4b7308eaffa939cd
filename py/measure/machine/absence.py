"""Why a quantity can't be measured, and what could be done about it."""

from dataclasses import dataclass

from py.measure.machine.checked import check


@dataclass(frozen=True, slots=True)
class Absence:
    """``code`` is stable, ``reason`` and ``remedy`` are for people."""

    code: str
    reason: str
    remedy: str

    def __post_init__(self) -> None:
        check(self)
