"""What a comparison says in words, and the page's verb that asks for it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from py.compared import Run, compare
from py.compared.finding import finding, order
from py.errors import JoulegraphError
from py.page_compare import compare_runs
from tests.compared import made


def run(name: str, *energies: float | None) -> Run:
    """Return a run whose layers, ``l0`` on, take these energies."""
    return made.run(name, [made.layer(f"l{place}", one) for place, one in enumerate(energies)])


def test_it_names_the_most_the_least_and_the_layer_between_them() -> None:
    found = compare([run("small", 1e-3, 2e-3), run("large", 1e-3, 5e-3)])
    assert finding(found, "energy_j") == (
        "large takes 6.000 mJ of energy, 2 times that of small. "
        "The layer that differs most is l1: +3.000 mJ against small."
    )
    assert order(found, "energy_j") == [1, 0]


def test_against_the_largest_the_difference_is_the_least_runs() -> None:
    found = compare([run("small", 1e-3, 2e-3), run("large", 1e-3, 5e-3)], base=1)
    assert finding(found, "energy_j").endswith("l1: −3.000 mJ against large.")


def test_what_is_alone_alike_or_unknown_is_said_so() -> None:
    one = run("one", 1e-3)
    assert finding(compare([one]), "energy_j").startswith("one: 1.000 mJ of energy.")
    both = compare([one, replace(one, name="two")])
    assert finding(both, "energy_j") == "All take 1.000 mJ of energy."
    unknown = made.run("three", [made.layer("l0", 1e-3, time_s=None)])
    assert finding(compare([one, unknown]), "time_s") == "The time of three is not known."
    assert finding(compare([unknown]), "time_s") == "The time of no run is known."


def test_a_table_of_errors_is_matched_by_run_then_by_model() -> None:
    request: dict[str, Any] = {
        "do": "compare",
        "errors": "name,accuracy\nmine,70%\nresnet,0.8\n",
        "names": [["mine", "resnet"], ["other", "resnet"], ["third", "vgg"]],
    }
    assert compare_runs(request) == {"errors": [0.3, 0.2, None]}
    with pytest.raises(JoulegraphError) as told:
        compare_runs({**request, "names": [["third", "vgg"]]})
    assert told.value.code == "errors-unmatched"
    with pytest.raises(JoulegraphError) as told:
        compare_runs({**request, "names": [1]})
    assert told.value.code == "request-invalid"


def test_the_answer_to_the_page_is_json() -> None:
    result = made.result([made.layer("l0", 1e-3)])
    runs = [{"name": name, "result": result, "error": 0.1} for name in ("a", "b")]
    told = compare_runs({"do": "compare", "runs": runs})
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["fronts"]
    assert told["cascade"] == []
    assert compare_runs({"do": "compare", "runs": runs, "format": "csv"})["text"].startswith("row,")
