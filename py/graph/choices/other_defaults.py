"""Other sizes for free dimensions whose defaults the graph does not run with.

A network that reads lines of text takes images 48 or 32 high; one that hears speech, a window of
512 samples. The file says so only by what fits: sizes in common use are tried one after another,
then those that its own Reshapes hold, which an exporter may have frozen at what it was shown.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from py.graph.choices.free_dimension import IMAGE_SIDE, SEQUENCE, WAVEFORM, symbol_names
from py.graph.choices.inputs import ResolvedInputs
from py.graph.file.body import Body
from py.graph.file.initializer import Initializer

_SIDES = (256, 320, 416, 512, 640, 128, 112, 96, 64, 48, 32, 28)
_HEIGHTS = (48, 32, 64)
_LENGTHS = {WAVEFORM: (512, 1536, 4096, 32_000, 160_000), SEQUENCE: (512, 64, 32, 16, 16_000, 1)}
_MOST_NODES = 200_000  # all attempts together
_MOST_FROZEN, _MOST_RANK = 8, 8
_SHAPED = frozenset(("Reshape", "Expand", "Concat"))


def other_defaults(body: Body, resolved: ResolvedInputs) -> list[Mapping[str, int]]:
    """Return what to try instead of the defaults taken, by the names of free dimensions."""
    sides: dict[int, set[str]] = {}
    for info in body.inputs:
        for axis in range(len(info.shape or ())):
            for name in symbol_names(info, axis):
                if resolved.assumed.get(name) == IMAGE_SIDE:
                    sides.setdefault(axis, set()).add(name)
    found = [*_heights(sides), *_squares(sides)]
    for default, lengths in _LENGTHS.items():
        names = [name for name, size in resolved.assumed.items() if size == default]
        found += [dict.fromkeys(names, length) for length in lengths if names]
    free = [name for name, size in resolved.assumed.items() if size in _LENGTHS]
    found += [dict.fromkeys(free, size) for size in _frozen(body) if free]
    return found[: _MOST_NODES // max(len(body.nodes), 1)]


def _frozen(body: Body) -> list[int]:
    """Return the sizes in the constants that shapes are made of, the commonest first."""
    stored: dict[str, Initializer] = {given.name: given for given in body.initializers}
    counts: Counter[int] = Counter()
    for node in body.nodes:
        value = node.tensor("value") if node.op == "Constant" else None
        if value is not None and node.outputs:
            stored[node.outputs[0]] = value
        for name in node.inputs if node.op in _SHAPED else ():
            target = stored.get(name)
            if target is None or target.type.dtype != "int64" or target.elements > _MOST_RANK:
                continue
            sizes = target.payload.values() or ()
            counts.update({size for size in sizes if isinstance(size, int) and size > 1})
    return [size for size, _ in counts.most_common(_MOST_FROZEN)]


def _heights(sides: Mapping[int, Iterable[str]]) -> Iterator[Mapping[str, int]]:
    """Yield heights of images whose width stays."""
    names = sorted(sides[min(sides)]) if sides else []
    for height in _HEIGHTS if names else ():
        yield dict.fromkeys(names, height)


def _squares(sides: Mapping[int, Iterable[str]]) -> Iterator[Mapping[str, int]]:
    names = sorted({name for group in sides.values() for name in group})
    for side in _SIDES if names else ():
        yield dict.fromkeys(names, side)
