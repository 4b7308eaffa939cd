"""A block: one layer, layers that belong together by their names, or blocks alike in a row."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from py.layers.layer import Layer
from py.layers.loops import LoopNest
from py.layers.model import NotModelled
from py.quantities import total_count

Shape = tuple[int | None, ...]


@dataclass(slots=True)
class Block:
    """A part of a model with its sums; unknown is None.

    ``children`` are what is in it, in the order in which each first runs; one layer has none.
    ``times`` is how many blocks in a row it stands for: its children are those of one of them, its
    sums are of all. ``runs`` is how often a layer runs, its MACs are of all runs. ``shape`` is that
    of the last layer's first output. Blocks with one number in ``alike`` are alike (``repeats``).
    """

    name: str
    operators: tuple[str, ...] = ()
    shape: Shape | None = None
    runs: float = 1
    layers: int = 1
    macs: int | None = 0
    parameters: int | None = 0
    times: int = 1
    children: "list[Block]" = field(default_factory=list)
    alike: int | None = None


def layer_block(name: str, layer: Layer) -> Block:
    """Return the block of one layer."""
    return Block(
        name,
        layer.op_types or (layer.kind,),
        layer.ofmap_shape or _shape(layer.loops),
        layer.runs,
        macs=layer.macs if layer.runs == 1 else layer.all_macs,
        parameters=layer.parameters,
    )


def _shape(loops: LoopNest | None) -> Shape | None:
    """Return the ofmap's shape as loop bounds tell it, for layers that come without a graph."""
    if loops is None:
        return None
    channels = loops.g * loops.m
    if loops.p == loops.q == loops.r == loops.s == loops.h == loops.w == 1:
        return (loops.n, channels)
    return (loops.n, channels, loops.p, loops.q)


def unknown_block(name: str, entry: NotModelled, parameters: int | None) -> Block:
    """Return the block of an operator that is not known."""
    return Block(name, (entry.op,), macs=entry.macs, parameters=parameters)


def sum_up(block: Block, children: Sequence[Block], times: int = 1) -> None:
    """Make ``children`` what is in a block that stands for so many alike."""
    macs = total_count(child.macs for child in children)
    parameters = total_count(child.parameters for child in children)
    block.children = list(children)
    block.times = times
    block.layers = times * _layers(children)
    block.macs = None if macs is None else times * macs
    block.parameters = None if parameters is None else times * parameters
    block.shape = children[-1].shape if children else None


def _layers(children: Sequence[Block]) -> int:
    return total_count(child.layers for child in children) or 0
