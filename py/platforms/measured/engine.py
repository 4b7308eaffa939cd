"""A measured device as a platform: a layer in, its time, power and energy out, with intervals."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any

from py.layers.layer import Bits, Layer
from py.notes import Note
from py.platforms.estimate import Estimate, Interval, Quantity
from py.platforms.measured.answer import Answer, answer_of
from py.platforms.measured.calibration import Calibration
from py.platforms.measured.model import KindModel
from py.platforms.measured.of_layer import workload_of
from py.platforms.measured.profile import Profile
from py.platforms.measured.read import profile_from_json
from py.platforms.measured.spread import LEVEL
from py.platforms.measured.totals import rule_of, summed
from py.platforms.measured.workload import NAMES, Workload
from py.platforms.platform import Standing
from py.platforms.timed import TimedEstimate
from py.platforms.timed_platform import TimedPlatform

_OF_INFERENCE = Note(
    "training",
    "gradients were not measured, only inferences: that of a convolution or a pooling is taken to "
    "be as long as its way forward, another as a layer of its sizes. How far off that is, nobody "
    "knows.",
)
_INCLUDED = TimedEstimate(
    terms=(),
    time_origin="measured",
    notes=(
        Note(
            "training", "gradients were measured together with their layers, whose time has them."
        ),
    ),
)
_NOTHING = TimedEstimate(terms=(), time_origin="measured")


@lru_cache(64)
def _included(bits: Bits) -> TimedEstimate:
    """Return what a gradient takes besides its layer: nothing, though it moves what it moves."""
    return replace(_INCLUDED, bits=asdict(bits))


@dataclass(frozen=True, eq=False)
class Measured(TimedPlatform):
    """A platform of kind ``measured``: the models of a profile, scaled by a calibration if any."""

    id: str
    name: str
    hash: str
    profile: Profile
    calibration: Calibration | None = None
    kind: str = "measured"
    _estimates: dict[tuple[Workload, float, bool], TimedEstimate] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def host(self) -> Standing | None:
        return self.profile.host

    @property
    def idle(self) -> Standing | None:
        return self.profile.idle

    def calibrated(self, calibration: Calibration) -> "Measured":
        """Return the platform with its times and powers scaled."""
        return Measured(self.id, self.name, self.hash, self.profile, calibration)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return what the file remarks, what of the power is not measured, and the calibration."""
        profile, said = self.profile, []
        kinds = {model.kind for model in profile.models.values()}
        powered = {model.kind for model in profile.models.values() if model.power is not None}
        if not powered and profile.rated_power is not None:
            text = (
                f"Power was not measured: it is the rated power of the datasheet, "
                f"{profile.rated_power.value:g} W ({profile.rated_power.source}), so powers and "
                "energies are estimated."
            )
            said.append(Note("platform-power", text))
        elif not powered:
            said.append(Note("platform-power", "Power was not measured: energies are unavailable."))
        elif kinds - powered:
            missing = ", ".join(NAMES.get(kind, kind) for kind in sorted(kinds - powered))
            text = f"Power was not measured for {missing}."
            said.append(Note("platform-power", text))
        if profile.of_training:
            text = (
                "Layers were measured in training, forward and backward pass together: an inference"
                " takes less than is said here."
            )
            said.append(Note("platform-training", text))
        if self.host is None:
            text = "What the host draws meanwhile was not measured and is not in the energy."
            said.append(Note("platform-host", text))
        if self.calibration is not None:
            said.append(Note("platform-calibrated", _calibrated(self.calibration)))
        return (*said, *(Note("platform-remark", text) for text in profile.remarks))

    def as_json(self) -> dict[str, Any]:
        about = {name: value for name, value in self.profile.about.items() if value is not None}
        kinds = [_told(model) for model in self.profile.models.values()]
        calibration = self.calibration
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "hash": self.hash,
            "levels": [level.as_json() for level in self.levels],
            "form": self.profile.form,
            "about": about,
            "kinds": kinds,
            "calibration": None if calibration is None else calibration.as_json(),
        }

    def estimate(self, layer: Layer) -> TimedEstimate | None:
        """Return a layer's time and what else is known; None if its sizes are unknown.

        Raises:
            JoulegraphError: ``pool-size-unknown``.
        """
        if layer.in_place:
            return _NOTHING
        if layer.is_gradient and self.profile.of_training:
            weight, activation = self.native_bits
            bits = Bits(layer.bits.weight or weight, layer.bits.activation or activation)
            return _included(bits)
        work = workload_of(layer)
        if work is None:
            return None
        work, steps = _sequence(work, layer.runs)
        key = work, steps, layer.is_gradient
        if key not in self._estimates:
            found = self.answer(work).scaled(1 / steps, 1.0).estimate()
            self._estimates[key] = _extrapolated(found) if layer.is_gradient else found
        return self._estimates[key]

    def answer(self, work: Workload) -> Answer:
        """Return what the profile says of a workload, scaled by the calibration."""
        found = answer_of(self.profile, work)
        scale = self.calibration
        return found if scale is None else found.scaled(scale.time, scale.power or 1.0)

    def combined(self, priced: Sequence[tuple[Layer, Estimate]], /) -> Interval | None:
        """Return the ends of the totals; of a quantity that a layer has none for, there are none.

        Those of the average power (papers/003, equation 4) weigh the layers' by their times.
        """
        found: dict[Quantity, tuple[float, float]] = {}
        entries = [(error_key(layer), estimate) for layer, estimate in priced if estimate.time_s]
        for name in ("time_s", "energy_j"):
            rows = [_row(key, estimate, name) for key, estimate in entries]
            known = [row for row in rows if row is not None]
            if rows and len(known) == len(rows):
                found[name] = summed(known, self.profile.correlation)
        powers = [_power(key, estimate) for key, estimate in entries]
        known = [row for row in powers if row is not None]
        if powers and len(known) == len(powers):
            low, high = summed(known, self.profile.correlation)
            time_s = math.fsum(estimate.time_s or 0.0 for _, estimate in entries)
            found["power_w"] = low / time_s, high / time_s
        if not found:
            return None
        return Interval(found, LEVEL, rule=rule_of(self.profile.correlation))


