"""Single-operator models made from onnx.defs: any operator, any of its versions.

Types follow the constraints; an input is there or, where the operator allows it, left out; a small
tensor that shapes depend on is an initializer or, sometimes, an input whose elements nobody knows.
"""

from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from onnx import TensorProto, defs, helper

from py.errors import JoulegraphError
from py.graph.fact import Fact
from py.graph.rules.site import MismatchError
from tests.graph.schemas import (  # noqa: F401 what their operators ask for is registered
    classical,
    making,
    movement,
    normalisation,
    products,
    selection,
    windows,
)
from tests.graph.schemas.attributes import attribute
from tests.graph.schemas.plan import MAKERS, SIZES, Plan
from tests.graph.single_operator import Case

_ONE = defs.OpSchema.FormalParameterOption.Single
_OPTIONAL = defs.OpSchema.FormalParameterOption.Optional
_VARIADIC = defs.OpSchema.FormalParameterOption.Variadic
_NAMES = {"float": "FLOAT", "double": "DOUBLE", "float8e4m3fn": "FLOAT8E4M3FN"}


def element_type(name: str) -> int:
    """Return onnx's number of ``tensor(float)``."""
    inner = name.removeprefix("tensor(").removesuffix(")")
    number: int = getattr(TensorProto, _NAMES.get(inner, inner.upper()))
    return number


def is_made(schema: defs.OpSchema) -> bool:
    """Say whether the inputs and required attributes of an operator can be made here."""
    graphs = {defs.OpSchema.AttrType.GRAPH, defs.OpSchema.AttrType.GRAPHS}
    return (
        not schema.deprecated
        and all(any(kind.startswith("tensor(") for kind in given.types) for given in schema.inputs)
        and not any(a.required and a.type in graphs for a in schema.attributes.values())
    )


@st.composite
def cases(draw: st.DrawFn, schema: defs.OpSchema) -> Case:
    """Draw a model of one version of one operator."""
    plan = Plan()
    maker = MAKERS.get(schema.name)
    if maker is not None:
        maker(draw, schema, plan)
    kinds: dict[str, str] = {}
    base = tuple(draw(st.lists(st.sampled_from((0, 1, 2, 3, 4)), max_size=5)))
    inputs: list[Any] = []
    for given in schema.inputs:
        if given.name in plan.absent or (
            given.option == _OPTIONAL and given.name not in plan.present and draw(st.booleans())
        ):
            inputs.append(None)
            continue
        kind = plan.types.get(given.name) or _kind(draw, given, kinds, plan)
        count = 1
        if given.option == _VARIADIC:
            count = plan.count or draw(st.integers(max(schema.min_input, 1), 4))
        for index in range(count):
            name = given.name if count == 1 else f"{given.name}{index}"
            inputs.append(_input(draw, name, kind, base, plan))
    while inputs and inputs[-1] is None:
        inputs.pop()
    first = inputs[0] if inputs else None
    rank = first.ndim if isinstance(first, np.ndarray) else len(first[1]) if first else 0
    return Case(
        schema.name,
        draw(st.sampled_from((schema.since_version, last_version(schema)))),
        inputs,
        _attributes(draw, schema, plan, rank),
        plan.outputs or draw(st.integers(max(schema.min_output, 1), min(schema.max_output, 4))),
        schema.domain,
    )


def _kind(draw: st.DrawFn, given: Any, kinds: dict[str, str], plan: Plan) -> str:
    """Return the type of an input: the same for all inputs of one type variable."""
    if given.type_str not in kinds:
        allowed = sorted(kind for kind in given.types if kind.startswith("tensor("))
        if given.name in plan.values:
            # The elements are whole numbers; as 64-bit integers wherever that is allowed.
            whole = np.issubdtype(plan.values[given.name].dtype, np.integer)
            wanted = "tensor(int64)" if whole else "tensor(float)"
            allowed = [wanted] if wanted in allowed else allowed
        usual = [kind for kind in ("tensor(float)", "tensor(int64)") if kind in allowed]
        kinds[given.type_str] = draw(st.sampled_from([*usual, *allowed]))
    return kinds[given.type_str]


def _input(
    draw: st.DrawFn, name: str, kind: str, base: tuple[int, ...], plan: Plan
) -> tuple[int, tuple[int, ...]] | np.ndarray:
    number = element_type(kind)
    if name in plan.values:
        array = plan.values[name]
        if number == TensorProto.STRING or draw(st.integers(0, 5)) == 0:
            return (number, array.shape)
        return np.asarray(array).astype(helper.tensor_dtype_to_np_dtype(number))
    if name in plan.shapes:
        return (number, plan.shapes[name])
    return (number, draw(near(base)))


@st.composite
def near(draw: st.DrawFn, base: tuple[int, ...]) -> tuple[int, ...]:
    """Draw the shape itself, one that broadcasts with it, or seldom any other."""
    how = draw(st.integers(0, 6))
    if how < 4:
        return base
    if how == 4:
        return base[draw(st.integers(0, len(base))) :]
    if how == 5:
        return tuple(draw(st.sampled_from((size, 1))) for size in base)
    return tuple(draw(st.lists(SIZES, max_size=4)))


def _attributes(draw: st.DrawFn, schema: defs.OpSchema, plan: Plan, rank: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, declared in sorted(schema.attributes.items()):
        if name in plan.absent:
            continue
        if name in plan.attributes:
            found[name] = plan.attributes[name]
        elif declared.required or draw(st.booleans()):
            value = attribute(draw, schema, declared, rank)
            if value is not None:
                found[name] = value
    return found


def schemas() -> dict[str, list[Any]]:
    """Return every version of every operator that models can be made of, by name."""
    found: dict[str, list[Any]] = {}
    for schema in defs.get_all_schemas_with_history():
        if is_made(schema):
            found.setdefault(schema.name, []).append(schema)
    return {name: sorted(found[name], key=lambda s: int(s.since_version)) for name in sorted(found)}


SCHEMAS = schemas()
_NEWEST = {"": 28, "ai.onnx.ml": 5}


def last_version(schema: defs.OpSchema) -> int:
    """Return the last version of the operator set that still has the operator as it is here."""
    versions = [other.since_version for other in SCHEMAS[schema.name]]
    later = [version for version in versions if version > schema.since_version]
    newest: int = _NEWEST.get(schema.domain, 1)
    return min(later) - 1 if later else newest


def bounded(count: int) -> settings:
    """Return settings under which every run makes the same models."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


def answer(case: Case) -> list[Fact] | str:
    """Return our answer, or the reason why there is none."""
    try:
        return case.facts()
    except MismatchError as mismatch:
        return str(mismatch)
    except JoulegraphError as error:
        return error.message
