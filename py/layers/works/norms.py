"""Normalisations: operations per element, with the constants of normalisation as parameters."""

from py.layers.works.elementwise import ACTIVATIONS
from py.layers.works.place import Place, times
from py.layers.works.registry import CHANNELS_LAST, MICROSOFT, works
from py.layers.works.work import Work

_STANDARDISED = 7
"""Sum, difference, square, sum of squares, quotient, scale, shift."""

_ROOT_MEAN_SQUARE = 4
"""Square, sum, quotient, scale."""

_SOFTMAX = 5
"""Maximum, difference, exponential, sum, quotient."""

_PER_ELEMENT = {
    "BatchNormalization": 2,  # scale and shift: mean and variance are constants of inference
    "GroupNormalization": _STANDARDISED,
    "InstanceNormalization": _STANDARDISED,
    "LayerNormalization": _STANDARDISED,
    "RMSNormalization": _ROOT_MEAN_SQUARE,
    "SimplifiedLayerNormalization": _ROOT_MEAN_SQUARE,
}


@works(" ".join(_PER_ELEMENT))
@works("BatchNormalization InstanceNormalization", CHANNELS_LAST)
def normalisation(place: Place) -> tuple[Work, ...]:
    """Count a normalisation whose constants follow its input."""
    return _norm(place, _PER_ELEMENT[place.node.op], *range(1, len(place.node.inputs)))


@works("LayerNormalization SimplifiedLayerNormalization", MICROSOFT)
def normalisation_of_onnxruntime(place: Place) -> tuple[Work, ...]:
    """Count a normalisation that onnxruntime wrote before it was in the standard."""
    return normalisation(place)


@works("Softmax LogSoftmax Hardmax LpNormalization MeanVarianceNormalization")
def without_constants(place: Place) -> tuple[Work, ...]:
    """Count a normalisation that has no constants."""
    each = {
        "Softmax": _SOFTMAX,
        "LogSoftmax": _SOFTMAX + 1,
        "Hardmax": 2,  # maximum, comparison
        "LpNormalization": 3,  # power or magnitude, sum, quotient
        "MeanVarianceNormalization": 5,  # as standardised, without scale and shift
    }
    return _norm(place, each[place.node.op])


@works("QLinearSoftmax BiasSoftmax", MICROSOFT)
def softmax_of_onnxruntime(place: Place) -> tuple[Work, ...]:
    """Count a softmax with a bias, or from integers to integers."""
    return _norm(place, _SOFTMAX + (1 if place.node.op == "BiasSoftmax" else 6))


@works("LRN")
@works("LRN", CHANNELS_LAST)
def local_response(place: Place) -> tuple[Work, ...]:
    """Count a square and a sum for each of the ``size`` neighbours, then four operations."""
    size = place.node.integer("size", 1)
    return _norm(place, 4 + 2 * size if size > 0 else None)


@works("SkipLayerNormalization SkipSimplifiedLayerNormalization", MICROSOFT)
def skip_normalisation(place: Place) -> tuple[Work, ...]:
    """Count the sum of two inputs (and a bias), then the normalisation."""
    simplified = place.node.op == "SkipSimplifiedLayerNormalization"
    bias = place.has(3 if simplified else 4)
    each = (_ROOT_MEAN_SQUARE if simplified else _STANDARDISED) + 1 + bias
    return _norm(place, each, 2, 3, 4)


@works("GroupNorm SkipGroupNorm", MICROSOFT)
def group_norm(place: Place) -> tuple[Work, ...]:
    """Count the sum with the skip (and a bias), the normalisation, and a swish where asked for."""
    each = _STANDARDISED + place.has(3) + place.has(4)
    if place.node.integer("activation", 0):
        each += ACTIVATIONS["SiLU"]
    return _norm(place, each, 1, 2, 4)


@works("QOrderedLayerNormalization", MICROSOFT)
def ordered_layer_norm(place: Place) -> tuple[Work, ...]:
    """Count a layer normalisation of integers, to real numbers and back."""
    return _norm(place, _STANDARDISED + 4, 2, 3)


@works("GatedRMSNorm BranchwiseRMSNorm", MICROSOFT)
def gated_norm(place: Place) -> tuple[Work, ...]:
    """Count the normalisation, and a swish and a product where there is a gate."""
    gated = place.node.op == "GatedRMSNorm"
    return _norm(place, _ROOT_MEAN_SQUARE + (ACTIVATIONS["SiLU"] + 1 if gated else 0), 1)


@works("EngramGate", MICROSOFT)
def engram(place: Place) -> tuple[Work, ...]:
    """Count two normalisations and their product, summed to a gate, and the gated values."""
    each = 2 * _ROOT_MEAN_SQUARE + 3 + (_ROOT_MEAN_SQUARE if place.has(5) else 0)
    return _norm(place, each, 3, 4, 5)


@works("EmbedLayerNormalization QEmbedLayerNormalization", MICROSOFT)
def embedded(place: Place) -> tuple[Work, ...]:
    """Count the rows of two or three tables that are looked up and added, then the normalisation.

    All of the tables are parameters; what is read of them is as many rows as the result has.
    """
    tables = (2, 3, 4)
    looked_up = sum(place.has(index) for index in tables)
    scales = place.words(place.constants(5, 6))
    rows = times(place.first, looked_up)
    quantised = place.node.op == "QEmbedLayerNormalization"
    each = looked_up - 1 + _STANDARDISED + (2 * looked_up if quantised else 0)
    return (
        place.work(
            "norm",
            ops=times(place.first, each),
            weight_elements=None if rows is None or scales is None else rows + scales,
            weights=place.constants(*tables, 5, 6),
        ),
    )


def _norm(place: Place, each: int | None, *constants: int) -> tuple[Work, ...]:
    return (
        place.work(
            "norm",
            ops=times(place.first, each),
            weight_elements=place.words(place.passive()),
            weights=place.constants(*constants),
        ),
    )
