"""The 15,625 architectures of NAS-Bench-201, from their definition.

Dong & Yang, NAS-Bench-201: Extending the Scope of Reproducible Neural Architecture Search, ICLR
2020 (arXiv 2001.00326), section 2.1. The skeleton: a 3x3 convolution with 16 filters and batch
normalisation; three stages of N = 5 cells with 16, 32 and 64 channels; before the second and the
third a residual block of stride 2, whose shortcut is a 2x2 average pooling and a 1x1 convolution;
then batch normalisation, ReLU, global average pooling and a fully connected layer. A cell has four
nodes, each the sum of what comes from those before it, and so six edges with one of five
operations: ``none``, ``skip_connect``, ``nor_conv_1x1``, ``nor_conv_3x3`` (ReLU, convolution, batch
normalisation, no bias) and ``avg_pool_3x3``.

What is counted where the paper leaves it open:

- ``none`` drops its edge (section 2.1: "zeroize"): nothing is computed and nothing added for it,
  and a node with k other edges takes k - 1 sums. The original program multiplies by 0 and adds.
- Dead edges, which nothing of the input reaches or which lead nowhere, are computed, as the
  original program does (``dead="counted"``); a node that no edge reaches is then the cell's input
  times 0. With ``dead="left-out"`` they are not there, as a compiler would leave them out; where
  the whole cell is dead one product by 0 is left of it.
- ``skip_connect`` is the tensor itself. Each ReLU stands alone in front of its convolution, as in
  the original program; one that nobody shares its input with is folded, by the rule of the reader.
- Batch normalisation has four constants a channel here, as in an ONNX file; the published
  parameters have the two that are learnt. Published FLOPs are MACs of convolutions and the fully
  connected layer, with one more for each of its biases.
"""

import random
from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Literal, NamedTuple

from py.errors import JoulegraphError
from py.sweep.population.drawing import Drawing, Tensor
from py.sweep.population.network import Network
from py.sweep.population.onnx_file import as_onnx
from py.sweep.population.population import Population

OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
EDGES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
"""From which node to which, in the order of the architecture's text."""
CHANNELS = (16, 32, 64)
CELLS = 5
Dead = Literal["counted", "left-out"]


class Images(NamedTuple):
    """What is classified: images with sides of so many pixels, in so many classes."""

    size: int
    classes: int


CIFAR_10 = Images(32, 10)
CIFAR_100 = Images(32, 100)
IMAGENET_16_120 = Images(16, 120)
"""The three data sets of section 2.2."""
Architecture = str | int
_MOST_DRAWN = 3
"""Cells of a stage: the first, one in the middle, the last."""
_NONE = "none"
_OUTPUT = 3
_SEED = 88
"""By which the benchmark's authors shuffled the architectures before they numbered them."""


@cache
def architectures() -> tuple[str, ...]:
    """Return all architectures as texts, by the numbers that the benchmark gives them."""
    found = [text_of(operations) for operations in product(OPERATIONS, repeat=len(EDGES))]
    random.Random(_SEED).shuffle(found)
    return tuple(found)


@cache
def _numbers() -> dict[str, int]:
    return {text: number for number, text in enumerate(architectures())}


def index_of(architecture: Architecture) -> int:
    """Return the number that the benchmark gives an architecture.

    Raises:
        JoulegraphError: ``architecture-unknown``.
    """
    return _numbers()[text_of(operations_of(architecture))]


def text_of(operations: Iterable[str]) -> str:
    """Return the text of six operations: ``|op~0|+|op~0|op~1|+|op~0|op~1|op~2|``."""
    nodes: dict[int, str] = {}
    for (source, node), operation in zip(EDGES, operations, strict=True):
        nodes[node] = f"{nodes.get(node, '|')}{operation}~{source}|"
    return "+".join(nodes.values())


def operations_of(architecture: Architecture) -> tuple[str, ...]:
    """Return the operations of the six edges, in the order of ``EDGES``.

    Raises:
        JoulegraphError: ``architecture-unknown`` for a number or a text that is none.
    """
    if isinstance(architecture, int):
        if not 0 <= architecture < len(OPERATIONS) ** len(EDGES):
            raise _unknown(architecture)
        architecture = architectures()[architecture]
    parts = [part for node in architecture.split("+") for part in node.split("|") if part]
    operations = tuple([part.split("~")[0] for part in parts])
    known = len(operations) == len(EDGES) and all(one in OPERATIONS for one in operations)
    if not known or text_of(operations) != architecture:
        raise _unknown(architecture)
    return operations


