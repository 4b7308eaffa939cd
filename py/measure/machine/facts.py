"""All facts of a machine in one value."""

from dataclasses import dataclass
from typing import Any

from py.measure.machine.advice import Advice, advise
from py.measure.machine.checked import as_json
from py.measure.machine.clocks import Clocks
from py.measure.machine.gpu import Gpu
from py.measure.machine.heat import Heat
from py.measure.machine.load import Busy, Load
from py.measure.machine.meaning import verdict
from py.measure.machine.memory import Memory, Share
from py.measure.machine.meters_here import published
from py.measure.machine.processor import Processor
from py.measure.machine.quantity import Quantity
from py.measure.machine.software import Software
from py.measure.machine.supply import Supply
from py.measure.machine.surroundings import Surroundings
from py.measure.machine.system import System
from py.measure.meters.report import MeterReport

SCHEMA = "joulegraph/doctor/1"


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """What a machine is and what can be measured on it.

    ``busiest`` is for the terminal alone and is never published.
    """

    system: System
    surroundings: Surroundings
    processor: Processor
    clocks: Clocks
    memory: Memory
    share: Share
    load: Load
    supply: Supply
    heat: Heat
    gpus: tuple[Gpu, ...]
    meters: tuple[MeterReport, ...]
    software: tuple[Software, ...]
    quantities: tuple[Quantity, ...]
    busiest: tuple[Busy, ...] = ()

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What would help, most of all results that are steadier."""
        return advise(
            *(self.clocks, self.share, self.load, self.supply, self.heat, self.gpus),
            self.software,
        )

    @property
    def verdict(self) -> tuple[str, ...]:
        """What can be measured, in sentences."""
        return verdict(self.quantities)

    def as_json(self) -> dict[str, Any]:
        """Return the facts as ``joulegraph/doctor/1`` (public/schema/doctor.schema.json).

        ``system``, ``surroundings``, ``processor``, ``clocks``, ``memory``, ``share``, ``load``,
        ``supply`` and ``heat`` are objects with the fields of the value types of the same names in
        this room; ``gpus`` and ``software`` are lists of such, ``meters`` a list of meters as
        ``py.measure.meters.report`` has them. ``quantities`` says for runtime and for energy,
        domain by domain, whether it is available and by which meter, else the reason and what
        would help; ``verdict`` says the same in sentences. ``advice`` lists what would make
        results steadier, each with its command. Units are in the names; null is unknown. There are
        no names of hosts, users and processes, no serial numbers and no addresses: a capture
        carries all of this into the open.
        """
        parts = ("system", "surroundings", "processor", "clocks", "memory", "share", "load")
        return {
            "schema": SCHEMA,
            **{name: as_json(getattr(self, name)) for name in (*parts, "supply", "heat")},
            "gpus": [as_json(gpu) for gpu in self.gpus],
            "meters": [published(meter) for meter in self.meters],
            "software": [as_json(one) for one in self.software],
            "quantities": [as_json(one) for one in self.quantities],
            "verdict": list(self.verdict),
            "advice": [as_json(one) for one in self.advice],
        }
