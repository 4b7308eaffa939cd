"""Other sizes for free dimensions whose defaults the graph does not run with.

A network that reads lines of text takes images 48 or 32 high; one that hears speech, a window of
512 samples. The file says so only by what fits: sizes in common use are tried one after another.
"""

from collections.abc import Iterable, Iterator, Mapping

from py.graph.choices.free_dimension import IMAGE_SIDE, SEQUENCE, WAVEFORM, symbol_names
from py.graph.choices.inputs import ResolvedInputs
from py.graph.file.value_info import ValueInfo

_SIDES = (256, 320, 416, 512, 640, 128, 112, 96, 64, 48, 32, 28)
_HEIGHTS = (48, 32, 64)
_LENGTHS = {WAVEFORM: (512, 1536, 4096, 32_000, 160_000), SEQUENCE: (512, 64, 32, 16, 16_000)}
_MOST_NODES = 200_000  # all attempts together


def other_defaults(
    infos: Iterable[ValueInfo], resolved: ResolvedInputs, nodes: int
) -> list[Mapping[str, int]]:
    """Return what to try instead of the defaults taken, by name, for a graph of so many nodes."""
    sides: dict[int, set[str]] = {}
    for info in infos:
        for axis in range(len(info.shape or ())):
            for name in symbol_names(info, axis):
                if resolved.assumed.get(name) == IMAGE_SIDE:
                    sides.setdefault(axis, set()).add(name)
    found = [*_heights(sides), *_squares(sides)]
    for default, lengths in _LENGTHS.items():
        names = [name for name, size in resolved.assumed.items() if size == default]
        found += [dict.fromkeys(names, length) for length in lengths if names]
    return found[: _MOST_NODES // max(nodes, 1)]


def _heights(sides: Mapping[int, Iterable[str]]) -> Iterator[Mapping[str, int]]:
    """Yield heights of images whose width stays."""
    names = sorted(sides[min(sides)]) if sides else []
    for height in _HEIGHTS if names else ():
        yield dict.fromkeys(names, height)


def _squares(sides: Mapping[int, Iterable[str]]) -> Iterator[Mapping[str, int]]:
    names = sorted({name for group in sides.values() for name in group})
    for side in _SIDES if names else ():
        yield dict.fromkeys(names, side)