def draw(
    architecture: Architecture,
    *,
    images: Images = CIFAR_10,
    batch: int = 1,
    cells: int = CELLS,
    dead: Dead = "counted",
    every_cell: bool = True,
) -> tuple[Drawing, Tensor]:
    """Return the drawing of an architecture and its result.

    Where not every cell need be drawn, of those in the middle of a stage one stands for all.

    Raises:
        JoulegraphError: ``architecture-unknown``.
    """
    operations = operations_of(architecture)
    live = _live(operations) if dead == "left-out" else frozenset(EDGES)
    edges = [
        (source, node, operation)
        for (source, node), operation in zip(EDGES, operations, strict=True)
        if operation != _NONE and (source, node) in live
    ]
    each = [1] * cells
    # A cell that leaves zeros is no layer of its own, so none stands for the others.
    if not every_cell and cells > _MOST_DRAWN and _live(operations):
        each = [1, cells - 2, 1]
    drawing = Drawing()
    x = drawing.input(batch, 3, images.size, images.size)
    x = drawing.norm(drawing.conv(x, CHANNELS[0], 3, padding=1))
    for stage, channels in enumerate(CHANNELS):
        if stage:
            x = _reduction(drawing, x, channels)
        for times in each:
            if times == 1:
                x = _cell(drawing, x, edges)
            else:
                with drawing.repeated(times):
                    x = _cell(drawing, x, edges)
    x = drawing.activation(drawing.norm(x))
    x = drawing.view(drawing.global_pool(x))
    return drawing, drawing.dense(x, images.classes)


def network(
    architecture: Architecture,
    *,
    images: Images = CIFAR_10,
    batch: int = 1,
    dead: Dead = "counted",
) -> Network:
    """Return an architecture as a network.

    Raises:
        JoulegraphError: ``architecture-unknown``.
    """
    drawing, result = draw(architecture, images=images, batch=batch, dead=dead, every_cell=False)
    return drawing.network(result)


def to_onnx(
    architecture: Architecture,
    *,
    images: Images = CIFAR_10,
    batch: int = 1,
    dead: Dead = "counted",
) -> bytes:
    """Return an architecture as an ONNX file without weights' values.

    Raises:
        JoulegraphError: ``architecture-unknown``.
    """
    drawing, result = draw(architecture, images=images, batch=batch, dead=dead)
    return as_onnx(drawing, result, name="nas-bench-201")


def population(
    chosen: Iterable[Architecture] | None = None,
    *,
    images: Images = CIFAR_10,
    batch: int = 1,
    dead: Dead = "counted",
) -> Population:
    """Return architectures, by default all in the benchmark's order.

    Raises:
        JoulegraphError: ``architecture-unknown``.
    """
    found = Population()
    for architecture in architectures() if chosen is None else chosen:
        found.append(network(architecture, images=images, batch=batch, dead=dead))
    return found


def _cell(drawing: Drawing, x: Tensor, edges: Iterable[tuple[int, int, str]]) -> Tensor:
    nodes: dict[int, Tensor] = {0: x}
    arriving: dict[int, list[Tensor]] = {}
    for source, node, operation in edges:
        # Edges come node by node: all that arrives at the source is drawn.
        begin = _node(drawing, nodes, arriving, source)
        arriving.setdefault(node, []).append(_operation(drawing, begin, operation))
    return _node(drawing, nodes, arriving, _OUTPUT)


def _node(
    drawing: Drawing, nodes: dict[int, Tensor], arriving: dict[int, list[Tensor]], node: int
) -> Tensor:
    """Return a node's sum; one that no edge reaches is the cell's input times 0."""
    if node not in nodes:
        terms = arriving.get(node)
        nodes[node] = drawing.add(*terms) if terms else drawing.zeros(nodes[0])
    return nodes[node]


def _operation(drawing: Drawing, x: Tensor, operation: str) -> Tensor:
    if operation == "skip_connect":
        return x
    if operation == "avg_pool_3x3":
        return drawing.pool(x, 3, of="avg", padding=1)
    kernel = 3 if operation == "nor_conv_3x3" else 1
    return _convolved(drawing, x, x.shape[1], kernel)


def _convolved(drawing: Drawing, x: Tensor, filters: int, kernel: int, stride: int = 1) -> Tensor:
    x = drawing.activation(x)
    x = drawing.conv(x, filters, kernel, stride=stride, padding=kernel // 2)
    return drawing.norm(x)


def _reduction(drawing: Drawing, x: Tensor, channels: int) -> Tensor:
    """Draw the residual block that halves the maps."""
    body = _convolved(drawing, _convolved(drawing, x, channels, 3, stride=2), channels, 3)
    shortcut = drawing.conv(drawing.pool(x, 2, of="avg", stride=2), channels, 1)
    return drawing.add(shortcut, body)


def _live(operations: Iterable[str]) -> frozenset[tuple[int, int]]:
    """Return the edges that lie on a way from the cell's input to its output."""
    open_edges = [
        edge for edge, operation in zip(EDGES, operations, strict=True) if operation != _NONE
    ]
    reached, leading = {0}, {_OUTPUT}
    for source, node in open_edges:
        if source in reached:
            reached.add(node)
    for source, node in reversed(open_edges):
        if node in leading:
            leading.add(source)
    return frozenset(edge for edge in open_edges if edge[0] in reached and edge[1] in leading)


def _unknown(architecture: Architecture) -> JoulegraphError:
    last = len(OPERATIONS) ** len(EDGES) - 1
    return JoulegraphError(
        "architecture-unknown",
        f"An architecture of NAS-Bench-201 is a number from 0 to {last:,} or a text such as "
        f"{text_of(['skip_connect'] * len(EDGES))}, got {str(architecture)[:120]!r}.",
        f"The operations are {', '.join(OPERATIONS)}.",
    )
