"""An ONNX file to a graph: the room's one function."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import BinaryIO

from py.graph.choices.bindings import Bindings
from py.graph.choices.inputs import ResolvedInputs, resolve_inputs
from py.graph.file.model import Model, read_model
from py.graph.file.value_info import ValueInfo
from py.graph.flow.batch import check_batch
from py.graph.flow.propagate import NEWEST_OPSET, Flow, propagate
from py.graph.graph import Constant, Graph
from py.graph.tensor_type import TensorType
from py.notes import Note

Progress = Callable[[str], None]


def read_graph(
    file: BinaryIO,
    *,
    name: str,
    bindings: Bindings | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Return the graph of the ONNX model in ``file``, any seekable binary file.

    ``name`` is what to call the model, ``bindings`` what the user chooses for its inputs,
    ``progress`` is told what is being done. Weights are skipped, not read. Raises JoulegraphError
    for every file that can't be read and every choice that doesn't fit.
    """
    bindings = bindings or Bindings()
    if progress is not None:
        progress("Reading the model")
    model = read_model(file)
    resolved = resolve_inputs(model.body, bindings)
    if resolved.fixed_batch is not None and resolved.fixed_batch != bindings.batch:
        flow = check_batch(model, bindings, resolved, progress)
    else:
        flow = _flow(model, resolved, progress)
    return _graph(name, model, resolved, flow)


def _flow(model: Model, resolved: ResolvedInputs, progress: Progress | None) -> Flow:
    declared = {} if resolved.overridden else _declared(model, resolved.dims)
    return propagate(
        model.body,
        resolved.facts,
        model.opsets,
        frozenset(f[:2] for f in model.functions),
        declared,
        progress,
    )


def _declared(model: Model, dims: Mapping[str, int]) -> dict[str, TensorType]:
    return {
        info.name: _declared_type(info, dims)
        for info in (*model.body.value_infos, *model.body.outputs)
    }


def _declared_type(info: ValueInfo, dims: Mapping[str, int]) -> TensorType:
    if info.form != "tensor":
        return TensorType(form=info.form)
    shape = None
    if info.shape is not None:
        shape = tuple(dims.get(d) if isinstance(d, str) else d for d in info.shape)
    return TensorType(info.dtype, shape)


def _graph(name: str, model: Model, resolved: ResolvedInputs, flow: Flow) -> Graph:
    body = model.body
    constants = {
        tensor: Constant(found.type, values)
        for tensor, found in flow.facts.items()
        if (values := found.values if found.payload is None else found.payload.read_already)
        is not None
    }
    return Graph(
        name=name,
        producer=model.producer,
        ir_version=model.ir_version,
        opsets=model.opsets,
        inputs=resolved.inputs,
        outputs=tuple(info.name for info in body.outputs),
        nodes=body.nodes,
        initializers=MappingProxyType({i.name: i for i in body.initializers}),
        tensors=MappingProxyType({tensor: f.type for tensor, f in flow.facts.items()}),
        constants=MappingProxyType(constants),
        dims=MappingProxyType(dict(resolved.dims)),
        notes=(
            *resolved.notes,
            *_batch_notes(resolved),
            *_opset_notes(model),
            *_declared_notes(flow),
            *flow.notes,
        ),
        unknown=flow.unknown(),
        declared=frozenset(flow.declared),
        _producers=flow.producers,
        _weights=frozenset(flow.weights),
    )


def _batch_notes(resolved: ResolvedInputs) -> list[Note]:
    changed = [
        given.name[:80]
        for given in resolved.inputs
        if given.declared
        and given.type.shape
        and given.declared[0] == resolved.fixed_batch
        and given.type.shape[0] != resolved.fixed_batch
    ]
    if resolved.fixed_batch is None or not changed:
        return []
    return [
        Note(
            "batch-changed",
            f"The file fixes a batch of {resolved.fixed_batch} for {', '.join(changed[:5])}; every "
            "shape was worked out at the batch asked for, and they agree.",
        )
    ]


def _opset_notes(model: Model) -> list[Note]:
    missing = {node.domain for node in model.body.nodes} - set(model.opsets)
    return [
        Note(
            "opset-missing",
            f"The model uses operators of {domain[:80] or 'the ONNX standard'!r} without saying "
            f"which version; {NEWEST_OPSET} is assumed.",
        )
        for domain in sorted(missing)
    ]


def _declared_notes(flow: Flow) -> list[Note]:
    if not flow.declared:
        return []
    listed = ", ".join(sorted(name[:80] for name in flow.declared)[:5])
    return [
        Note(
            "shape-declared",
            f"{len(flow.declared):,} tensors have the shape that the file declares, unchecked: "
            f"{listed}{', …' if len(flow.declared) > 5 else ''}.",
        )
    ]
