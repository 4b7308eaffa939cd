"""Runs beside each other: what adds up, what is told apart, and what follows no order."""

import json
from dataclasses import replace
from itertools import permutations
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import Options, price
from py.compared import Run, compare
from py.compared.differences import beside, ratio
from py.compared.pareto import front
from py.errors import JoulegraphError
from py.layers import Bits, Choices, Zeros
from py.platforms import load_platform
from tests.compared.made import costing, layer, run
from tests.models import conv_net, read
from tests.test_schemas import schema


def priced(name: str, platform: str = "eyeriss", batch: int = 1, **options: Any) -> Run:
    model = read(conv_net("n"), choices=Choices(batch=batch))
    result = price(model, load_platform(platform), Options(**options))
    return Run.from_json(name, json.loads(json.dumps(result.as_json())))


def told(*runs: Run, base: int = 0) -> dict[str, Any]:
    document = json.loads(json.dumps(compare(runs, base).as_json(), allow_nan=False))
    jsonschema.validate(document, schema("comparison"))
    return dict(document)


def quick(*runs: Run, base: int = 0) -> dict[str, Any]:
    """The same, where there are too many to hold each to the schema."""
    return compare(runs, base).as_json()


def ratios_of(document: dict[str, Any]) -> set[float | None]:
    parts = [document["totals"], *document["kinds"], *document["rows"]]
    return {value for part in parts for column in part["ratios"].values() for value in column}


@pytest.mark.parametrize("platform", ["eyeriss", "isca16_16x16", "t4", "gtx-1080-ti-tf1"])
def test_a_run_beside_itself_has_ratios_of_1(platform: str) -> None:
    document = told(priced("a", platform), priced("b", platform))
    assert ratios_of(document) <= {1.0, None}
    assert 1.0 in ratios_of(document)
    for part in (document["totals"], *document["rows"]):
        for column in part["differences"].values():
            assert set(column) <= {0, None}
    assert [row["layers"] for row in document["rows"]] == [[0, 0], [1, 1], [2, 2]]
    assert [row["how"][1] for row in document["rows"]] == ["name"] * 3
    assert document["runs"][1]["matched_share"] == 1


def test_units_are_never_mixed() -> None:
    """Joules where all know theirs; the study has MAC energies alone; a device has neither."""
    joules, macs, time = priced("j"), priced("m", "isca16_16x16"), costing("t", None)
    assert told(joules, priced("d", "t4"))["basis"] == {"name": "energy_j", "unit": "J"}
    found = told(joules, macs)
    assert found["basis"] == {"name": "energy_macs", "unit": "MACe"}
    assert "energy_j" not in found["totals"]["values"]
    assert [note["code"] for note in found["notes"]] == ["by-mac-energies"]
    assert "need not cost the same" in found["notes"][0]["text"]
    other = told(macs, priced("v2", "eyeriss-v2"), priced("nv", "nvdla-like"))
    assert other["basis"] != {"name": "energy_macs", "unit": "MACe"}  # of MACs of other joules
    by_time = told(joules, time)
    assert by_time["basis"] == {"name": "time_s", "unit": "s"}
    assert by_time["quantities"] == ["time_s", "macs", "parameters"]
    assert [note["code"] for note in by_time["notes"]] == ["by-time"]
    nothing = told(macs, time)
    assert nothing["basis"] is None
    assert [note["code"] for note in nothing["notes"]] == ["no-basis"]
    assert nothing["totals"]["ratios"]["macs"][0] == 1


def test_batches_are_divided_out() -> None:
    found = told(priced("one"), priced("four", batch=4))
    assert found["totals"]["values"]["macs"] == [found["totals"]["values"]["macs"][0]] * 2
    assert found["totals"]["ratios"]["energy_j"][1] < 1  # weights are fetched once for four
    assert "batches" in [note["code"] for note in found["notes"]]


def test_layers_that_only_one_has_count_in_the_differences() -> None:
    before = run("before", [layer("a", 1.0), layer("gone", 4.0, "norm")])
    after = run("after", [layer("a", 3.0), layer("new", 0.5, "pool")])
    rows = {row["name"]: row for row in told(before, after)["rows"]}
    assert list(rows) == ["a", "new", "gone"]  # the new one follows what it follows
    assert rows["gone"]["values"]["energy_j"] == [4.0, None]
    assert rows["gone"]["differences"]["energy_j"] == [0.0, -4.0]
    assert rows["gone"]["ratios"]["energy_j"] == [1.0, None]
    assert rows["new"]["differences"]["energy_j"] == [0.0, 0.5]
    assert rows["new"]["ratios"]["energy_j"] == [None, None]
    assert rows["new"]["layers"] == [None, 1]
    shares = [one["matched_share"] for one in told(before, after)["runs"]]
    assert shares == [1.0, pytest.approx(3 / 3.5)]


