"""A model that was run once: the zeros of its tensors, and its values through any mapping."""

from collections.abc import Callable, Sequence
from pathlib import Path

from onnx import ModelProto

from py.columns import several
from py.errors import JoulegraphError
from py.layers import Layer, Zeros
from py.notes import Note
from py.simulate.capture import Capture, capture, loaded
from py.simulate.coding import Coding, Uncoded
from py.simulate.counted import LayerCount
from py.simulate.inputs import Inputs
from py.simulate.mac_count import mac_count
from py.simulate.mapped import Mapped, MappingOf
from py.simulate.operands import FOLLOWED, Sources, UnfitError, operands, sources_of
from py.simulate.simulation import LayerZeros, Left, SimulatedLayer, Simulation
from py.simulate.stored import check_weights
from py.simulate.traffic import CodingOf, Traffic

Told = Callable[[str], None]
"""Is told how far the work is."""

_MOST_NAMED = 5


def untold(_text: str) -> None:
    """Say nothing."""


def uncoded(_tensor: str, _place: str) -> Coding:
    """Return that words are as they are."""
    return Uncoded()


class Run:
    """A model, run on its inputs; ``zeros`` are those of its layers' tensors, in their order.

    Raises:
        JoulegraphError: ``simulate-model``, ``simulate-weightless``, ``simulate-weights``,
            ``simulate-run``, and ``inputs-…`` for inputs that don't fit the model.
    """

    def __init__(
        self,
        model: bytes | Path,
        inputs: Inputs,
        layers: Sequence[Layer],
        told: Told = untold,
    ) -> None:
        self._graph = loaded(model)
        check_weights(self._graph)
        self._layers = tuple(layers)
        self._sources = [_sources(self._graph, layer) for layer in layers]
        wanted = {name for layer in layers for name in (*layer.ifmaps, *layer.ofmaps)}
        for found in self._sources:
            if isinstance(found, Sources):
                wanted |= {found.ifmap, found.weight, found.ofmap}
        folder = model.resolve().parent if isinstance(model, Path) else None

        def step(done: int, total: int) -> None:
            told(f"running the model: {done:,} of {several(total, 'image')}")

        self._captured = capture(self._graph, inputs, wanted, folder, step)
        self._notes = inputs.notes
        self._told = told
        self.images = self._captured.images
        self.source = f"counted in {inputs.source}: {several(self.images, 'image')}"
        self.zeros = tuple(
            LayerZeros(layer.name, _zeros(layer, own, self._captured))
            for layer, own in zip(self._layers, self._sources, strict=True)
        )

    def simulate(self, mapping_of: MappingOf, coding_of: CodingOf = uncoded) -> Simulation:
        """Count what the values of the layers that have a mapping move and multiply.

        Raises:
            JoulegraphError: ``simulate-nothing`` where none of them could be laid out.
        """
        simulated: list[SimulatedLayer] = []
        left: list[Left] = []
        for done, layer in enumerate(self._layers):
            self._told(f"simulating: {done:,} of {several(len(self._layers), 'layer')}")
            mapped = mapping_of(layer) if layer.loops is not None else None
            if mapped is None:
                continue
            own = self._sources[done]
            try:
                if not isinstance(own, Sources):
                    raise own or UnfitError("it has no loops")
                count = _count(self._graph, layer, mapped, own, self._captured, coding_of)
            except UnfitError as reason:
                left.append(Left(layer.name, str(reason), done))
                continue
            simulated.append(SimulatedLayer(layer.name, self.zeros[done].zeros, count, done))
        if left and not simulated:
            raise _nothing(left, self.images)
        return Simulation(
            source=self.source,
            images=self.images,
            layers=tuple(simulated),
            zeros=self.zeros,
            left=tuple(left),
            notes=(*self._notes, *_notes(simulated, left)),
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
        f"No layer of the model can be simulated on {several(images, 'image')}: "
        f"{left[0].name[:60]!r}, for one, as {left[0].reason}.",
        f"Followed are {FOLLOWED}, read at a batch of {images}.",
    )
