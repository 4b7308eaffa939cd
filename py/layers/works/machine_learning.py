"""The operators of classical machine learning (ai.onnx.ml).

Their coefficients are attributes: they are read as weights, but are no tensors of the file. Their
products are counted as operations, two for each, and not as MACs: those are of convolutions, matrix
products, attention and recurrent layers only.
"""

from collections.abc import Sequence

from py.graph import Node
from py.layers.works.place import Place, times
from py.layers.works.registry import MACHINE_LEARNING, works
from py.layers.works.work import Work

_POST = {"NONE": 0, "LOGISTIC": 4, "SOFTMAX": 5, "SOFTMAX_ZERO": 6, "PROBIT": 8}
"""Operations per score of what follows it."""

_MOST_VISITS = 2_000_000  # of the nodes of all trees


@works("Scaler Imputer Normalizer Binarizer LabelEncoder CategoryMapper OneHotEncoder",
       MACHINE_LEARNING)  # fmt: skip
def per_value(place: Place) -> tuple[Work, ...]:
    """Count the operations of each value: a look-up or a comparison is one."""
    each = {"Scaler": 2, "Normalizer": 3}.get(place.node.op, 1)
    return (place.work("elementwise", ops=times(place.first, each)),)


@works("ArrayFeatureExtractor CastMap DictVectorizer FeatureVectorizer ZipMap", MACHINE_LEARNING)
def movement(place: Place) -> tuple[Work, ...]:
    """Count what is read and written."""
    return (place.work("movement"),)


@works("LinearRegressor LinearClassifier", MACHINE_LEARNING)
def linear(place: Place) -> tuple[Work, ...]:
    """Count a product of the rows with the coefficients, a sum for each intercept."""
    rows, features = _rows(place)
    stored = _count(place.node, "coefficients")
    scores = None if not features or stored is None else stored // features
    post = _POST.get(place.node.text("post_transform", "NONE"), 0)
    post += bool(_count(place.node, "intercepts"))
    return (_dense(place, "", rows, features, scores, post),)


@works("SVMRegressor SVMClassifier", MACHINE_LEARNING)
def support_vectors(place: Place) -> tuple[Work, ...]:
    """Count a product of the rows with every support vector, then one with the coefficients.

    A radial kernel takes a difference beside each product and an exponential for each vector. A
    machine without support vectors is linear.
    """
    rows, features = _rows(place)
    held, stored = _count(place.node, "support_vectors"), _count(place.node, "coefficients")
    vectors = None if not features or held is None else held // features
    post = _POST.get(place.node.text("post_transform", "NONE"), 0) + 1
    if not vectors:
        scores = None if not features or stored is None else stored // features
        return (_dense(place, "", rows, features, scores, post),)
    radial = place.node.text("kernel_type", "LINEAR") == "RBF"
    each = (features or 0) + 2 if radial else 2
    kernel = _dense(place, "kernel", rows, features, vectors, each)
    scores = None if stored is None else stored // vectors
    return kernel, _dense(place, "decision", rows, vectors, scores, post)


@works("TreeEnsembleClassifier TreeEnsembleRegressor TreeEnsemble", MACHINE_LEARNING)
def trees(place: Place) -> tuple[Work, ...]:
    """Count, for each row, the comparisons on the deepest path of every tree: a bound.

    One sum is added for each tree. Unknown where the file has too many nodes to follow.
    """
    rows, _ = _rows(place)
    paths = _deepest_v5(place.node) if place.node.op == "TreeEnsemble" else _deepest(place.node)
    count = None if paths is None else sum(paths) + len(paths)
    nodes = _count(place.node, "nodes_modes") or _count(place.node, "nodes_featureids")
    return (place.work("other", ops=times(rows, count), weight_elements=nodes or 0),)


