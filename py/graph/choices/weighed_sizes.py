"""Sizes of free dimensions that the weights say: of what an input's first operator multiplies.

A table of features or an image's channels may be left open by an exporter, yet the operator that
reads it has a weight, or coefficients, for each. What is said of a name holds wherever it stands.
"""

from collections.abc import Mapping, Sequence

from py.graph.choices.expression import solved, symbols_of
from py.graph.choices.free_dimension import dimension_name
from py.graph.file.body import Body
from py.graph.file.node import Node
from py.graph.file.value_info import ValueInfo
from py.graph.tensor_type import Shape

_SAME = frozenset(("Cast", "Identity", "Dropout"))
_CHANNELS = frozenset(("Conv", "BatchNormalization", "InstanceNormalization"))
_LISTS = {
    "Scaler": ("offset", "scale"),
    "Imputer": ("imputed_value_floats", "imputed_value_int64s"),
}


def weighed_sizes(body: Body, infos: Sequence[ValueInfo]) -> dict[str, int]:
    """Return sizes by the names of free dimensions, the first that is found for each."""
    free = {info.name: info for info in infos if _is_open(info)}
    found: dict[str, int] = {}
    for (source, axis), size in _extents(body, free).items():
        name = dimension_name(free[source], axis)
        symbols = () if name is None else symbols_of(name) or (name,)
        if name is None or len(symbols) != 1:
            continue
        own = size if symbols[0] == name else solved(name, symbols[0], size)
        if own is not None:
            found.setdefault(symbols[0], own)
    return found


def _is_open(info: ValueInfo) -> bool:
    """Say whether a dimension other than the leading one is free."""
    return any(not isinstance(size, int) for size in (info.shape or ())[1:])


def _extents(body: Body, free: Mapping[str, ValueInfo]) -> dict[tuple[str, int], int]:
    """Return what is multiplied of the inputs ``free``, by input and axis."""
    weights = {given.name: given.type.shape or () for given in body.initializers}
    same = {name: name for name in free}
    found: dict[tuple[str, int], int] = {}
    for node in body.nodes if free else ():
        source = same.get(node.inputs[0]) if node.inputs else None
        if source is None:
            continue
        if node.op in _SAME and node.outputs:
            same.setdefault(node.outputs[0], source)
            continue
        size = _features(node, weights)
        rank = len(free[source].shape or ())
        if size is not None and size > 0 and rank > 1:
            found.setdefault((source, 1 if node.op in _CHANNELS else rank - 1), size)
    return found


def _features(node: Node, weights: Mapping[str, Shape]) -> int | None:
    """Return how many features or channels a node reads at a time."""
    shape = weights.get(node.inputs[1], ()) if len(node.inputs) > 1 else ()
    rank = len(shape)
    if node.op == "MatMul" and rank > 1:
        return shape[-2]
    if node.op == "Gemm" and rank == 2 and not node.integer("transA", 0):
        return shape[1 if node.integer("transB", 0) else 0]
    if node.op == "Conv" and rank > 2 and shape[1] is not None:
        return shape[1] * node.integer("group", 1)
    if node.op in ("LSTM", "GRU", "RNN") and rank == 3:
        return shape[2]
    if node.op in _CHANNELS and rank == 1:
        return shape[0]
    return _listed(node)


def _listed(node: Node) -> int | None:
    """Return the features of an operator whose numbers are attributes."""
    if node.op in _LISTS:
        return max(_length(node, name) for name in _LISTS[node.op]) if node.domain else None
    if node.op == "LinearRegressor":
        return _length(node, "coefficients") // max(node.integer("targets", 1), 1)
    if node.op == "LinearClassifier":
        rows = _length(node, "intercepts")
        return _length(node, "coefficients") // rows if rows else None
    if node.op in ("SVMClassifier", "SVMRegressor"):
        vectors = node.integer("n_supports", 0)
        for each in _integers(node, "vectors_per_class"):
            vectors += each
        return _length(node, "support_vectors") // vectors if vectors > 0 else None
    if node.op in ("TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble"):
        features = _integers(node, "nodes_featureids")  # none where they are too many to keep
        return max(features) + 1 if features else None
    return None


def _integers(node: Node, name: str) -> tuple[int, ...]:
    attribute = node.attributes.get(name)
    is_list = attribute is not None and attribute.kind == "ints" and attribute.value is not None
    return tuple(attribute.value) if attribute is not None and is_list else ()


def _length(node: Node, name: str) -> int:
    """Return the length of a list of numbers, also of one too long to be kept."""
    attribute = node.attributes.get(name)
    is_list = attribute is not None and attribute.kind in ("floats", "ints")
    return attribute.count if attribute is not None and is_list else 0
