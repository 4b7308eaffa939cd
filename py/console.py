"""The console's room: a breakdown to look around in with Python, on the page and off it.

``breakdown = of_link("#v1.…", platform)`` prices what a link carries on a platform's file. What a
result's JSON has by name, a ``Record`` has as attributes: ``breakdown.totals.energy_j``,
``breakdown.layers[0].parts.weight.dram``. Unknown is ``None``.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from py.bounded_json import parse_json
from py.breakdown.link import decode_link
from py.breakdown.quantity import share, with_unit
from py.page_request import Asked

__all__ = ["Breakdown", "Record", "of_link", "of_state", "share", "with_unit"]

_UNITS = {"energy_j": "J", "energy_macs": "MACe", "time_s": "s"}
#: A sample's answer, or a platform's file.
_MOST_CHARACTERS = 8_000_000


class Record:
    """A JSON object with its members as attributes; ``record["name"]`` is for other spellings."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = members

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._members:
            known = ", ".join(self._members)
            raise AttributeError(f"one of {known} expected, got {name!r}")
        return _record(self._members[name])

    def __getitem__(self, name: str) -> Any:
        return _record(self._members[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __dir__(self) -> list[str]:
        return [*self._members, *super().__dir__()]

    def __repr__(self) -> str:
        return json.dumps(self._members, indent=2, ensure_ascii=False)

    def items(self) -> list[tuple[str, Any]]:
        """Return the members' names and values."""
        return [(name, self[name]) for name in self]


def _record(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Record(value)
    return [_record(each) for each in value] if isinstance(value, list) else value


class Breakdown(Record):
    """What a model costs on a platform, layer by layer.

    The attributes are those of the result's JSON: ``totals``, ``layers``, ``model``, ``platform``,
    ``options``, ``coverage``, ``notes`` and more; ``dir(breakdown)`` lists them.
    """

    def __init__(
        self, state: dict[str, Any], platform: dict[str, Any], options: dict[str, Any]
    ) -> None:
        source = {"kind": "state", "state": state}
        result = Asked({"source": source, "platform": platform, "options": options}).priced()
        super().__init__(result.as_json())
        self._asked = (state, platform, options)
        self._basis = result.basis.name

    def again(self, *, platform: dict[str, Any] | None = None, **options: Any) -> "Breakdown":
        """Return the breakdown with other options, or on another platform's file.

        ``bits=8`` is for weights and activations; the others are those of the result's ``options``:
        ``batch``, ``dataflow``, ``objective``, ``capacities``, ``array``, ``train``, …

        Raises:
            JoulegraphError: an option is not what it should be.
        """
        state, same, before = self._asked
        bits = options.get("bits")
        if isinstance(bits, int) and not isinstance(bits, bool):
            options["bits"] = {"weight": bits, "activation": bits}
        return Breakdown(state, same if platform is None else platform, {**before, **options})

    def cost(self, of: Record | None = None) -> float | None:
        """Return a layer's cost, or all of it: joules, else MAC energies, else seconds."""
        value: float | None = (self.totals if of is None else of)[self._basis]
        return value

    def costliest(self, count: int = 3) -> list[Record]:
        """Return the layers that cost most, the costliest first."""
        known = [layer for layer in self.layers if self.cost(layer) is not None]
        return sorted(known, key=lambda layer: -(self.cost(layer) or 0.0))[:count]

    def share(self, of: Record) -> str:
        """Return a layer's share of the total in per cent, empty where one is unknown."""
        return share(self.cost(of), self.cost())

    def text(self, of: Record | None = None) -> str:
        """Return a layer's cost, or all of it, with its unit."""
        return with_unit(self.cost(of), _UNITS[self._basis])

    def __repr__(self) -> str:
        model, platform = self.model.name, self.platform.id
        return f"<{model} on {platform}: {self.text()} in {len(self.layers)} layers>"


def of_state(state: dict[str, Any], platform: dict[str, Any]) -> Breakdown:
    """Return the breakdown of a link's content; raise ``JoulegraphError`` for one that has none."""
    return Breakdown(state, platform, {})


def of_link(link: str, platform: dict[str, Any]) -> Breakdown:
    """Return the breakdown of a link; raise ``JoulegraphError`` for one that can't be read."""
    return of_state(decode_link(link), platform)


# --- what the page gives and its console takes --------------------------------------------------

_opened: list[Breakdown] = []


def take(state: str, platform: str) -> None:
    """Keep the breakdown of what is open, given as JSON: a link's content, a platform's file.

    Raises:
        JoulegraphError: one of them is not what it should be.
    """
    texts = (("The link", state), ("The platform", platform))
    given = [parse_json(text, what=what, most_characters=_MOST_CHARACTERS) for what, text in texts]
    _opened[:] = [of_state(*given)]


def opened() -> Breakdown:
    """Return the breakdown of what is open on the page; raise ``IndexError`` off it."""
    return _opened[0]