def measured_from_json(data: Mapping[str, Any], digest: str) -> Measured:
    """Return the platform that a profile describes.

    Raises:
        JoulegraphError: ``platform-invalid`` naming the field.
    """
    return Measured(data["id"], data["name"], digest, profile_from_json(data))


def _extrapolated(found: TimedEstimate) -> TimedEstimate:
    """Return an estimate of a gradient: out of what was measured, without an interval."""
    notes = (*found.notes, _OF_INFERENCE)
    return replace(found, interval=None, in_range=False, notes=notes)


def _calibrated(scale: Calibration) -> str:
    networks = "1 network" if scale.networks == 1 else f"{scale.networks} networks"
    power = "" if scale.power is None else f" and powers by {scale.power:.3g}"
    return f"Calibrated: times are scaled by {scale.time:.3g}{power}, from {networks} measured."


def _told(model: KindModel) -> dict[str, Any]:
    """Return what a reader may want to know of a kind's model."""
    return {
        "kind": model.kind,
        "dtype": model.dtype,
        "ranges": {name: [found.least, found.most] for name, found in model.ranges.items()},
        "fixed": dict(model.fixed),
        **model.about,
    }


def _sequence(work: Workload, runs: float) -> tuple[Workload, float]:
    """Return what is timed as one, and how many runs of the layer that is.

    A recurrent layer is measured over whole sequences: one of its steps takes its share of their
    time, not a launch of its own.
    """
    if work.kind != "recurrent" or runs <= 1:
        return work, 1
    whole = replace(
        work,
        macs=round(work.macs * runs),
        ops=round(work.ops * runs),
        ifmap_elements=round(work.ifmap_elements * runs),
        ofmap_elements=round(work.ofmap_elements * runs),
    )
    return whole, runs


def error_key(layer: Layer) -> Hashable:
    """Return what is the same for layers that are off by the same."""
    sizes = layer.ifmap_elements, layer.weight_elements, layer.ofmap_elements
    return layer.kind, layer.loops, layer.macs, layer.ops, layer.bits, sizes, layer.window


_Entry = tuple[Hashable, float, tuple[float, float]]


def _row(key: Hashable, estimate: Estimate, name: Quantity) -> _Entry | None:
    value = estimate.time_s if name == "time_s" else estimate.energy_j
    ends = None if estimate.interval is None else estimate.interval.of(name)
    return None if value is None or ends is None else (key, value, ends)


def _power(key: Hashable, estimate: Estimate) -> _Entry | None:
    """Return a layer's power times its predicted time, with its ends."""
    ends = None if estimate.interval is None else estimate.interval.of("power_w")
    if estimate.power_w is None or estimate.time_s is None or ends is None:
        return None
    time_s = estimate.time_s
    return key, estimate.power_w * time_s, (ends[0] * time_s, ends[1] * time_s)
