"""A row of a sweep: one combination of model, platform and options, and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass

from py.breakdown import Result
from py.columns import printable, several
from py.errors import JoulegraphError
from py.quantities import divided
from py.sweep.rows.cells import count, ends, writable
from py.sweep.rows.columns import BY_NAME, LAYERS_BY_NAME, MOST_WHOLE, Column, Value, Values
from py.sweep.rows.layers import layers_of

STATUSES = ("ok", "partial", "failed")
NOT_MODELLED = "not-modelled"
"""The reason's code where something got no estimate."""

_MOST_NAMED = 5
_MOST_REASON = 160
_MOST_LAYER_NAME = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One combination, in the ``place`` that it has in the plan; ``id`` is its content's hash.

    ``values`` are by the names of ``ROW_COLUMNS`` and ``layers`` by those of ``LAYER_COLUMNS``: all
    of them are there, in that order, and what is not given is None. ``layers`` are empty unless
    they were asked for.

    Raises:
        ValueError: naming the column that is not known, or whose value is of a wrong type.
    """

    place: int
    id: str
    values: Values
    layers: tuple[Values, ...] = ()

    def __post_init__(self) -> None:
        if type(self.place) is not int or not 0 <= self.place <= MOST_WHOLE:
            raise ValueError(f"Row.place: a whole number from 0, got {self.place!r:.80}")
        if not self.id:
            raise ValueError("Row.id: a text, got none")
        object.__setattr__(self, "values", _complete("Row", BY_NAME, self.values, self.id))
        layers = tuple(_complete("Layer", LAYERS_BY_NAME, one, self.id) for one in self.layers)
        object.__setattr__(self, "layers", layers)
        if self.values["status"] not in STATUSES:
            raise ValueError(
                f"Row.status: one of {', '.join(STATUSES)}, got {self.values['status']!r:.80}"
            )


def row_of(
    place: int,
    row_id: str,
    combination: Values,
    result: Result,
    *,
    layers: bool = False,
    link: str | None = None,
) -> Row:
    """Return the row of a result, with the digits of its JSON form.

    ``combination`` has what was asked for, by the names of the columns; what the result tells goes
    before it. The row is partial where ``python -m py.estimate`` would end with exit code 1.

    Raises:
        JoulegraphError: ``count-too-large``.
    """
    energy_j, time_s = result.energy_j, result.time_s
    batch = result.model.batch
    platform = result.platform
    priced: dict[str, Value] = {
        "status": "ok",
        "model": result.model.name,
        "platform": platform.id,
        "platform_kind": platform.kind,
        "platform_hash": platform.hash,
        "batch": batch,
        "macs": count("MACs", result.model.macs),
        "parameters": count("parameters", result.model.parameters),
        "energy_j": energy_j,
        "energy_macs": result.energy_macs,
        "time_s": time_s,
        **ends(result.interval),
        "power_w": result.power_w,
        "per_inference_energy_j": divided(energy_j, batch),
        "per_inference_time_s": divided(time_s, batch),
        "macs_share_covered": result.macs_share(),
        "notes": " ".join(dict.fromkeys(note.code for note in result.notes)) or None,
        "link": link,
    }
    if result.not_modelled:  # by what py.budget_option tells exit code 1
        priced |= {"status": "partial", "reason_code": NOT_MODELLED, "reason": _left_out(result)}
    return Row(
        place, row_id, writable({**combination, **priced}), layers_of(result) if layers else ()
    )


def failed_row(place: int, row_id: str, combination: Values, error: JoulegraphError) -> Row:
    """Return the row of a combination without a result, which says why there is none."""
    failed: dict[str, Value] = {
        "status": "failed",
        "reason_code": error.code,
        "reason": f"{error.message} {error.remedy}".strip(),
    }
    return Row(place, row_id, writable({**combination, **failed}))


def _complete(what: str, columns: Mapping[str, Column], given: Values, row_id: str) -> Values:
    """Return the value of every column, in their order; the id is the row's."""
    if not given.keys() <= columns.keys():
        unknown = next(name for name in given if name not in columns)
        raise ValueError(f"{what}: one of {', '.join(columns)}, got column {unknown!r:.80}")
    own = given.get("id")
    if own is not None and own != row_id:
        raise ValueError(f"{what}.id: {row_id}, as the row has it, got {own!r:.80}")
    get = given.get
    values = {name: column.checked(get(name)) for name, column in columns.items()}
    values["id"] = columns["id"].checked(row_id)
    return values


def _left_out(result: Result) -> str:
    """Return what got no estimate, and why, of the first few."""
    left = result.not_modelled
    told = [
        f"{one.name[:_MOST_LAYER_NAME]} ({one.op[:_MOST_LAYER_NAME]}): "
        f"{one.reason[:_MOST_REASON].rstrip('.')}"
        for one in left[:_MOST_NAMED]
    ]
    if len(left) > _MOST_NAMED:
        told.append(f"and {len(left) - _MOST_NAMED:,} more")
    return printable(f"{several(len(left), 'layer')} got no estimate: {'; '.join(told)}.")