def _dense(
    place: Place, part: str, rows: int | None, inputs: int | None, outputs: int | None, each: int
) -> Work:
    products = times(times(rows, inputs), outputs)
    scores = times(rows, outputs)
    second = part == "decision"
    return place.work(
        "other",
        part=part,
        ops=None if products is None or scores is None else 2 * products + each * scores,
        activations=() if second else place.activations,
        inner=(place.inner("kernel"),) if second else (),
        outputs=(place.inner(part),) if part == "kernel" else place.node.outputs,
        ifmap_elements=times(rows, inputs),
        weight_elements=times(inputs, outputs),
        ofmap_elements=scores if part == "kernel" else place.words(place.node.outputs),
        activation_dtype=place.type(0).dtype,
        weight_dtype="float32",
    )


def _rows(place: Place) -> tuple[int | None, int | None]:
    """Return the rows of the first input and the features of each."""
    shape = place.sizes(0)
    if shape is None:
        return None, None
    if len(shape) == 1:
        return 1, shape[0]
    elements = place.elements(0)
    if not shape or elements is None:
        return 1, 1
    return shape[0], elements // shape[0] if shape[0] else 0


def _count(node: Node, attribute: str) -> int | None:
    """Return how many items a list attribute has."""
    found = node.attributes.get(attribute)
    return None if found is None else found.count


def _items(node: Node, attribute: str) -> tuple[int, ...] | None:
    found = node.attributes.get(attribute)
    return None if found is None or found.kind != "ints" else found.value


def _deepest(node: Node) -> list[int] | None:
    """Return each tree's longest path in comparisons, None where the lists are not whole."""
    lists = [_items(node, f"nodes_{name}ids") for name in ("tree", "node", "truenode", "falsenode")]
    modes = node.attributes.get("nodes_modes")
    if modes is None or modes.kind != "strings" or modes.value is None or None in lists:
        return None
    trees, ids, true, false = (entry or () for entry in lists)
    if not len(trees) == len(ids) == len(true) == len(false) == len(modes.value):
        return None
    place = {key: i for i, key in enumerate(zip(trees, ids, strict=True))}
    children: list[tuple[int, ...]] = []
    for i, mode in enumerate(modes.value):
        ends = () if mode == "LEAF" else ((trees[i], true[i]), (trees[i], false[i]))
        children.append(tuple(place[end] for end in ends if end in place))
    inner = {child for group in children for child in group}
    return _depths([i for i in range(len(children)) if i not in inner], children)


def _deepest_v5(node: Node) -> list[int] | None:
    """Return the same for the form of version 5, which lists the inner nodes only."""
    ends = ("truenodeids", "trueleafs", "falsenodeids", "falseleafs")
    lists = [_items(node, name) for name in ("tree_roots", *(f"nodes_{end}" for end in ends))]
    if any(entry is None for entry in lists):
        return None
    roots, true, true_leaf, false, false_leaf = (entry or () for entry in lists)
    if not len(true) == len(true_leaf) == len(false) == len(false_leaf):
        return None
    children = [
        tuple(end for end, leaf in ((true[i], true_leaf[i]), (false[i], false_leaf[i])) if not leaf)
        for i in range(len(true))
    ]
    if any(not 0 <= end < len(children) for ends in (*children, roots) for end in ends):
        return None
    depths = _depths(roots, children)
    return None if depths is None else [depth + 1 for depth in depths]


def _depths(roots: Sequence[int], children: list[tuple[int, ...]]) -> list[int] | None:
    """Return the longest path below each root; None where trees share so much that it takes long.

    A node that leads back to itself ends its path.
    """
    found: list[int] = []
    visits = 0
    for root in roots:
        deepest, waiting, seen = 0, [(root, 0)], {root}
        while waiting:
            node, depth = waiting.pop()
            deepest = max(deepest, depth)
            for child in children[node]:
                if child not in seen:
                    seen.add(child)
                    waiting.append((child, depth + 1))
        found.append(deepest)
        visits += len(seen)
        if visits > _MOST_VISITS:
            return None
    return found
