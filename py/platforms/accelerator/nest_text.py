"""A mapping as a loop nest that a person can follow, and as data."""

from collections.abc import Iterator
from typing import Any

from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.nest.chain import Chain
from py.platforms.accelerator.nest.dims import DEPENDS, DIMS, PLACE, TENSORS, WINDOWS, Sizes
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem

_ABOUT = {
    "n": "images",
    "g": "groups",
    "m": "ofmap channels",
    "c": "ifmap channels",
    "o": "ofmap planes",
    "p": "ofmap rows",
    "q": "ofmap columns",
    "t": "filter planes",
    "r": "filter rows",
    "s": "filter columns",
}


def mapping_json(hardware: Hardware, mapping: Mapping) -> dict[str, Any]:
    """Return the tiles by level, what each level keeps, and the factors along each axis."""
    inside = hardware.levels[1:]
    array = hardware.array
    return {
        "tiles": {
            level.id: _longer(tile) for level, tile in zip(inside, mapping.tiles, strict=True)
        },
        "kept": {
            level.id: [tensor for tensor, keeps in zip(TENSORS, kept, strict=True) if keeps]
            for level, kept in zip(inside, mapping.kept, strict=True)
        },
        "unrolled": [
            {"axis": name, "pes": pes, "factors": _longer(factors)}
            for name, pes, factors in zip(array.names, array.pes, mapping.unrolled, strict=True)
        ],
    }


def _longer(sizes: Sizes) -> dict[str, int]:
    return {dim: size for dim, size in zip(DIMS, sizes, strict=True) if size > 1}


def nest_lines(problem: Problem, hardware: Hardware, mapping: Mapping) -> list[str]:
    """Return the nest, outermost first: a line for each loop, one for the array, one for the MAC.

    A loop's variable counts elements: ``m1 in m0 : m0 + 16 by 4`` are the four tiles of 4 within
    the tile of 16 that begins at ``m0``. Where a bound does not divide, the last is what is left.
    """
    lines = list(_Lines(problem, hardware, mapping).lines())
    return [*lines, _mac(problem)]


class _Lines:
    def __init__(self, problem: Problem, hardware: Hardware, mapping: Mapping) -> None:
        self.problem, self.hardware, self.mapping = problem, hardware, mapping
        self.chain = Chain.of(problem, hardware.machine, mapping)
        self.depth = dict.fromkeys(DIMS, 0)

    def lines(self) -> Iterator[str]:
        for step, level in enumerate(self.chain.steps):
            if level is None:
                yield from self._at_once(step)
                continue
            name = self.hardware.levels[level].name
            for dim in self.mapping.orders[level]:
                if self.chain.exists(step, dim):
                    yield f"for {self._range(step, dim)}  [{name}: {_ABOUT[dim]}]"

    def _at_once(self, step: int) -> Iterator[str]:
        """Give the loops over PEs, with the axes that they run along."""
        array = self.hardware.array
        for dim in DIMS:
            if not self.chain.exists(step, dim):
                continue
            place = PLACE[dim]
            along = [
                f"{factors[place]} {name}"
                for name, factors in zip(array.names, self.mapping.unrolled, strict=True)
                if factors[place] > 1
            ]
            text = f"spatial {self._range(step, dim)}"
            yield f"{text}  [along {' x '.join(along)}: {_ABOUT[dim]}]"

    def _range(self, step: int, dim: str) -> str:
        """Return "m1 in m0 : m0 + 16 by 4", and go one deeper along the loop."""
        place, depth = PLACE[dim], self.depth[dim]
        whole, size = self.chain.boundaries[step][place], self.chain.boundaries[step + 1][place]
        self.depth[dim] += 1
        around = f"{dim}{depth - 1}" if depth else ""
        bounds = f"{around} : {around} + {whole}" if depth else f"0 : {whole}"
        by = f" by {size}" if size > 1 else ""
        return f"{dim}{depth} in {bounds}{by}"


def _mac(problem: Problem) -> str:
    """Return the innermost line: which elements a MAC multiplies and adds to."""

    def index(tensor: str) -> str:
        return ", ".join(dim for dim in DEPENDS[tensor] if problem.extent(dim) > 1)

    places = [dim for dim in "ngc" if problem.extent(dim) > 1]
    for axis, (out, tap) in enumerate(WINDOWS):
        parts = [
            dim if step == 1 else f"{step}{dim}"
            for dim, step in ((out, problem.stride[axis]), (tap, problem.dilation[axis]))
            if problem.extent(dim) > 1
        ]
        padding = f" - {problem.padding[axis]}" if problem.padding[axis] and parts else ""
        if parts:
            places.append(" + ".join(parts) + padding)
    return f"ofmap[{index('ofmap')}] += weight[{index('weight')}] x ifmap[{', '.join(places)}]"
