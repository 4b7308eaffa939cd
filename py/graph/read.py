"""An ONNX file to a graph: the room's one function."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import BinaryIO

from py.errors import JoulegraphError
from py.graph.choices.choices import Choices
from py.graph.choices.expression import evaluated
from py.graph.choices.inputs import ResolvedInputs, resolve_inputs
from py.graph.choices.names import Names, check_names
from py.graph.file.model import Model, read_model
from py.graph.file.value_info import DeclaredDimension, ValueInfo
from py.graph.flow.propagate import NEWEST_OPSET, propagate
from py.graph.flow.scope import Scope
from py.graph.flow.settings import MOST_FOLLOWED, Settings, Weigh, moved_elements
from py.graph.graph import Graph, UnknownOperator
from py.graph.region import Region
from py.graph.tensor_type import TensorType
from py.notes import Note

Progress = Callable[[str], None]


def read_graph(
    file: BinaryIO,
    *,
    name: str,
    choices: Choices | None = None,
    progress: Progress | None = None,
    weigh: Weigh = moved_elements,
) -> Graph:
    """Return the graph of the ONNX model in ``file``, any seekable binary file.

    ``name`` is what to call the model, ``choices`` what the user chooses for its inputs,
    ``progress`` is told what is being done, ``weigh`` says what a branch costs where values decide
    between two. Weights are skipped, not read. Raises JoulegraphError for every file that can't be
    read and every choice that doesn't fit.
    """
    choices = choices or Choices()
    if progress is not None:
        progress("Reading the model")
    model = read_model(file)
    names = Names(model.body, model.functions)
    check_names(model.body, names, choices)
    resolved = resolve_inputs(model.body, choices)
    before = spent = 0  # nodes of bodies and functions, at all sizes that are tried

    def work_out(given: ResolvedInputs, declared: Mapping[str, TensorType]) -> _Flow:
        nonlocal spent
        settings = Settings(
            model.opsets,
            model.functions,
            declared,
            choices.dims,
            choices.values,
            names,
            weigh,
            progress,
            followed=before,
        )
        try:
            return propagate(model.body, given.facts, settings), settings
        except JoulegraphError as error:
            asked = (*given.questions, *settings.questions.values())
            error.questions = tuple(question.as_json() for question in asked)
            raise
        finally:
            spent += settings.steps

    def flow_of(given: ResolvedInputs) -> _Flow:
        nonlocal before
        before = spent
        is_other = given.fixed_batch is not None and given.fixed_batch != choices.batch
        is_free = given.fixed_batch is None and (choices.batch or 1) > 1
        if is_other or is_free:  # worked out at two batches, loops equally far
            before += max(0, MOST_FOLLOWED - spent) // 2
        if is_other:
            from py.graph.flow.batch import check_batch  # most keep the batch that they have

            return check_batch(model.body, choices, given, lambda found: work_out(found, {}))
        flow = work_out(given, {} if given.overridden else _declared(model, given.dims))
        if is_free:
            from py.graph.flow.batch import note_together

            note_together(model.body, choices, given, flow, lambda found: work_out(found, {}))
        return flow

    try:
        flow = flow_of(resolved)
    except JoulegraphError as error:
        found = _with_other_defaults(model, choices, resolved, error, flow_of)
        if found is None:
            raise
        resolved, flow = found
    return _graph(name, model, resolved, *flow)


_Flow = tuple[Scope, Settings]


def _with_other_defaults(
    model: Model,
    choices: Choices,
    resolved: ResolvedInputs,
    error: JoulegraphError,
    flow_of: Callable[[ResolvedInputs], _Flow],
) -> tuple[ResolvedInputs, _Flow] | None:
    """Return the first result with other defaults than those that do not fit; None without one."""
    if error.code != "inconsistent-shapes" or not resolved.assumed:
        return None
    from py.graph.choices.other_defaults import other_defaults  # most graphs fit the usual ones

    for instead in other_defaults(model.body, resolved):
        given = resolve_inputs(model.body, choices, instead)
        try:
            flow = flow_of(given)
        except JoulegraphError:
            continue
        listed = ", ".join(f"{name[:80]!r} {size}" for name, size in list(instead.items())[:5])
        text = f"The usual defaults do not fit this graph; the first that do are taken: {listed}."
        return replace(given, notes=(*given.notes, Note("default-fitted", text))), flow
    return None


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
        shape = tuple(_declared_size(d, dims) for d in info.shape)
    return TensorType(info.dtype, shape)


def _declared_size(declared: DeclaredDimension, dims: Mapping[str, int]) -> int | None:
    if not isinstance(declared, str):
        return declared
    return dims[declared] if declared in dims else evaluated(declared, dims)


def _graph(
    name: str, model: Model, resolved: ResolvedInputs, scope: Scope, settings: Settings
) -> Graph:
    main = scope.region
    return Graph(
        **{field.name: getattr(main, field.name) for field in fields(main)},
        name=name,
        own_name=model.body.name,
        producer=model.producer,
        ir_version=model.ir_version,
        opsets=model.opsets,
        inputs=resolved.inputs,
        dims=MappingProxyType(dict(resolved.dims)),
        questions=(*resolved.questions, *settings.questions.values()),
        notes=(
            *resolved.notes,
            *_batch_notes(resolved),
            *_opset_notes(model),
            *_declared_notes(main),
            *settings.notes,
        ),
        unknown=tuple(
            UnknownOperator(*key, node.name, node.operator, tuple(settings.lost.get(key, ())))
            for key, node in settings.unknown.items()
        ),
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
    kept = [
        given.name[:80]
        for given in resolved.inputs
        if given.declared == given.type.shape == (resolved.fixed_batch,)
    ]
    notes = [
        Note(
            "batch-changed",
            f"The file fixes a batch of {resolved.fixed_batch} for {', '.join(changed[:5])}; every "
            "shape was worked out at the batch asked for, and they agree.",
        )
    ]
    if kept:
        text = f"{', '.join(kept[:5])} has the one element that the file fixes for all samples."
        notes.append(Note("batch-kept", f"{text} --input gives it one for each."))
    return notes


def _opset_notes(model: Model) -> list[Note]:
    missing = {node.domain for node in model.body.nodes} - set(model.opsets)
    missing -= {domain for domain, _, _ in model.functions}
    return [
        Note(
            "opset-missing",
            f"The model uses operators of {domain[:80] or 'the ONNX standard'!r} without saying "
            f"which version; {NEWEST_OPSET} is assumed.",
        )
        for domain in sorted(missing)
    ]


def _declared_notes(main: Region) -> list[Note]:
    if not main.declared:
        return []
    listed = ", ".join(sorted(name[:80] for name in main.declared)[:5])
    return [
        Note(
            "shape-declared",
            f"{len(main.declared):,} tensors have the shape that the file declares, unchecked: "
            f"{listed}{', …' if len(main.declared) > 5 else ''}.",
        )
    ]
