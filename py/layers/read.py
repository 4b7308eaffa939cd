"""One door for every kind of model file: an ONNX graph, or a table of layers."""

from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from py.errors import JoulegraphError
from py.graph import Choices, Graph, read_graph
from py.layers.counted_zeros import CountZeros, no_weights
from py.layers.extract import Extraction, branch_weight
from py.layers.layer import Layer
from py.layers.model import Model
from py.notes import Note

NO_CHOICES = Choices()
Progress = Callable[[str], None]


def read_model(
    file: BinaryIO,
    name: str,
    choices: Choices = NO_CHOICES,
    progress: Progress | None = None,
    count: CountZeros | None = None,
) -> Model:
    """Return the layers of a model file; ``name`` is its file name.

    Weights are not read, unless ``count`` counts their zeros.

    Raises:
        JoulegraphError: whatever is wrong with the file or the choices.
    """
    head = file.read(4096)
    file.seek(0)
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0] or "model"
    if _looks_like_table(head, name):
        if count is not None:
            raise no_weights("A table of layers")
        return _from_table(file, stem, name, choices)
    graph = read_graph(file, name=stem, choices=choices, progress=progress, weigh=branch_weight)
    if progress is not None:
        progress("layers")
    extraction = Extraction(graph)
    batch = choices.batch or _batch(graph)
    if batch > 1 and choices.batch is None:
        text = f"The leading dimension of the inputs, {batch}, is taken as the batch."
        extraction.notes.append(Note("batch-assumed", text))
    counted = None
    if count is not None:
        counted = count(graph, extraction.layers)
        extraction.notes += counted.notes
    return Model(
        name=stem,
        source="onnx",
        batch=batch,
        layers=extraction.layers,
        inputs={entry.name: entry.type.shape for entry in graph.inputs},
        parameters=extraction.parameters,
        nodes=extraction.nodes,
        not_modelled=tuple(extraction.not_modelled),
        notes=tuple(extraction.notes),
        file=name,
        producer=graph.producer or None,
        opset=graph.opsets.get(""),
        questions=graph.questions,
        counted=counted,
        input_types={entry.name: entry.type.dtype for entry in graph.inputs},
        parameter_bytes=extraction.parameter_bytes,
        idle_parameters=extraction.idle_parameters,
        graph=graph.own_name,
    )


def with_batch(model: Model, batch: int) -> Model:
    """Return a model without a graph (a table, a link) at another batch size.

    Raises:
        JoulegraphError: ``batch-fixed`` if a layer's rows are not a multiple of the present batch.
    """
    if batch == model.batch:
        return model

    def scaled(count: int | None) -> int | None:
        return None if count is None else scaled_known(count)

    def scaled_known(count: int) -> int:
        if count * batch % model.batch:
            raise JoulegraphError(
                "batch-fixed",
                f"A layer's size does not scale from batch {model.batch} to {batch}.",
                "Use the model's ONNX file, or a batch that is a multiple of the present one.",
            )
        return count * batch // model.batch

    layers: list[Layer] = []
    for layer in model.layers:
        loops = layer.loops
        if loops is not None and layer.kind in ("matmul", "attention"):  # products for each image
            loops = replace(loops, g=scaled_known(loops.g))
        elif loops is not None:
            loops = replace(loops, n=scaled_known(loops.n))
        layers.append(
            replace(
                layer,
                macs=scaled(layer.macs),
                ops=scaled(layer.ops),
                ifmap_elements=scaled(layer.ifmap_elements),
                ofmap_elements=scaled(layer.ofmap_elements),
                loops=loops,
            )
        )
    inputs = {
        name: (batch, *shape[1:]) if shape and shape[0] == model.batch else shape
        for name, shape in model.inputs.items()
    }
    left = tuple(replace(entry, macs=scaled(entry.macs)) for entry in model.not_modelled)
    questions = tuple(
        replace(question, taken=batch)
        if question.follows_batch and question.taken == model.batch
        else question
        for question in model.questions
    )
    note = Note("batch-scaled", f"Scaled from batch {model.batch} to {batch} without the graph.")
    return replace(
        model,
        batch=batch,
        layers=tuple(layers),
        inputs=inputs,
        not_modelled=left,
        questions=questions,
        notes=(*model.notes, note),
    )


def _looks_like_table(head: bytes, name: str) -> bool:
    """Say whether this is text with commas; an ONNX file begins with binary tags."""
    if name.lower().endswith((".csv", ".txt")):
        return True
    if not head or name.lower().endswith(".onnx"):
        return False
    try:
        text = head[: head.rfind(b"\n") + 1 or len(head)].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "," in text.split("\n")[0] and all(c.isprintable() or c in "\r\n\t" for c in text)


def _from_table(file: BinaryIO, stem: str, name: str, choices: Choices) -> Model:
    from py.layers.table import MOST_BYTES, read_table  # a graph needs none of it

    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise JoulegraphError(
            "table-invalid",
            f"A table of layers has at most {MOST_BYTES} bytes.",
            "Is it the right file?",
        )
    if choices.of_inputs:
        raise JoulegraphError(
            "no-inputs",
            "A table of layers has no inputs or free dimensions to set.",
            "Leave those options out.",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise JoulegraphError(
            "table-invalid",
            f"{name} is not a text file in UTF-8.",
            "Save the table as CSV in UTF-8.",
        ) from None
    table = read_table(text)
    layers = table.layers
    batches = {layer.loops.n for layer in layers if layer.loops and layer.kind != "matmul"}
    batch = min(batches, default=1) if table.batch is None else table.batch
    model = Model(
        name=stem,
        source="table",
        batch=batch,
        layers=layers,
        parameters=None if table.not_modelled else sum(layer.parameters for layer in layers),
        not_modelled=table.not_modelled,
        notes=(
            Note("from-table", "Made from a table of layers: nothing but these layers is counted."),
        ),
        file=name,
    )
    return model if choices.batch is None else with_batch(model, choices.batch)


def _batch(graph: Graph) -> int:
    """Return the leading dimension that the inputs share; 1 where they have none.

    A file that fixes three dimensions may hold one image or a batch of sequences: that is no batch.
    """
    leading = {
        entry.type.shape[0]
        for entry in graph.inputs
        if entry.type.shape
        and (len(entry.type.shape) in (2, 4, 5) or isinstance((entry.declared or (0,))[0], str))
    }
    if len(leading) != 1:
        return 1
    return leading.pop() or 1