def test_what_is_unknown_stays_so() -> None:
    known, unknown = run("k", [layer("a", 2.0)]), run("u", [layer("a", 2.0, macs=None)])
    found = told(known, unknown)
    assert found["rows"][0]["values"]["macs"] == [100, None]
    assert found["rows"][0]["differences"]["macs"] == [0, None]
    assert found["totals"]["ratios"]["macs"] == [1, None]
    assert found["kinds"][0]["values"]["macs"] == [100, None]
    assert told(unknown, known)["totals"]["differences"]["macs"] == [None, None]


LAYERS = st.lists(
    st.builds(
        layer,
        st.sampled_from("abcde"),
        st.sampled_from([0.0, 0.25, 1.0, 3.5]),
        st.sampled_from(["conv", "pool", "norm"]),
    ),
    max_size=6,
)


@given(st.lists(LAYERS, min_size=1, max_size=4))
@settings(deadline=None)
def test_rows_and_kinds_add_up_to_the_totals(nets: list[list[dict[str, Any]]]) -> None:
    runs = [run(f"run{at}", layers) for at, layers in enumerate(nets)]
    document = quick(*runs)
    for at, layers in enumerate(nets):
        placed = [row["layers"][at] for row in document["rows"]]
        assert sorted(place for place in placed if place is not None) == list(range(len(layers)))
        for part in ("rows", "kinds"):
            for which in ("values", "differences"):
                parts = [one[which]["energy_j"][at] for one in document[part]]
                whole = document["totals"][which]["energy_j"][at]
                assert sum(value for value in parts if value is not None) == whole
        for place, row in zip(placed, document["rows"], strict=True):
            assert row["values"]["energy_j"][at] == (
                None if place is None else layers[place]["energy_j"]
            )


@given(st.lists(LAYERS, min_size=3, max_size=3))
@settings(deadline=None, max_examples=40)
def test_the_order_of_runs_changes_nothing_but_the_order(nets: list[list[dict[str, Any]]]) -> None:
    runs = [run(f"run{at}", layers, error=0.1 * at) for at, layers in enumerate(nets)]

    def as_sets(order: tuple[int, ...]) -> Any:
        found = quick(*(runs[at] for at in order), base=order.index(0))
        back = [order.index(at) for at in range(len(runs))]

        def turned(column: list[Any]) -> tuple[Any, ...]:
            return tuple(column[at] for at in back)

        def part(one: dict[str, Any]) -> Any:
            return [
                (which, name, turned(one[which][name]))
                for which in ("values", "differences", "ratios")
                for name in found["quantities"]
            ]

        rows = [
            (row["kind"], turned(row["layers"]), turned(row["how"]), part(row))
            for row in found["rows"]
        ]
        fronts = [(one["axes"], sorted(order[at] for at in one["runs"])) for one in found["fronts"]]
        best = [sorted(order[at] for at in one) for one in found["precision"]["best"]]
        kinds = [(one["kind"], part(one)) for one in found["kinds"]]
        return sorted(map(repr, rows)), part(found["totals"]), kinds, fronts, best

    first = as_sets((0, 1, 2))
    assert all(as_sets(order) == first for order in permutations(range(3)))


def test_the_largest_of_all_runs_ends_the_scale() -> None:
    found = told(run("a", [layer("x", 1.0)]), run("b", [layer("x", 3.0), layer("y", 5.0, "pool")]))
    assert found["max"]["rows"]["energy_j"] == 5.0
    assert found["max"]["kinds"]["energy_j"] == 5.0
    assert found["max"]["totals"]["energy_j"] == 8.0
    assert told(costing("a", None, None))["max"]["rows"]["time_s"] is None


@given(st.lists(st.tuples(*[st.none() | st.sampled_from([0.0, 1.0, 2.0, 3.0])] * 2), max_size=8))
def test_a_front_is_what_no_other_dominates(
    points: list[tuple[float | None, float | None]],
) -> None:
    known = [(x, y) for x, y in points if x is not None and y is not None]
    expected = {
        place
        for place, (x, y) in enumerate(points)
        if x is not None
        and y is not None
        and not any((a <= x and b <= y) and (a < x or b < y) for a, b in known)
    }
    found = front(points)
    assert set(found) == expected
    assert len(found) == len(expected)
    firsts = [points[place][0] or 0.0 for place in found]
    assert firsts == sorted(firsts)


