"""By what layers of two runs are told to be alike: their form, their sizes, their names."""

import re
from dataclasses import dataclass

from py.compared.run import RunLayer

EXACT = 8
"""What two layers of the same form and sizes are worth; each size that differs takes 1 away."""
MOST_FOR_NAMES = 2
_IN_MANY_OPERATORS = frozenset({"norm", "attention", "recurrent"})
"""Kinds of which one layer is exported now as one operator, now as several."""
_NODE = re.compile(r"(?:\A|[/.])node_")
_SEPARATOR = re.compile(r"[/.]")
_NUMBER = re.compile(r"(.*)_\d+", re.DOTALL)
_DIMENSIONS = re.compile(r"[123]d$")


@dataclass(frozen=True, slots=True)
class Signature:
    """A layer as alignment sees it.

    ``form`` is what pruning, another resolution or fewer bits leave as it is, ``sizes`` what they
    change: of a convolution kind, rows and columns of the filter, strides and whether channels are
    in groups, against ofmap and ifmap channels, rows and columns; of a product of other kinds the
    kind against MACs, outputs and inputs of one; of the rest kind and operator against operations
    and parameters. No batch is in either.
    """

    name: str
    form: tuple[object, ...]
    sizes: tuple[object, ...]
    numbered: bool

    @property
    def shape(self) -> tuple[object, ...]:
        return (self.form, self.sizes)


def signature_of(layer: RunLayer) -> Signature:
    """Return the signature of a layer."""
    loops, amounts = layer.loops, layer.amounts
    form: tuple[object, ...]
    sizes: tuple[object, ...]
    if loops is None:
        operator = _plain(layer.operators[0]) if layer.operators else ""
        form = (layer.kind, "" if layer.kind in _IN_MANY_OPERATORS else operator)
        sizes = (layer.ops, amounts["parameters"], amounts["macs"])
    elif layer.kind == "conv":
        groups = "one" if loops["g"] == 1 else "each" if loops["c"] == 1 else "groups"
        edges = tuple(loops.get(edge, 1) for edge in ("stride_h", "stride_w"))
        form = (layer.kind, loops["r"], loops["s"], *edges, groups)
        sizes = (loops["g"] * loops["m"], loops["g"] * loops["c"], loops["p"], loops["q"])
    else:
        form = (layer.kind,)
        sizes = (amounts["macs"], loops["m"], loops["c"] * loops["r"] * loops["s"])
    return Signature(layer.name, form, sizes, _is_numbered(layer))


def likeness(first: Signature, second: Signature) -> int:
    """Return what it is worth to take two layers for the same; 0 where their forms differ."""
    if first.form != second.form:
        return 0
    differing = len([a for a, b in zip(first.sizes, second.sizes, strict=True) if a != b])
    return EXACT - differing + _of_names(first.name, second.name)


def _of_names(first: str, second: str) -> int:
    """Return 0 to 2 by how much of the longer name the two begin and end with in common."""
    if first == second:
        return MOST_FOR_NAMES
    shorter, longer = sorted((first, second), key=len)
    same = _common(shorter, longer)
    rest = len(shorter) - same
    ending = _common(shorter[::-1][:rest], longer[::-1])
    return (MOST_FOR_NAMES * (same + ending)) // len(longer)


def _common(first: str, second: str) -> int:
    """Return with how many letters in common two texts begin; halving, as names may be long."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if second.startswith(first[:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def _plain(operator: str) -> str:
    """Return an operator without what marks its quantised forms: QLinearAdd is Add."""
    return operator.rpartition(":")[2].removeprefix("QLinear").removesuffix("Integer")


def _is_numbered(layer: RunLayer) -> bool:
    """Whether a tool numbered the layer (Conv_12, conv2d_57, node_conv2d_3): one more shifts it."""
    own = _SEPARATOR.split(layer.name)[-1]
    match = None if own.startswith("node_") else _NUMBER.fullmatch(own)
    if match is None:
        return _NODE.search(layer.name) is not None
    stem = _DIMENSIONS.sub("", match[1].lower()).replace("_", "")
    return stem in {layer.kind, *(operator.lower() for operator in layer.operators)}
