"""A block: one layer, layers that belong together by their names, or blocks alike in a row."""

from collections.abc import Sequence
from math import fsum

from py.layers.layer import Layer
from py.layers.model import NotModelled
from py.quantities import total_count

Shape = tuple[int | None, ...]
Amounts = tuple[float, ...]
"""What a platform says of a layer, each a quantity that adds up, such as an energy."""


class Block:
    """A part of a model with its sums; unknown is None.

    ``children`` are what is in it, in the order in which each first runs; one layer has none.
    ``times`` is how many blocks in a row it stands for: its children are those of one of them, its
    sums are of all. ``runs`` is how often a layer runs, its MACs are of all runs. ``shape`` is that
    of the last layer's first output. ``known_macs`` are the MACs of those layers whose are known.
    Blocks with one number in ``alike`` are alike (``repeats``). ``amounts`` are what a platform
    adds, of all that it priced; ``unpriced`` is how many layers it did not. ``assumed`` says that
    values decide a size in it, for which another stands.
    """

    __slots__ = (
        *("name", "operators", "shape", "runs", "macs", "parameters"),
        *("layers", "times", "children", "alike", "known_macs", "amounts", "unpriced", "assumed"),
    )

    def __init__(
        self,
        name: str,
        operators: tuple[str, ...] = (),
        shape: Shape | None = None,
        runs: float = 1,
        macs: int | None = 0,
        parameters: int | None = 0,
    ) -> None:
        self.name = name
        self.operators = operators
        self.shape = shape
        self.runs = runs
        self.macs = macs
        self.parameters = parameters
        self.layers = 1
        self.times = 1
        self.children: list[Block] = []
        self.alike: int | None = None
        self.known_macs = macs or 0
        self.amounts: Amounts = ()
        self.unpriced = 0
        self.assumed = False


def layer_block(name: str, layer: Layer) -> Block:
    """Return the block of one layer."""
    return Block(
        name,
        layer.op_types or (layer.kind,),
        _shape(layer) if layer.ofmap_shape is None else layer.ofmap_shape,
        layer.runs,
        macs=layer.macs if layer.runs == 1 else layer.all_macs,
        parameters=layer.parameters,
    )


def _shape(layer: Layer) -> Shape | None:
    """Return the ofmap's shape as loop bounds tell it, for layers that come without a graph."""
    loops = layer.loops
    if loops is None or layer.kind not in ("conv", "dense"):
        return None
    channels = loops.g * loops.m
    return (loops.n, channels, loops.p, loops.q) if layer.kind == "conv" else (loops.n, channels)


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
    block.known_macs = times * (total_count(child.known_macs for child in children) or 0)
    block.parameters = None if parameters is None else times * parameters
    block.shape = children[-1].shape if children else None
    block.assumed = any(child.assumed for child in children)
    block.unpriced = times * (total_count(child.unpriced for child in children) or 0)
    priced = [child.amounts for child in children if child.amounts]
    if priced:
        block.amounts = tuple(times * fsum(column) for column in zip(*priced, strict=True))


def _layers(children: Sequence[Block]) -> int:
    return total_count(child.layers for child in children) or 0
