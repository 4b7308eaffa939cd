"""The points in which papers and tools differ, each a field of the accelerator's file."""

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from py.errors import JoulegraphError


@dataclass(frozen=True, slots=True)
class Conventions:
    """How accesses are counted.

    ``halo``: ifmap rows shared by neighbouring strips are fetched again from DRAM, or kept.
    ``padding``: padded rows and columns are fetched like others, or not at all.
    ``first_psum_access``: the first pass over a psum reads and writes it, or only writes it.
    ``fills``: a word written into a level on its way down (or read on its way up) is charged there.
    ``weights_in_global_buffer``: filters go straight to the PEs, or are written and read once.
    ``multicast``: one read serves all PEs that need a word, or each has its own.
    ``psum_network``: psums cost hops between PEs, and the way to and from the buffer or not.
    ``skipped_mac``: which zero operand spares the MAC; ``spared_accesses``: whose register-file
    accesses a skipped MAC spares. ``coding`` with the levels and tensors that it applies to.
    ``buffering``: double buffering halves what a tile may fill.
    """

    halo: Literal["refetched", "kept"]
    padding: Literal["fetched", "not_fetched"]
    first_psum_access: Literal["read_and_write", "write_only"]
    fills: Literal["charged", "not_charged"]
    weights_in_global_buffer: Literal["bypass", "prefetched"]
    multicast: bool
    psum_network: Literal["hops", "hops_and_transfers"]
    skipped_mac: Literal["none", "ifmap_zero", "either_zero"]
    spared_accesses: tuple[Literal["ifmap", "weight", "psum"], ...]
    coding: Literal["none", "significance_map"]
    coded_levels: tuple[Literal["dram", "global_buffer", "array", "register_file"], ...]
    coded_tensors: tuple[Literal["ifmap", "weight", "ofmap"], ...]
    buffering: Literal["single", "double"]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Conventions":
        """Read {field: {"value", "source"}}.

        Raises:
            JoulegraphError: ``platform-invalid`` for a missing field or one outside its choices.
        """
        hints = get_type_hints(cls)
        values: dict[str, Any] = {}
        for item in fields(cls):
            entry = data.get(item.name)
            if not isinstance(entry, dict) or "value" not in entry or not entry.get("source"):
                raise _invalid(item.name, "a value with its source", entry)
            values[item.name] = _checked(item.name, hints[item.name], entry["value"])
        return cls(**values)


def _checked(name: str, hint: Any, value: Any) -> Any:
    if hint is bool:
        if isinstance(value, bool):
            return value
        raise _invalid(name, "true or false", value)
    if get_origin(hint) is tuple:
        choices = get_args(get_args(hint)[0])
        if isinstance(value, list) and all(entry in choices for entry in value):
            return tuple(value)
        raise _invalid(name, f"a list of {', '.join(choices)}", value)
    choices = get_args(hint)
    if value in choices:
        return value
    raise _invalid(name, f"one of {', '.join(choices)}", value)


def _invalid(name: str, expected: str, got: Any) -> JoulegraphError:
    return JoulegraphError(
        "platform-invalid",
        f"The platform's convention '{name}' must be {expected}, got {str(got)[:80]!r}.",
        "Compare the file with public/schema/accelerator.schema.json.",
    )
