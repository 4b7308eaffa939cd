"""What is exported: a result, the file of its platform, and the link that shows it again."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from py.breakdown import Result, encode_link, state_of
from py.breakdown.quantity import with_unit
from py.errors import JoulegraphError
from py.version import ENGINE

_LONGEST_LINK = 100_000
_LONGEST_OPTION = 120
_UNSAFE = re.compile(r"[^!#-;=?-\[\]_a-z~]")  # what RFC 3986 has in no URL, and the backquote


@dataclass(frozen=True, slots=True)
class Export:
    """A result to take along. ``file`` is its platform's, ``own`` whether the user brought it.

    ``link`` is a whole URL that shows the result, None where there is no page to lead to.

    Raises:
        JoulegraphError: ``export-link`` for a link that is no http(s) URL.
    """

    result: Result
    file: Mapping[str, Any]
    own: bool = False
    link: str | None = None

    def __post_init__(self) -> None:
        link = self.link
        if link is not None and (
            len(link) > _LONGEST_LINK
            or not link.startswith(("https://", "http://"))
            or _UNSAFE.search(link)
        ):
            raise JoulegraphError(
                "export-link",
                f"An export's link is an http(s) URL of up to {_LONGEST_LINK} characters, "
                f"got {link[:60]!r}.",
                "Leave the link out, or copy it again.",
            )

    @property
    def name(self) -> str:
        """``alexnet-eyeriss``: of letters, digits, dots and dashes, as any file may be called."""
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", self.result.model.name).strip("-.")[:80]
        return f"{plain or 'model'}-{self.result.platform.id}"

    @property
    def each(self) -> str:
        """What a batch is so many of."""
        return "training example" if self.result.options.get("train") else "inference"

    def fragment(self) -> str:
        """Return what a page's URL is followed by to show the result: ``#v1.…``."""
        own = dict(self.file) if self.own else None
        return f"#{encode_link(state_of(self.result, own))}"

    def made(self) -> dict[str, str]:
        """Return how the result was made, what by what; every export says so."""
        result = self.result
        facts = {
            "platform": result.platform.name,
            "platform id": result.platform.id,
            "platform hash": result.platform.hash,
            "options": ", ".join(f"{name} {value}" for name, value in _options(result.options)),
            "engine": f"Joulegraph {ENGINE}",
        }
        return facts if self.link is None else facts | {"link": self.link}

    def totals(self) -> dict[str, str]:
        """Return the totals that are known, in words, each with its unit."""
        totals, batch = self.result.totals(), self.result.model.batch
        least = "at least " if self.result.not_modelled else ""
        known = {
            "energy": (totals["energy_j"], "J"),
            "MAC energies": (totals["energy_macs"], "MACe"),
            "time": (totals["time_s"], "s"),
        }
        if totals["energy_j"] is not None or totals["energy_macs"] is None:
            del known["MAC energies"]
        found: dict[str, str] = {}
        for name, (value, unit) in known.items():
            if value is None:
                if name != "time":
                    found[name] = "unknown"
                continue
            found[name] = least + with_unit(value, unit)
            if batch > 1:
                found[f"{name} per {self.each}"] = least + with_unit(value / batch, unit)
        if totals["power_w"] is not None:
            found["power"] = with_unit(totals["power_w"], "W")
        for name in ("macs", "parameters"):
            if totals[name] is not None:
                found["MACs" if name == "macs" else name] = with_unit(totals[name], "")
        interval = totals["interval"]
        ends = None if interval is None else interval.get("energy_j")
        if ends is not None:
            low, high = (with_unit(end, "J") for end in ends)
            found["energy lies"] = f"between {low} and {high} ({100 * interval['level']:.0f} %)"
        return found


def _options(options: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the options that are given, in words; a long one by how much there is of it."""
    for name, value in options.items():
        if value is None or value == {} or value == []:
            continue
        if isinstance(value, Mapping) and len(value) <= 4 and not prefix:
            yield from _options(value, f"{prefix}{name} ")
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if len(text) > _LONGEST_OPTION:
            text = (
                f"({len(value)} entries)"
                if isinstance(value, list | Mapping)
                else f"{text[: _LONGEST_OPTION - 1]}…"
            )
        yield f"{prefix}{name}", text
