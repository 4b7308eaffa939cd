"""The peers' results as the reference file has them: one layer, one configuration, what it cost."""

import json
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py.platforms.accelerator.nest.dims import sizes
from py.platforms.accelerator.nest.problem import Problem

COUNT = 184
"""How many rows the reference file has."""

COSTS = {"DRAM": 200.0, "GLB": 6.0, "GBUF": 6.0, "ITCN": 2.0, "RF": 1.0, "REGF": 1.0, "MAC": 1.0}
"""The reference file's costs of an access, in MACs, by the names that the peers give to levels."""


@dataclass(frozen=True, slots=True)
class Row:
    """One result. ``words`` has counts by level, and by tensor where the peer tells."""

    number: int
    peer: str
    layer: str
    shape: MappingOf[str, Any]
    config: Any
    bypass: tuple[bool, ...] | None
    macs: int
    energy: float
    energies: MappingOf[str, float]
    words: MappingOf[str, Any]

    @property
    def name(self) -> str:
        """The layer and what tells this row from the peer's others of that layer."""
        own = self.config if isinstance(self.config, str) else f"GLB {self.config['glb_holds']}"
        passed = "" if self.bypass is None else "".join("-B"[may] for may in self.bypass)
        return f"{self.layer} N={self.shape['N']} {own.split(':')[0]} {passed}".rstrip()

    @property
    def groups(self) -> int:
        return int(self.shape["groups"])

    def problem(self, *, groups_native: bool = False) -> Problem:
        """Return the layer, or the convolution of one of its groups."""
        shape, groups = self.shape, self.groups
        pad = shape["pad"] if isinstance(shape["pad"], int) else 0
        return Problem(
            sizes(
                n=shape["N"],
                g=groups if groups_native else 1,
                m=shape["M"] // groups,
                c=shape["C"] // groups,
                p=shape["E"],
                q=shape["F"],
                r=shape["R"],
                s=shape["S"],
            ),
            stride=(1, shape["stride"], shape["stride"]),
            padding=(0, pad, pad),
            image=(1, shape["H"], shape["W"]),
        )


def read(shared: Path) -> list[Row]:
    """Return all rows of the reference file."""
    found = json.loads((shared / "references" / "mapper_peers.json").read_text())["rows"]
    return [
        Row(
            number,
            row["peer"].replace("==", "@").split("@")[0].split()[0],
            row["layer"],
            row["shape"],
            row["config"],
            None if "gbuf_bypass" not in row else tuple(row["gbuf_bypass"]),
            round(row["macs"]),
            row["energy_total"],
            row["energy_breakdown"],
            row["accesses_words"],
        )
        for number, row in enumerate(found)
    ]
