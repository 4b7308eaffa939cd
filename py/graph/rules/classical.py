"""ai.onnx.ml: classical models of N rows of features, and what prepares the features."""

from py.graph.fact import Dimension, Fact, Shape, fact, sequence_of
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show
from py.graph.tensor_type import TensorType

_DOMAIN = "ai.onnx.ml"
_CASTS = {"TO_FLOAT": "float32", "TO_STRING": "object", "TO_INT64": "int64"}


@rule("Binarizer Imputer", _DOMAIN)
def _same(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), site.shape(0))]


@rule("Scaler Normalizer", _DOMAIN)
def _as_float(site: Site) -> list[Fact]:
    return [fact("float32", site.shape(0))]


@rule("LabelEncoder", _DOMAIN)
def _label_encoder(site: Site) -> list[Fact]:
    data, attributes = site.need(0), site.node.attributes
    if site.opset < 2:
        return [fact("int64" if data.dtype == "object" else "object", data.shape)]
    dtype = None
    for name, kind in (("strings", "object"), ("int64s", "int64"), ("floats", "float32")):
        if f"values_{name}" in attributes:
            dtype = kind
    tensor = site.node.tensor("values_tensor")
    return [fact(dtype if tensor is None else tensor.type.dtype, data.shape)]


@rule("CategoryMapper", _DOMAIN)
def _category_mapper(site: Site) -> list[Fact]:
    data = site.need(0)
    dtype = {"object": "int64", "int64": "object"}.get(data.dtype or "")
    return [fact(dtype, data.shape)]


@rule("ArrayFeatureExtractor", _DOMAIN)
def _extractor(site: Site) -> list[Fact]:
    data, indices = site.need(0), site.need(1)
    if data.shape is None:
        return [fact(data.dtype, None)]
    if not data.shape:
        raise MismatchError("there is nothing to extract from a scalar")
    before: Shape = data.shape[:-1] or (1,)
    return [fact(data.dtype, (*before, indices.type.elements))]


def _count(site: Site, *names: str) -> Dimension:
    """Return the length of the first of these attributes that is there."""
    for name in names:
        if name in site.node.attributes:
            return site.node.attributes[name].count
    return None


@rule("OneHotEncoder", _DOMAIN)
def _one_hot_encoder(site: Site) -> list[Fact]:
    shape, count = site.shape(0), _count(site, "cats_int64s", "cats_strings")
    return [fact("float32", None if shape is None else (*shape, count))]


@rule("FeatureVectorizer", _DOMAIN)
def _feature_vectorizer(site: Site) -> list[Fact]:
    width: Dimension = 0
    rows: Dimension = None
    sizes = site.node.integers("inputdimensions")
    for index in range(len(site.facts)):
        shape = site.shape(index)
        if shape is not None and len(shape) > 1 and rows is None:
            rows = shape[0]
        elif shape is not None and len(shape) == 1:
            rows = 1
        size = shape[-1] if shape else None
        if sizes is not None and index < len(sizes):
            size = sizes[index]
            if size < 0:
                raise MismatchError(f"inputdimensions are {list(sizes[:20])}")
        width = None if width is None or size is None else width + size
    return [fact("float32", (rows, width))]


def _rows(site: Site) -> Dimension:
    """Return N of a shape [N, features]; a shape [features] is one row."""
    shape = site.shape(0)
    if shape is None:
        return None
    if not shape:
        raise MismatchError("a scalar has no features")
    return 1 if len(shape) == 1 else shape[0]


_INTEGER_LABELS, _TEXT_LABELS = ("classlabels_ints", "classlabels_int64s"), "classlabels_strings"


def _labels(site: Site) -> tuple[str, Dimension]:
    """Return the type of the classes and their number."""
    texts = _count(site, _TEXT_LABELS)
    if texts:
        return "object", texts
    return "int64", _count(site, *_INTEGER_LABELS)


@rule("LinearClassifier", _DOMAIN)
def _linear_classifier(site: Site) -> list[Fact]:
    dtype, classes = _labels(site)
    rows, scores = _rows(site), _count(site, "intercepts")
    if not scores:
        scores = classes
    elif scores == 1 and classes == 2:
        scores = 2  # the other class has what is left
    return [fact(dtype, (rows,)), fact("float32", (rows, scores))]


@rule("SVMClassifier", _DOMAIN)
def _svm_classifier(site: Site) -> list[Fact]:
    dtype, classes = _labels(site)
    rows, scores = _rows(site), classes
    if classes is not None and classes > 2 and _count(site, "vectors_per_class"):
        # Without probabilities, one score for each pair of classes.
        scores = classes if _count(site, "prob_a") else classes * (classes - 1) // 2
    return [fact(dtype, (rows,)), fact("float32", (rows, scores))]


@rule("TreeEnsembleClassifier", _DOMAIN)
def _tree_classifier(site: Site) -> list[Fact]:
    dtype, classes = _labels(site)
    rows = _rows(site)
    return [fact(dtype, (rows,)), fact("float32", (rows, classes))]


@rule("LinearRegressor", _DOMAIN)
def _linear_regressor(site: Site) -> list[Fact]:
    return [fact("float32", (_rows(site), site.size("targets", 1)))]


@rule("SVMRegressor", _DOMAIN)
def _svm_regressor(site: Site) -> list[Fact]:
    return [fact("float32", (_rows(site), 1))]


@rule("TreeEnsembleRegressor TreeEnsemble", _DOMAIN)
def _tree_regressor(site: Site) -> list[Fact]:
    shape = site.shape(0)
    if site.node.op == "TreeEnsemble" and shape is not None and len(shape) != 2:
        raise MismatchError(f"the input should have 2 dimensions, got {show(shape)}")
    dtype = site.dtype(0) if site.node.op == "TreeEnsemble" else "float32"
    return [fact(dtype, (_rows(site), site.size("n_targets", 1)))]


@rule("ZipMap", _DOMAIN)
def _zip_map(site: Site) -> list[Fact]:
    _rows(site)
    return [sequence_of(Fact(TensorType(form="map")))]


@rule("CastMap", _DOMAIN)
def _cast_map(site: Site) -> list[Fact]:
    dtype = _CASTS.get(site.node.text("cast_to", "TO_FLOAT"))
    sparse = site.node.text("map_form", "DENSE") == "SPARSE"
    return [fact(dtype, (1, site.size("max_map", 1) if sparse else None))]


@rule("DictVectorizer", _DOMAIN)
def _dict_vectorizer(site: Site) -> list[Fact]:
    # The type of a map's values is not known here.
    return [fact(None, (1, _count(site, "int64_vocabulary", "string_vocabulary")))]
