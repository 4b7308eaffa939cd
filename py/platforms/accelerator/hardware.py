"""An accelerator as its file describes it: array, levels, widths, conventions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from py.errors import JoulegraphError
from py.platforms.accelerator.conventions import Conventions
from py.platforms.estimate import LEVELS
from py.platforms.platform import Level


@dataclass(frozen=True, slots=True)
class Hardware:
    """A PE array with register files, one global buffer and DRAM.

    Capacities are in bits, so that narrower data leave room for more of it (Yang et al. 2017,
    section III-C). ``mac_energy_j`` is None where no source gives joules.
    """

    rows: int
    columns: int
    word_bits: int
    psum_bits: int
    element_bits: Mapping[str, int]
    mac_energy_j: float | None
    levels: tuple[Level, ...]
    buffer_bits: int
    bank_bits: int
    ifmap_spad_bits: int
    weight_spad_bits: int
    psum_spad_bits: int
    conventions: Conventions

    def level_energy(self, level: str) -> float:
        """Return the energy of one native word at a level, in MAC energies."""
        return next(entry.energy_macs for entry in self.levels if entry.id == level)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Hardware":
        """Read a file of schema joulegraph/accelerator/1.

        Raises:
            JoulegraphError: ``platform-invalid`` naming the field, what was expected and got.
        """
        dataflow = _value(data, "dataflow")
        if dataflow != "row_stationary":
            raise _invalid("dataflow", "'row_stationary'", dataflow)
        word_bits = _whole(data, "word_bits", most=64)
        levels = tuple(
            Level(
                name,
                str(_entry(data, "levels", name).get("name", name)),
                _energy(data, "levels", name, "energy_macs"),
                str(_entry(data, "levels", name, "energy_macs").get("source", "")),
            )
            for name in LEVELS
        )
        conventions = _entry(data, "conventions")
        element_bits = _value(data, "element_bits")
        if not isinstance(element_bits, dict) or not all(
            isinstance(width, int) and 1 <= width <= 64 for width in element_bits.values()
        ):
            raise _invalid("element_bits", "widths from 1 to 64 by type", element_bits)
        spads = {
            name: _whole(data, "levels", "register_file", f"{name}_words") * word_bits
            for name in ("ifmap", "weight", "psum")
        }
        return cls(
            rows=_whole(data, "array", "rows", most=4096),
            columns=_whole(data, "array", "columns", most=4096),
            word_bits=word_bits,
            psum_bits=_whole(data, "psum_bits", most=64),
            element_bits=element_bits,
            mac_energy_j=_joules(data),
            levels=levels,
            buffer_bits=8 * _whole(data, "levels", "global_buffer", "capacity_bytes"),
            bank_bits=8 * _whole(data, "levels", "global_buffer", "bank_bytes"),
            ifmap_spad_bits=spads["ifmap"],
            weight_spad_bits=spads["weight"],
            psum_spad_bits=spads["psum"],
            conventions=Conventions.from_json(conventions),
        )


def _entry(data: dict[str, Any], *path: str) -> dict[str, Any]:
    found: Any = data
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise _invalid(".".join(path), "an object", found)
    return found


def _value(data: dict[str, Any], *path: str) -> Any:
    entry = _entry(data, *path)
    if "value" not in entry or not entry.get("source"):
        raise _invalid(".".join(path), "a value with its source", entry)
    return entry["value"]


def _whole(data: dict[str, Any], *path: str, most: int = 1 << 40) -> int:
    value = _value(data, *path)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise _invalid(".".join(path), f"a whole number from 1 to {most}", value)
    return value


def _energy(data: dict[str, Any], *path: str) -> float:
    value = _value(data, *path)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e12:
        raise _invalid(".".join(path), "an energy of at least 0", value)
    return float(value)


def _joules(data: dict[str, Any]) -> float | None:
    value = _value(data, "mac_energy_j")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1:
        raise _invalid("mac_energy_j", "joules of one MAC, or null", value)
    return float(value)


def _invalid(name: str, expected: str, got: Any) -> JoulegraphError:
    return JoulegraphError(
        "platform-invalid",
        f"The platform's field '{name}' must be {expected}, got {str(got)[:80]!r}.",
        "Compare the file with public/schema/accelerator.schema.json.",
    )
