"""A result's JSON becomes a run, or one clear error."""

import copy
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import Options, price
from py.compared import Run, compare, runs_of
from py.errors import JoulegraphError
from py.layers import Choices
from py.platforms import load_platform
from tests.compared.made import layer, result, run
from tests.models import conv_net, read

REAL = price(read(conv_net("n"), choices=Choices(batch=4)), load_platform("eyeriss"), Options())


def test_quantities_are_per_inference() -> None:
    found = Run.from_json("a", json.loads(json.dumps(REAL.as_json())))
    each = REAL.totals()["per_inference"]
    for quantity in ("energy_j", "energy_macs", "time_s", "macs"):
        assert found.totals[quantity] == each[quantity]
    assert found.totals["parameters"] == REAL.totals()["parameters"]
    assert [one.name for one in found.layers] == ["conv1", "pool1", "fc1"]
    energies = [one.amounts["energy_j"] for one in found.layers]
    assert math.fsum(value for value in energies if value is not None) == pytest.approx(
        each["energy_j"], rel=1e-12
    )


def test_details_may_stand_apart() -> None:
    assert Run.from_json("a", REAL.as_shared_json()) == Run.from_json("a", REAL.as_json())


def test_nothing_but_what_is_compared_is_needed() -> None:
    """The page may leave terms, mappings and notes out of what it sends."""
    full = REAL.as_json()
    kept = ("name", "kind", "op_types", "macs", "ops", "parameters", "loops")
    layers = [
        {name: one[name] for name in (*kept, "energy_j", "energy_macs", "time_s")}
        for one in full["layers"]
    ]
    names = ("schema", "engine", "model", "platform", "options", "totals")
    assert Run.from_json("a", {name: full[name] for name in names} | {"layers": layers}) == (
        Run.from_json("a", full)
    )


def test_several_results_in_a_file() -> None:
    one = result([layer("a")])
    assert runs_of(one) == [one]
    assert runs_of({"schema": "joulegraph/results/1", "results": [one, one]}) == [one, one]
    with pytest.raises(JoulegraphError, match="at most 8"):
        runs_of({"schema": "joulegraph/results/1", "results": [one] * 9})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": "joulegraph/layers/1"}, "schema"),
        ({"model": None}, "its model is an object"),
        ({"options": {"batch": 0}}, "its batch"),
        ({"options": {"batch": True}}, "its batch"),
        ({"totals": {"energy_j": -1}}, "energy_j is null or a number"),
        ({"totals": {"energy_j": 1e31}}, "energy_j is null or a number"),
        ({"totals": {"energy_j": "1"}}, "energy_j is null or a number"),
        ({"layers": {}}, "the layers is a list"),
        ({"layers": [layer("a", kind="magic")]}, "kind of 'a'"),
        ({"layers": [{**layer("a"), "detail": 0}]}, "detail"),
        ({"layers": [layer("a", loops={"n": 1})]}, "loop bound"),
        ({"layers": [layer("a" * 5000)]}, "at most 4096 characters"),
        ({"layers": [1]}, "a layer is an object"),
        ({"coverage": []}, "its coverage"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(JoulegraphError, match=said) as caught:
        Run.from_json("a", {**result([layer("a")]), **change})
    assert caught.value.code == "result-invalid"


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, None, 3])
def test_a_run_has_a_name(name: Any) -> None:
    with pytest.raises(JoulegraphError) as caught:
        Run.from_json(name, result([layer("a")]))
    assert caught.value.code == "run-name-invalid"


@pytest.mark.parametrize("share", [-0.1, 1.1, 27, "0.2", True])
def test_errors_and_what_is_passed_on_are_shares(share: Any) -> None:
    for said in ({"error": share}, {"pass_on": share}):
        with pytest.raises(JoulegraphError) as caught:
            Run.from_json("a", result([layer("a")]), **said)
        assert caught.value.code == "share-invalid"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.data())
@settings(deadline=None)
def test_any_damage_ends_in_a_comparison_or_an_error(data: st.DataObject) -> None:
    """One value anywhere in a result is another: an answer that is JSON, or one clear error."""
    damaged = copy.deepcopy(json.loads(json.dumps(REAL.as_shared_json())))
    place: Any = damaged
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, (dict, list)) or not inner or data.draw(st.booleans()):
            place[key] = data.draw(ANYTHING)
            break
        place = inner
    try:
        found: Run | None = Run.from_json("a", damaged)
    except JoulegraphError as error:
        code, found = error.code, None
    else:
        code = ""
    assert code in ("", "result-invalid")
    if found is None:
        return
    json.dumps(compare([found, run("b", [layer("conv1")])]).as_json(), allow_nan=False)
