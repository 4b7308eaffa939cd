"""From rows to a profile: each kind fitted, what is common worked out, and written as JSON."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from threadpoolctl import threadpool_limits

from py.errors import JoulegraphError
from py.measure.fit.about import facts_of
from py.measure.fit.folds import FOLDS, SEED
from py.measure.fit.gathered import Gathered, gathered
from py.measure.fit.kind_fit import KindFit, fit_kind
from py.measure.fit.network_checks import check_networks, correlation_of
from py.measure.fit.neuralpower_kind import fit_neuralpower_kind
from py.measure.fit.otherwise import otherwise
from py.measure.table.row import Row
from py.platforms.measured import SCHEMA
from py.platforms.measured.engine import Measured
from py.platforms.measured.read import profile_from_json

Form = Literal["default", "neuralpower"]
Progress = Callable[[str], None]
_LEAST_ROWS = 20
_LONG = 100


@dataclass(frozen=True, slots=True)
class Source:
    """A file that rows are from: its name, SHA-256, and how rows were chosen from it."""

    name: str
    sha256: str
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProfileFit:
    """A profile, the fits of its kinds, and what was left out with the reasons."""

    json: dict[str, Any]
    kinds: tuple[KindFit, ...]
    left_out: Collection[str]


def fit_profile(
    identity: str,
    rows: Iterable[Row],
    sources: Sequence[Source],
    facts: Mapping[str, Any],
    form: Form = "default",
    progress: Progress = lambda _: None,
    folder: Path | None = None,
) -> ProfileFit:
    """Return a profile fitted to rows; those of whole networks are not fitted to.

    Rows can be gone through more than once, and may be read anew each time: of very many of them a
    fit takes a part (see ``choice``).

    These are predicted, as far as their models are known (see ``network_checks``), and from ten of
    them on they say how alike the errors of layers are. ``folder`` is where models may lie.

    The same rows give the same bytes: one thread adds up in one order.

    Raises:
        JoulegraphError: ``rows-few`` where no kind has twenty rows with a runtime, ``rows-mixed``
            where they are of several devices.
    """
    found = gathered(rows)
    _alike(found.named, "device")
    _alike(found.named, "direction")
    groups, left = found.samples, found.left
    enough = [samples for samples in groups.values() if len(samples.works) >= _LEAST_ROWS]
    for samples in groups.values():
        if len(samples.works) < _LEAST_ROWS:
            few = f"{len(samples.works)} rows of {samples.kind} ({samples.dtype} bits)"
            left.add(f"{few}: too few for a model, at least {_LEAST_ROWS}")
    if not enough:
        raise JoulegraphError(
            "rows-few",
            f"A profile needs at least {_LEAST_ROWS} rows of one kind of layer with a runtime, got "
            f"{max((len(samples.works) for samples in groups.values()), default=0)}.",
            "Measure more layers, or check the columns.",
        )
    kinds = []
    with threadpool_limits(limits=1):
        for samples in enough:
            progress(f"{samples.kind}: {len(samples.works)} rows")
            fit = fit_kind if form == "default" else fit_neuralpower_kind
            kinds.append(fit(samples))
        rest = otherwise(list(groups.values()))
    data = _profile(identity, found, sources, facts, form, kinds, rest)
    platform = Measured(identity, data["name"], "", profile_from_json(data))
    checks, unchecked = check_networks(platform, found.networks, folder)
    left.extend(unchecked)
    data["networks"] = [check.as_json() for check in checks]
    data["correlation"] = correlation_of(checks)
    return ProfileFit(data, tuple(kinds), left)


def _alike(rows: Sequence[Row], column: str) -> None:
    """Refuse rows of several devices, or of inference and training.

    Raises:
        JoulegraphError: ``rows-mixed`` naming them.
    """
    found = sorted({row.others.get(column, "").strip() for row in rows})
    if len(found) > 1:
        raise JoulegraphError(
            "rows-mixed",
            f"A profile is of one {column}, got rows of {len(found)}: "
            f"{', '.join(each[:40] or 'none' for each in found[:10])}.",
            f"Choose one, as in --where {column}=NAME.",
        )


def _profile(
    identity: str,
    rows: Gathered,
    sources: Sequence[Source],
    facts: Mapping[str, Any],
    form: Form,
    kinds: Sequence[KindFit],
    rest: dict[str, Any],
) -> dict[str, Any]:
    about = facts_of(identity, facts, rows.named)
    for kind, why in about.pop("unreliable").items():
        for found in kinds:
            if found.samples.kind == kind and found.json["power_w"] is not None:
                found.json["power_w"]["unreliable"] = why
    return {
        "schema": SCHEMA,
        "id": identity,
        "kind": "measured",
        "name": about.pop("name"),
        "version": 1,
        "licence": about.pop("licence"),
        **about,
        "rows": [
            {"file": source.name, "sha256": source.sha256, "where": list(source.where)}
            for source in sources
        ],
        **_of_training(rows.named),
        "form": form,
        "fit": {"seed": SEED, "folds": FOLDS, "rows": rows.layers},
        "models": [kind.json for kind in kinds],
        "otherwise": rest,
        "correlation": None,
        "networks": [],
    }


def _of_training(rows: Sequence[Row]) -> dict[str, str]:
    """Return what a profile says of rows that are forward and backward passes together."""
    directions = {row.others.get("direction", "").strip() for row in rows}
    return {"direction": "training"} if directions == {"training"} else {}


def written(data: Mapping[str, Any]) -> str:
    """Return a profile as text: what is short on one line, lists of terms a line each."""
    return _value(data, "") + "\n"


def _value(value: Any, indent: str) -> str:
    short = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if not isinstance(value, (dict, list)) or len(short) <= _LONG - len(indent):
        return short
    inner = indent + " "
    if isinstance(value, dict):
        entries = [f"{inner}{json.dumps(key)}: {_value(one, inner)}" for key, one in value.items()]
        return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
    if all(isinstance(one, list) for one in value):  # points of a plot, many to a line
        return f"[\n{_wrapped(value, inner)}\n{indent}]"
    entries = [inner + _value(one, inner) for one in value]
    return "[\n" + ",\n".join(entries) + f"\n{indent}]"


def _wrapped(values: Sequence[Any], indent: str) -> str:
    lines, line = [], indent
    for place, value in enumerate(values):
        text = json.dumps(value, allow_nan=False) + ("," if place < len(values) - 1 else "")
        if len(line) + len(text) > _LONG and line.strip():
            lines.append(line.rstrip())
            line = indent
        line += text + " "
    return "\n".join([*lines, line.rstrip()])
