"""A device with a datasheet as a platform: a layer in, its estimated time, power and energy out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from py.errors import JoulegraphError
from py.layers.layer import Layer
from py.notes import Note
from py.platforms.datasheet.device import Device
from py.platforms.datasheet.precision import (
    chain_of,
    precision_taken,
    widths_of,
)
from py.platforms.datasheet.roofline import Demand, terms_of
from py.platforms.estimate import Estimate, Interval
from py.platforms.platform import Standing
from py.platforms.timed import TimedEstimate
from py.platforms.timed_platform import TimedPlatform

_KNOWN = ("memory_bytes", "multiprocessors", "clock_hz")


@dataclass(frozen=True, eq=False)
class Datasheet(TimedPlatform):
    """A platform of kind ``datasheet``: nobody measured it, so all that it says is estimated."""

    id: str
    name: str
    hash: str
    device: Device
    kind: str = "datasheet"
    _estimates: dict[Any, TimedEstimate | None] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def host(self) -> Standing | None:
        return None

    @property
    def idle(self) -> Standing | None:
        """What the device draws when idle, which its rated power has in it."""
        found = self.device.idle_power_w
        return None if found is None else Standing(found.value, found.source, included=True)

    def combined(self, _priced: Sequence[tuple[Layer, Estimate]], /) -> Interval | None:
        """Return nothing: how far off it is, nobody measured."""
        return None

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return how it is estimated, what of it is not known, and what the file remarks."""
        device = self.device
        shares = device.computation_share, device.memory_share
        reached = (
            "the peaks of its datasheet, as no efficiency is stated"
            if device.computation is None and device.memory is None
            else f"{100 * shares[0]:g} % of the peak rate and {100 * shares[1]:g} % of the "
            f"bandwidth of its datasheet ({_sources(device)})"
        )
        said = [
            Note(
                "platform-estimated",
                f"Nobody measured {self.name} for this: times are a roofline at {reached}. How far "
                "off they are is not known, so there are no intervals.",
            )
        ]
        if device.rated_power_w is None:
            text = f"The power of {self.name} has no source, so energies are unknown."
            said.append(Note("platform-power", text))
        else:
            text = "The power of every layer is the device's rated power, the most it may draw."
            said.append(Note("platform-power", text))
        if device.launch_overhead_s is None:
            text = (
                "What starting a layer takes is not known and left out: short layers take longer."
            )
            said.append(Note("platform-launch", text))
        return (*said, *(Note("platform-remark", text) for text in device.remarks))

    def as_json(self) -> dict[str, Any]:
        device = self.device
        known = {name: getattr(device, name) for name in _KNOWN}
        figures = {
            **{f"peak_{name}": figure for name, figure in device.peaks.items()},
            "bandwidth_bytes_per_s": device.bandwidth_bytes_per_s,
            "rated_power_w": device.rated_power_w,
            "idle_power_w": device.idle_power_w,
            "launch_overhead_s": device.launch_overhead_s,
            **known,
            "efficiency_computation": device.computation,
            "efficiency_memory": device.memory,
        }
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "hash": self.hash,
            "class": device.device_class,
            "levels": [level.as_json() for level in self.levels],
            "figures": {
                name: None if figure is None else {"value": figure.value, "source": figure.source}
                for name, figure in figures.items()
            },
        }

    def estimate(self, layer: Layer) -> TimedEstimate | None:
        """Return a layer's roofline; None if its sizes are unknown.

        Raises:
            JoulegraphError: ``bandwidth-unknown`` or ``peak-unknown``.
        """
        key = (
            *(
                layer.macs,
                layer.ops,
                layer.bits,
                layer.in_place,
                layer.activation_dtype,
            ),
            *(layer.ifmap_elements, layer.weight_elements, layer.ofmap_elements),
        )
        if key not in self._estimates:
            self._estimates[key] = self._estimate(layer)
        return self._estimates[key]

    def _estimate(self, layer: Layer) -> TimedEstimate | None:
        demand = _demand(layer)
        if demand is None:
            return None
        device, notes = self.device, []
        chain = chain_of(layer)
        found = precision_taken(chain, device.peaks)
        if any(demand.bytes.values()) and device.bandwidth_bytes_per_s is None:
            raise JoulegraphError(
                "bandwidth-unknown",
                f"No source gives the memory bandwidth of {self.name}, and without it a roofline "
                "says nothing.",
                "Choose another platform.",
            )
        if found is None and (demand.macs or demand.ops):
            raise JoulegraphError(
                "peak-unknown",
                f"No source gives a peak of {self.name} for {chain[0]}"
                f"{' or wider' if len(chain) > 1 else ''}, only for "
                f"{', '.join(sorted(device.peaks)) or 'nothing'}.",
                "Choose other widths with --bits, or another platform.",
            )
        if demand.macs and found != chain[0]:
            why = (
                f"{self.name} is slower in {chain[0]} than in {found}"
                if chain[0] in device.peaks
                else f"No source gives a peak of {self.name} for {chain[0]}"
            )
            notes.append(Note("precision", f"{why}: the peak for {found} is taken."))
        weight, activation = widths_of(layer)
        power = device.rated_power_w
        return TimedEstimate(
            terms=terms_of(
                demand,
                device,
                None if found is None else device.peaks[found],
                "OP/s" if found == "int8" else "FLOP/s",
            ),
            time_origin="datasheet",
            power_w=None if power is None else power.value,
            power_origin=None if power is None else "datasheet",
            bits={"weight": weight, "activation": activation},
            notes=tuple(notes),
        )


def _sources(device: Device) -> str:
    """Return where the efficiency is from; the memory's apart where it is another number."""
    found = device.computation, device.memory
    shown = found[:1] if device.computation_share == device.memory_share else found
    return "; ".join(figure.source for figure in shown if figure is not None)


def _demand(layer: Layer) -> Demand | None:
    """Return what a layer computes and moves in one run; None where a size is unknown."""
    if layer.in_place:
        return Demand(0, 0, {})
    sizes = layer.ifmap_elements, layer.weight_elements, layer.ofmap_elements
    ifmap, weight, ofmap = sizes
    if ifmap is None or weight is None or ofmap is None:
        return None
    if layer.macs is None or layer.ops is None:
        return None
    weight_bits, activation_bits = widths_of(layer)
    moved = {
        "ifmap": ifmap * activation_bits / 8,
        "weight": weight * weight_bits / 8,
        "ofmap": ofmap * activation_bits / 8,
    }
    return Demand(layer.macs, layer.ops, moved)
