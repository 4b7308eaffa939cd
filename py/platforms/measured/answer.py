"""What a profile says of one workload, and from where in the profile it says it."""

import math
from dataclasses import dataclass, replace

from py.errors import JoulegraphError
from py.notes import Note
from py.platforms.estimate import Interval, Origin, Quantity
from py.platforms.measured.features import features_of
from py.platforms.measured.model import MOST_S, KindModel, Predicted
from py.platforms.measured.polynomial import added
from py.platforms.measured.profile import Profile
from py.platforms.measured.roles import role_of
from py.platforms.measured.spread import LEVEL
from py.platforms.measured.workload import NAMES, Workload, of_one_group
from py.platforms.timed import ROLES, TimedEstimate, TimeTerm

_NATIVE = 32
_NAMED = 3
_MOST_GROUPS = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """A prediction with its origins and notes; ``work`` is what was priced."""

    work: Workload
    predicted: Predicted
    time_origin: Origin
    power_origin: Origin | None
    in_range: bool
    notes: tuple[Note, ...] = ()

    def scaled(self, time: float, power: float) -> "Answer":
        """Return the answer with times and powers scaled."""
        return replace(self, predicted=self.predicted.scaled(time, power))

    def estimate(self) -> TimedEstimate:
        """Return the answer as an estimate: the terms of each role together."""
        found, work = self.predicted, self.work
        return TimedEstimate(
            terms=_terms(found.shares),
            time_origin=self.time_origin,
            power_w=found.power_w,
            power_origin=None if found.power_w is None else self.power_origin,
            interval=Interval(found.intervals, LEVEL) if found.intervals else None,
            in_range=self.in_range,
            bits={"weight": work.weight_bits, "activation": work.activation_bits},
            notes=self.notes,
        )


def answer_of(profile: Profile, work: Workload) -> Answer:
    """Return what a profile says of a workload: by its kind's model, else by all that was measured.

    Where the profile has its kind at other widths only, that model answers, at those widths.
    """
    taken, times, notes = _taken(profile, work)
    model = profile.models.get((taken.kind, taken.dtype))
    predicted = None if model is None else model.predict(taken)
    if predicted is None or model is None:
        return _otherwise(profile, work, _why_not(work, taken, model))
    predicted = predicted.repeated(times)
    inside = predicted.distance == 0 and not notes
    if predicted.distance > 0:
        text = "Outside of what was measured: the interval is wider."
        notes = (*notes, Note("out-of-range", text))
    if model.power is not None and model.power.unreliable is not None:
        notes = (*notes, Note("power-unreliable", model.power.unreliable))
    answer = Answer(work, predicted, "measured", "measured", inside, notes)
    return _rated(profile, answer)


def _taken(profile: Profile, work: Workload) -> tuple[Workload, int, tuple[Note, ...]]:
    """Return what a model of the profile is asked about, how many times, and how it differs."""
    models = profile.models
    if (work.kind, work.dtype) in models:
        return work, 1, ()
    found, times, notes = work, 1, []
    kinds = {kind for kind, _ in models}
    few = 1 < work.groups <= _MOST_GROUPS
    if work.kind == "grouped" and few and "grouped" not in kinds and "conv" in kinds:
        found, times = of_one_group(work), work.groups
        text = "Convolutions in groups were not measured: timed as one a group, started together."
        notes.append(Note("as-convolutions", text))
    if work.kind == "matmul" and "matmul" not in kinds and "dense" in kinds:
        found = replace(found, kind="dense", batch=work.batch * work.groups, groups=1)
        text = "Products of two activations were not measured: it is timed as one with weights."
        notes.append(Note("as-dense", text))
    if (found.kind, found.dtype) not in models:
        other = next((one for one in _near(found) if (one.kind, one.dtype) in models), None)
        if other is not None:
            text = f"Not measured at {_precision(found)}: timed as at {_precision(other)}."
            found = other
            notes.append(Note("as-measured-precision", text))
    return found, times, tuple(notes)


def _near(work: Workload) -> list[Workload]:
    """Return a workload at other precisions, the likest first: as wide, then single precision."""
    plain = replace(work, precision="")
    native = replace(plain, weight_bits=_NATIVE, activation_bits=_NATIVE)
    named = {16: ["bf16"], _NATIVE: ["tf32"]}.get(work.activation_bits, [])
    return [
        plain,
        *(replace(work, precision=name) for name in named),
        native,
        replace(native, precision="tf32"),
    ]


def _precision(work: Workload) -> str:
    if work.precision:
        return work.precision
    weight, activation = work.weight_bits, work.activation_bits
    return f"{weight} bits" if weight == activation else f"{weight} and {activation} bits"


def _why_not(work: Workload, taken: Workload, model: KindModel | None) -> str:
    """Return why no model answers for a workload."""
    name = NAMES.get(work.kind, work.kind)
    if model is None or taken.kind != work.kind:
        return f"No {name} was measured"
    if model.covers(features_of(taken)):
        return f"The fit gives no time above zero for this {name}"
    return f"Unlike any {name} that was measured"


def _otherwise(profile: Profile, work: Workload, why: str) -> Answer:
    """Return what bytes and MACs say of a layer that no model answers for, and why none does."""
    other, features = profile.otherwise, features_of(work)
    parts = other.polynomial.contributions(features)
    time_s = added(parts)
    if not 0 <= time_s < MOST_S:
        raise JoulegraphError(
            "time-unknown",
            f"The profile's coefficients say that a layer of this size takes {time_s:.3g} s.",
            "Choose another profile, or fit it anew.",
        )
    shares = tuple(
        (term.text, part) for term, part in zip(other.polynomial.terms, parts, strict=True)
    )
    ends: dict[Quantity, tuple[float, float]] = {}
    if other.spread is not None:
        ends["time_s"] = other.spread.around(time_s, time_s, 0.0)
    predicted = Predicted(time_s, other.power_w, shares, math.inf, ends)
    text = f"{why}: the time is from the launch, bytes and MACs of all that was measured."
    answer = Answer(
        work, predicted, "modelled", "modelled", False, (Note("kind-not-measured", text),)
    )
    return _rated(profile, answer)


def _rated(profile: Profile, answer: Answer) -> Answer:
    """Return the answer with the datasheet's power where none was measured."""
    if answer.predicted.power_w is not None:
        return answer
    if profile.rated_power is None:
        return replace(answer, power_origin=None)
    predicted = answer.predicted._replace(power_w=profile.rated_power.value)
    return replace(answer, predicted=predicted, power_origin="datasheet")


def _terms(shares: tuple[tuple[str, float], ...]) -> tuple[TimeTerm, ...]:
    """Return a term for each role that takes time, with the largest of its own named."""
    by_role: dict[str, list[tuple[float, str]]] = {}
    for text, part in shares:
        if part:
            by_role.setdefault(role_of(text), []).append((part, text))
    return tuple(
        TimeTerm(role, role, math.fsum(part for part, _ in by_role[role]), _why(by_role[role]))
        for role in ROLES
        if role in by_role
    )


def _why(parts: list[tuple[float, str]]) -> str:
    largest = sorted(parts, key=lambda found: (-abs(found[0]), found[1]))[:_NAMED]
    named = "; ".join(f"{part:.3g} s from {text}" for part, text in largest)
    rest = len(parts) - len(largest)
    return f"{named}; and {rest} more terms" if rest > 0 else named
