"""The simulator's one door: a model, what it is run on, and how each layer is mapped."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from onnx import ModelProto

from py.errors import JoulegraphError
from py.layers import Layer, Zeros
from py.notes import Note
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.simulate.capture import Capture, capture, loaded
from py.simulate.counted import LayerCount
from py.simulate.inputs import Inputs
from py.simulate.mac_count import mac_count
from py.simulate.operands import Sources, UnfitError, operands, sources_of
from py.simulate.simulation import LayerZeros, Left, SimulatedLayer, Simulation
from py.simulate.stored import check_weights
from py.simulate.traffic import CodingOf, Traffic
from py.simulate.widths import Widths


class Mapped(NamedTuple):
    """How a layer runs: its loops, the machine, the mapping, and how wide its words are.

    ``coding_of`` goes before the one for all layers: the chip does not code the first one's ifmap.
    """

    problem: Problem
    machine: Machine
    mapping: Mapping
    widths: Widths = Widths()
    coding_of: CodingOf | None = None


MappingOf = Callable[[Layer], Mapped | None]
"""How a layer runs; None for one that is not to be simulated."""

_MOST_NAMED = 5


def simulate(
    model: bytes | Path,
    inputs: Inputs,
    layers: Sequence[Layer],
    mapping_of: MappingOf,
    coding_of: CodingOf,
) -> Simulation:
    """Run a model and count what its layers' values move and multiply.

    ``layers`` are those of the same model (``py.layers.read_model``) at a batch of as many images
    as the inputs have. The zeros of every layer's tensors are counted; what its values move, of
    those that have a mapping and whose operator is laid out here; others are ``left``.

    Raises:
        JoulegraphError: ``simulate-model``, ``simulate-weightless``, ``simulate-weights``,
            ``simulate-run``, ``simulate-nothing`` where no layer could be laid out, and
            ``inputs-…`` for inputs that don't fit the model.
    """
    graph = loaded(model)
    check_weights(graph)
    folder = model.resolve().parent if isinstance(model, Path) else None
    sources = {id(layer): _sources(graph, layer) for layer in layers}
    wanted = {name for layer in layers for name in (*layer.ifmaps, *layer.ofmaps)}
    for found in sources.values():
        if isinstance(found, Sources):
            wanted |= {found.ifmap, found.weight, found.ofmap}
    captured = capture(graph, inputs, wanted, folder)
    zeros: list[LayerZeros] = []
    simulated: list[SimulatedLayer] = []
    left: list[Left] = []
    for layer in layers:
        own = sources[id(layer)]
        counted = _zeros(layer, own, captured)
        zeros.append(LayerZeros(layer.name, counted))
        mapped = mapping_of(layer) if layer.loops is not None else None
        if mapped is None:
            continue
        try:
            if not isinstance(own, Sources):
                raise own or UnfitError("it has no loops")
            count = _count(graph, layer, mapped, own, captured, coding_of)
        except UnfitError as reason:
            left.append(Left(layer.name, str(reason)))
            continue
        simulated.append(SimulatedLayer(layer.name, counted, count))
    if left and not simulated:
        raise _nothing(left, captured.images)
    return Simulation(
        source=f"counted in {inputs.source}: {_images(captured.images)}",
        images=captured.images,
        layers=tuple(simulated),
        zeros=tuple(zeros),
        left=tuple(left),
        notes=(*inputs.notes, *_notes(simulated, left)),
    )


def _sources(graph: ModelProto, layer: Layer) -> Sources | UnfitError | None:
    if layer.loops is None:
        return None
    try:
        if layer.path is not None or not layer.nodes or layer.nodes[0] >= len(graph.graph.node):
            raise UnfitError("it is no node of the main graph")
        return sources_of(layer, graph.graph.node[layer.nodes[0]])
    except UnfitError as reason:
        return reason


def _zeros(layer: Layer, sources: Sources | UnfitError | None, found: Capture) -> Zeros:
    if isinstance(sources, Sources):
        return Zeros(
            found.zeros([sources.ifmap]),
            found.zeros([sources.weight]),
            found.zeros([sources.ofmap]),
        )
    if layer.path is not None:
        return Zeros()
    return Zeros(found.zeros(layer.ifmaps), None, found.zeros(layer.ofmaps))


def _count(
    graph: ModelProto,
    layer: Layer,
    mapped: Mapped,
    sources: Sources,
    captured: Capture,
    coding_of: CodingOf,
) -> LayerCount:
    problem, machine, mapping, widths, own_coding = mapped
    masks = operands(problem, graph.graph.node[layer.nodes[0]], sources, captured)
    macs = mac_count(problem, masks["weight"], masks["ifmap"])
    traffic = Traffic(problem, machine, mapping, masks, macs, own_coding or coding_of, widths)
    return LayerCount(layer.name, macs, traffic.counts())


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"


def _notes(simulated: Sequence[SimulatedLayer], left: Sequence[Left]) -> list[Note]:
    notes = []
    if left:
        shown = "; ".join(f"{entry.name[:60]}: {entry.reason}" for entry in left[:_MOST_NAMED])
        more = f"; and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        text = f"{len(left)} of the layers with MACs are not simulated: {shown}{more}."
        notes.append(Note("simulate-left", text))
    empty = [layer.name for layer in simulated if layer.zeros.weight == 1.0]
    if empty:
        text = (
            f"All weights of {len(empty)} layers are zero, as where a file has none stored: "
            "what follows from them says nothing about a trained network."
        )
        notes.append(Note("weights-all-zero", text))
    return notes


def _nothing(left: Sequence[Left], images: int) -> JoulegraphError:
    return JoulegraphError(
        "simulate-nothing",
        f"No layer of the model can be simulated on {_images(images)}: {left[0].name[:60]!r}, for "
        f"one, as {left[0].reason}.",
        f"Read the model at a batch of {images}, and map the layers as the graph has them.",
    )