def test_precision_is_that_of_those_whose_error_is_known() -> None:
    a, b = costing("a", 1.0, error=0.5), costing("b", 3.0, error=0.25)
    found = told(a, b, costing("c", 0.5))
    assert found["precision"]["ratios"] == [
        [0.5, 0.25, 0.125, 0.0625],
        [0.75, 0.1875, 0.046875, 0.01171875],
        None,
    ]
    assert found["precision"]["best"] == [[0], [1], [1], [1]]
    assert found["precision"]["unit"] == "J"
    assert found["fronts"] == [
        {"axes": ["error", "energy_j"], "runs": [1, 0]},
        {"axes": ["time_s", "energy_j"], "runs": [2]},
    ]
    assert told(costing("a", None, error=0.5))["precision"] is None
    assert told(costing("c", 0.5))["precision"] is None


def test_kinds_of_numbers_are_not_mixed_silently() -> None:
    found = told(priced("a"), priced("b", "t4"))
    said = {note["code"]: note["text"] for note in found["notes"]}
    assert said["origins"] == (
        "The numbers are not of one kind. Energy is modelled: a; from a datasheet: b. "
        "Time is modelled: a; from a datasheet: b."
    )
    both = told(priced("a", "t4-pytorch"), priced("b", "t4"))
    (text,) = [note["text"] for note in both["notes"] if note["code"] == "origins"]
    assert text.endswith("A datasheet knows no cost of starting a layer, a measurement has it.")
    partial = run("a", [layer("x")], coverage={"not_modelled": [{"name": "y"}]})
    assert "1 layer got no estimate" in told(partial)["notes"][0]["text"]
    old = run("a", [layer("x")], engine="0.0.1")
    assert [note["code"] for note in told(old)["notes"]] == ["engine"]


def test_zero_fractions_of_some_runs_alone_are_said() -> None:
    one = priced("one", layer_zeros={"conv1": Zeros(ifmap=0.5)})
    none = priced("none")
    (note,) = told(one, none)["notes"]
    assert (note["code"], note["text"]) == (
        "zeros",
        "Zero fractions are known of one only: elsewhere zeros cost as others do.",
    )
    assert told(one, replace(one, name="two"))["notes"] == []
    assert told(none, replace(none, name="two"))["notes"] == []
    # A device that computes on zeros as on other numbers has no use for them.
    found = told(one, priced("device", "t4"))
    assert "zeros" not in {note["code"] for note in found["notes"]}


def test_what_may_be_chance_is_said() -> None:
    def within(name: str, low: float, high: float) -> Run:
        layers = [layer("x", (low + high) / 2)]
        made = run(name, layers)
        totals = {**dict(made.totals), "interval": {"energy_j": [low, high], "level": 0.8}}
        return run(name, layers, totals=totals)

    found = told(within("a", 1.0, 2.0), within("b", 1.5, 3.0), within("c", 2.5, 3.0))
    assert [note["text"] for note in found["notes"] if note["code"] == "overlap"] == [
        "The intervals of b and of a overlap: which of them takes less is not certain."
    ]
    assert found["runs"][1]["interval"] == {"energy_j": [1.5, 3.0]}


def test_a_step_of_training_is_no_inference() -> None:
    step = run("step", [layer("x")], options={"batch": 1, "train": "adam"})
    [note] = told(step, run("b", [layer("x")]))["notes"]
    assert note["code"] == "training"
    assert "the others are inferences" in note["text"]


def test_bits_are_before_and_after() -> None:
    found = told(priced("before"), priced("after", bits=Bits(8, 8)))
    assert found["totals"]["ratios"]["energy_j"][1] < 0.6


def test_runs_are_one_to_eight_with_names_of_their_own() -> None:
    one = costing("a", 1.0)
    for runs, base, said in (
        ([], 0, "got 0"),
        ([costing(str(at), 1.0) for at in range(9)], 0, "got 9"),
        ([one, one], 0, "'a' twice"),
        ([one], 1, "got 1"),
        ([one], -1, "got -1"),
    ):
        with pytest.raises(JoulegraphError, match=said) as caught:
            compare(runs, base)
        assert caught.value.code == "runs-invalid"


def test_there_is_no_ratio_to_nothing() -> None:
    assert ratio(1.0, 0) is None
    assert ratio(None, 1.0) is None
    assert ratio(0, 2.0) == 0
    assert ratio(1e30, 1e-300) is None
    assert beside([0, 0], [True, True], 0).ratios == (None, None)
