"""A whole network run by torch, node by node as its ONNX graph has them, with random weights.

Batch normalisation is folded into the convolution before it where it is (``torch_folding``), or
stays an operator of its own; in training it always does. Nothing else is fused, as in a module run
eagerly; activations work in place where nobody else reads their input, as the usual modules have
it. A tensor is let go after its last reader.
"""

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from py.errors import JoulegraphError
from py.graph import Choices, Graph, Node, read_graph
from py.measure.plans.shape import Shape
from py.measure.runners.runner import NotRunnableError
from py.measure.runners.torch_data import Place, Wanted, tensors
from py.measure.runners.torch_folding import Fold, folded, folds_of
from py.measure.runners.torch_memory import last_reads
from py.measure.runners.torch_operators import OPERATORS
from py.measure.runners.torch_site import Site

_MOST_FILE_BYTES = 2_000_000_000
_SCALE = 0.5


@dataclass(frozen=True, slots=True)
class _Step:
    """An operator: reads slots, fills others, and empties those that nobody reads again."""

    run: Callable[..., Any]
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    lets_go: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A network's operators in order; slots hold its inputs, then its weights, then the rest."""

    steps: tuple[_Step, ...]
    inputs: tuple[tuple[int, ...], ...]
    weights: tuple[Wanted, ...]
    weight_names: tuple[str, ...]
    output: int
    slots: int
    folds: tuple[Fold, ...] = ()

    def __call__(self, *tensors: Any) -> Any:
        """Return the first output, of the inputs and then the weights that are ready."""
        slots = [*tensors, *([None] * (self.slots - len(tensors)))]
        for step in self.steps:
            found = step.run(*[slots[place] for place in step.reads])
            if len(step.writes) == 1:
                slots[step.writes[0]] = found
            else:
                for place, one in zip(step.writes, found, strict=True):
                    slots[place] = one
            for place in step.lets_go:
                slots[place] = None
        return slots[self.output]

    def made_weights(self, place: Place) -> list[Any]:
        """Return random weights, by the places of their names."""
        return [tensors(place, wanted, 1)[0] for wanted in self.weights]

    def ready(self, weights: Sequence[Any]) -> list[Any]:
        """Return weights as a call takes them: what is to be folded is."""
        return folded(self.folds, self.weight_names, weights)


def read_network(shape: Shape, folder: str) -> Graph:
    """Return the graph of a network: a sample's name, or that of an ONNX file in the folder.

    Raises:
        NotRunnableError: there is no such file, or it can't be read at this batch.
    """
    name = shape.network or ""
    file = name if name.endswith(".onnx") else f"{name}.onnx"
    if not name or Path(file).name != file:
        raise NotRunnableError(f"a network is named by its sample or ONNX file, got {name[:40]!r}")
    return _read(str(Path(folder) / file), shape.batch)


@lru_cache(maxsize=4)
def _read(path: str, batch: int) -> Graph:
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MOST_FILE_BYTES)
    except OSError as error:
        raise NotRunnableError(f"{Path(path).name} can't be read: {error.strerror}") from None
    try:
        return read_graph(io.BytesIO(data), name=Path(path).name, choices=Choices(batch=batch))
    except JoulegraphError as error:
        raise NotRunnableError(error.message) from None


def program_of(graph: Graph, torch: Any, *, training: bool, fold: bool = True) -> Program:
    """Return what runs a graph; ``fold`` asks for batch normalisation to be folded.

    Raises:
        NotRunnableError: an operator that this runner does not know, or an unknown shape.
    """
    fed = [one for one in graph.inputs if one.name not in graph.initializers]
    for one in fed:
        if not str(one.type.dtype).startswith(("float", "bfloat")) or not one.type.is_complete:
            raise NotRunnableError(f"input {one.name[:40]!r} is no tensor of floats of known sides")
    site = Site(graph, torch, training)
    folds = folds_of(graph) if fold and not training else {}
    gone = {norm.index for norm, _ in folds.values()}
    built = []
    for node in graph.nodes:
        if all(name in graph.constants or graph.is_weight(name) for name in node.outputs if name):
            continue  # a weight, or a shape that is known already
        if node.index in gone:
            continue
        if node.operator not in OPERATORS:
            raise NotRunnableError(f"torch's runner does not run the operator {node.operator[:40]}")
        run, reads = OPERATORS[node.operator](node, site)
        if node.index in folds:
            norm, taken = folds[node.index]
            reads = (reads[0], *taken.reads)
            node = replace(node, outputs=norm.outputs)
        built.append((node, run, reads))
    read = {name for _, _, names in built for name in names}
    asked = {name for _, one in folds.values() for name in (*one.norm, one.bias) if name}
    weights = [name for name in sorted(read | asked) if graph.is_weight(name)]
    names = [*(one.name for one in fed), *weights]
    names += [name for node, _, _ in built for name in _written(node)]
    place = {name: index for index, name in enumerate(names)}
    missing = sorted((read | {graph.outputs[0]}) - set(place))
    if missing:
        raise NotRunnableError(f"{missing[0][:40]!r} is an output that this runner does not make")
    last = last_reads(graph)
    return Program(
        tuple(
            _step(node, run, reads, place, last, len(fed) + len(weights))
            for node, run, reads in built
        ),
        tuple(_known(graph, one.name) for one in fed),
        tuple(_wanted(graph, name, site) for name in weights),
        tuple(weights),
        place[graph.outputs[0]],
        len(place),
        tuple(one for _, one in folds.values()),
    )


def _step(
    node: Node,
    run: Callable[..., Any],
    reads: Sequence[str],
    place: dict[str, int],
    last: dict[str, int],
    kept: int,
) -> _Step:
    done = {name for name in node.inputs if last.get(name) == node.index}
    lets_go = sorted(place[name] for name in done if name in place and place[name] >= kept)
    writes = tuple(place[name] for name in _written(node))
    return _Step(run, tuple(place[name] for name in reads), writes, tuple(lets_go))


def _written(node: Node) -> tuple[str, ...]:
    """Return the outputs that are made: of most operators the first, others are for training."""
    return node.outputs if node.op == "Split" else node.outputs[:1]


def _known(graph: Graph, name: str) -> tuple[int, ...]:
    shape = graph.tensors[name].shape
    if shape is None or None in shape:
        raise NotRunnableError(f"the sides of {name[:40]!r} are not known: {shape}")
    return tuple(side for side in shape if side is not None)


def _wanted(graph: Graph, name: str, site: Site) -> Wanted:
    """Return how to make a weight, by the operator that reads it.

    Those of products keep the spread of what they multiply under ReLU (He et al. 2015). Those of
    normalisations are positive, as a variance has to be, and their scales so small that fifty
    layers of a residual network stay within half precision.
    """
    sides = _known(graph, name)
    reader = next(node for node in graph.nodes if name in node.inputs)
    if reader.op in ("BatchNormalization", "LayerNormalization"):
        is_scale = reader.inputs[1] == name
        return Wanted(sides, _SCALE if is_scale else 1.0, positive=True)
    if reader.op in ("Conv", "ConvTranspose", "Gemm", "MatMul") and len(sides) > 1:
        return Wanted(sides, math.sqrt(2 / site.fan_in(reader, sides)))
    return Wanted(sides, 0.1)
