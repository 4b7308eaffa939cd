"""What a meter is: it says how much energy one part of a machine has drawn since it was opened.

A **domain** is where energy is drawn: ``gpu`` (the whole board), ``package`` (a processor with its
caches), ``core`` (its cores alone, inside ``package``), ``dram`` (memory modules, outside of
``package`` as Intel counts them), ``soc`` (a system on a chip that has one counter for all), and
``other``. Domains are kept apart and never added up here.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

Domain = Literal["gpu", "package", "core", "dram", "soc", "other"]
Source = Literal["counter", "power"]
"""``counter``: the device counts energy itself. ``power``: its power is sampled and added up."""


class MeterError(Exception):
    """A reading failed; the sentence says what was read and what came instead."""


@dataclass(frozen=True, slots=True)
class MeterFacts:
    """What is known of a meter before it is used; None is unknown.

    ``name`` is unique on a machine. ``resolution_j`` is the unit in which it counts and
    ``update_period_s`` how often it steps, both as measured now.
    """

    name: str
    domain: Domain
    source: Source
    resolution_j: float | None = None
    update_period_s: float | None = None


class Meter(Protocol):
    """An open meter. Not safe across processes; one thread reads it."""

    @property
    def facts(self) -> MeterFacts: ...

    def energy_j(self) -> float:
        """Return the energy since the meter was opened, wrap-around undone.

        Raises:
            MeterError: it can't be read now (permission, a zone that went away, a driver's error).
        """
        ...

    def power_w(self) -> float | None:
        """Return the power right now where the device says it, else None.

        Raises:
            MeterError: it can't be read now.
        """
        ...

    def close(self) -> None: ...
