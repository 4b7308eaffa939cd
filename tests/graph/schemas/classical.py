"""ai.onnx.ml: rows of features."""

from hypothesis import strategies as st
from onnx import defs

from tests.graph.schemas.plan import SIZES, Plan, makes, shape


@makes(
    "LinearClassifier SVMClassifier TreeEnsembleClassifier LinearRegressor SVMRegressor "
    "TreeEnsembleRegressor TreeEnsemble ZipMap Scaler Normalizer Imputer Binarizer"
)
def _rows(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes["X"] = shape(draw, 2, 2)
    count = draw(st.integers(2, 4))
    text = draw(st.booleans())
    for name in schema.attributes:
        if name.startswith("classlabels_strings"):
            plan.attributes[name] = list("abcd"[:count])
            plan.absent |= set() if text else {name}
        elif name.startswith("classlabels_"):
            plan.attributes[name] = list(range(count))
            plan.absent |= {name} if text else set()
    if schema.name == "LinearClassifier":
        plan.attributes |= {"coefficients": [0.5] * count * plan.shapes["X"][1]}
        plan.attributes |= {"intercepts": [0.5] * count}
    if schema.name == "TreeEnsemble":
        plan.absent |= set(schema.attributes) - {"n_targets"}


@makes("OneHotEncoder LabelEncoder CategoryMapper ArrayFeatureExtractor FeatureVectorizer")
def _categories(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan) -> None:
    plan.shapes |= {"X": shape(draw, 1, 3), "Y": (draw(SIZES),)}
    plan.count = 2
    plan.shapes |= {f"X{index}": (plan.shapes["X"][0], index + 1) for index in range(2)}
    if schema.name == "ArrayFeatureExtractor":
        plan.shapes["X"] = shape(draw, 2, 3)
    plan.attributes |= {"cats_int64s": [1, 2, 3], "cats_strings": ["a", "b", "c"]}
    if schema.name == "OneHotEncoder":
        plan.absent.add(draw(st.sampled_from(("cats_int64s", "cats_strings"))))
    if schema.name == "LabelEncoder" and schema.since_version > 1:
        plan.types["X"] = "tensor(int64)"
        plan.attributes |= {"keys_int64s": [1, 2], "values_strings": ["a", "b"]}
        plan.attributes |= {"values_floats": [0.5, 1.5]}
        plan.absent |= {"keys_strings", "keys_floats", "keys_tensor"}
        plan.absent |= {"values_int64s", "values_tensor", "default_tensor"}
        plan.absent.add(draw(st.sampled_from(("values_strings", "values_floats"))))
