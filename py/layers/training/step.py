"""A training step: from the layers of an inference to those of a step, in the order they run."""

from dataclasses import replace

from py.layers.layer import Layer
from py.layers.model import Model
from py.layers.training.learning import is_cut, learnings, operators
from py.layers.training.norms import norm_parts
from py.layers.training.optimizers import Optimizer, optimizer_of
from py.layers.training.others import other_parts
from py.layers.training.parts import Parts, forward_part, update_part
from py.layers.training.products import product_parts
from py.notes import Note


def training_model(model: Model, optimizer: str) -> Model:
    """Return a model whose layers are those of one training step on its batch.

    The forward layers in their order; then the gradients, from the last layer to the first, the
    ifmap's before the weights'; then the updates of all parameters, in the layers' order. Widths,
    zeros and runs are taken from the layers: they are to be settled before. Each
    part knows the layer that it comes from (``inference``).

    Raises:
        JoulegraphError: ``optimizer-unknown``.
        ValueError: a layer is of a training step already.
    """
    kept = optimizer_of(optimizer)
    if any(layer.phase is not None for layer in model.layers):
        raise ValueError("training_model: layers of an inference, got those of a step")
    facts = learnings(model)
    layers = [
        replace(layer, learning=fact) for layer, fact in zip(model.layers, facts, strict=True)
    ]
    parts = [_parts(layer) for layer in layers]
    updates = [update for layer in layers if (update := update_part(layer, kept)) is not None]
    return replace(
        model,
        layers=(
            *(own for each in parts for own in each.forward),
            *(own for each in reversed(parts) for own in each.backward),
            *updates,
        ),
        notes=(*model.notes, *_notes(model, layers, kept)),
    )


def _parts(layer: Layer) -> Parts:
    if is_cut(layer) and not layer.parameters:
        return Parts((forward_part(layer),))
    if layer.loops is not None or layer.macs or layer.macs is None:
        return product_parts(layer)
    return norm_parts(layer) if layer.kind == "norm" else other_parts(layer)


def _notes(model: Model, layers: list[Layer], optimizer: Optimizer) -> list[Note]:
    """Return what the numbers of a step count and what they leave out."""
    notes = [
        Note(
            "training-step",
            "A training step: forward, gradients from the last layer to the first, updates by "
            f"{optimizer.name} ({optimizer.source}) at the end. Every layer's ofmap is written and "
            "read again for the gradients; nothing is computed twice to save memory. The loss and "
            "what brings the data are not counted.",
        ),
        Note(
            "training-tensors",
            "What a gradient reads and makes stands where a layer has it: of an input gradient, "
            "ifmap is the gradient of the ofmap and ofmap that of the ifmap; of a weight gradient, "
            "weight is the gradient of the ofmap and ofmap that of the weights.",
        ),
    ]
    names = {name for layer in layers for name in operators(layer)}
    if "BatchNormalization" in names:
        text = (
            "Batch normalisation is a layer of its own in training: it needs the mean over the "
            "batch before it can go on. In an inference it is folded into the layer before."
        )
        notes.append(Note("training-norm", text))
    elif len([layer for layer in layers if layer.kind == "conv"]) > 1:
        text = (
            "The file has no batch normalisation. If it was folded into the weights when the file "
            "was made, training it takes more than is counted here."
        )
        notes.append(Note("training-norm", text))
    if model.from_link or not any(layer.ifmaps for layer in layers):
        text = (
            "The layers do not say what reads what: they are taken as a chain, in which only the "
            "first layer with parameters needs no gradient of its ifmap."
        )
        if any(layer.learning is None for layer in model.layers):
            notes.append(Note("training-chain", text))
    if any(name in _QUANTISED for name in names):
        text = "Layers of integers are counted as if a gradient passed their rounding unchanged."
        notes.append(Note("training-integers", text))
    if any(operators(layer)[:1] == ("Gather",) and layer.weight_elements for layer in layers):
        text = "Tables that are looked up (embeddings) are neither trained nor counted."
        notes.append(Note("training-tables", text))
    return notes


_QUANTISED = frozenset({"ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul", "QGemm"})
