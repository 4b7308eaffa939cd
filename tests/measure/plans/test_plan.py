"""Plans: the same each time, nothing twice, balanced wherever they are cut short, in bounds."""

import functools
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.plans.networks import NETWORKS, QUICK_NETWORKS
from py.measure.plans.plan import PLANS, Plan, balanced, make_plan
from py.measure.plans.shape import Shape
from py.measure.plans.work import elements_of, macs_of
from py.measure.runners.one_layer import one_layer
from py.measure.table.row import LAYER_OPS, NETWORK

CLOCKS = (600, 1200)
DEVICES = ("cpu", "cuda:0")


@functools.cache
def plan(name: str, device: str = "cpu") -> Plan:
    return make_plan(name, device, clocks_mhz=CLOCKS if name == "clocks" else ())


def layers(found: Plan) -> list[Shape]:
    return [shape for shape in found.shapes if shape.op != NETWORK]


@given(st.lists(st.integers(0, 60), max_size=12))
def test_every_beginning_has_each_family_s_share_within_one_row(sizes: list[int]) -> None:
    families = [
        [Shape("fc", number + 1, cin=place + 1) for place in range(size)]
        for number, size in enumerate(sizes)
    ]
    found = balanced(families)
    assert len(found) == sum(sizes)
    taken: Counter[int] = Counter()
    for count, shape in enumerate(found, 1):
        number = shape.batch - 1
        assert shape == families[number][taken[number]]  # a family's own order stays
        taken[number] += 1
        for other, size in enumerate(sizes):
            assert abs(taken[other] - count * size / len(found)) < 1


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_has_nothing_twice_and_networks_last(name: str, device: str) -> None:
    found = plan(name, device)
    assert found.name == name
    assert len(set(found.shapes)) == len({shape.key for shape in found.shapes})
    assert len(set(found.shapes)) == len(found.shapes)
    kinds = [shape.op == NETWORK for shape in found.shapes]
    assert kinds == sorted(kinds)
    assert 0 < sum(kinds) < len(kinds)
    assert {shape.op for shape in layers(found)} <= LAYER_OPS
    assert 0 < found.budget_s < 3600


@pytest.mark.parametrize("name", ["quick", "clocks"])
def test_a_plan_is_made_the_same_each_time(name: str) -> None:
    clocks = CLOCKS if name == "clocks" else ()
    again = make_plan(name, "cpu", clocks_mhz=clocks)
    assert again == plan(name)
    assert again.hash == plan(name).hash


def test_another_process_has_the_same_hash(root: Path) -> None:
    """Whatever the order in which it hashes strings."""
    code = "from py.measure.plans.plan import make_plan; print(make_plan('quick').hash)"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {plan("quick").hash}


def test_another_order_or_shape_has_another_hash() -> None:
    found = plan("quick")
    turned = replace(found, shapes=found.shapes[::-1])
    fewer = replace(found, shapes=found.shapes[:-1])
    named = replace(found, name="standard")
    hashes = {one.hash for one in (found, turned, fewer, named)}
    assert len(hashes) == 4
    assert all(len(one) == 16 for one in hashes)


@pytest.mark.parametrize(("name", "part"), [("quick", 0.55), ("standard", 0.15)])
def test_a_plan_cut_short_has_enough_of_all_kinds_first(name: str, part: float) -> None:
    """A kind of layer has a model from twenty rows on."""
    found = layers(plan(name))
    all_of = Counter(shape.op for shape in found)
    some = Counter(shape.op for shape in found[: round(part * len(found))])
    assert all(some[op] >= min(20, count) for op, count in all_of.items()), some


@pytest.mark.parametrize("name", ["quick", "standard"])
def test_a_plan_cut_very_short_has_all_kinds(name: str) -> None:
    found = layers(plan(name))
    assert {one.op for one in found[: len(found) // 10]} == {one.op for one in found}


@pytest.mark.parametrize("name", ["quick", "standard", "batch"])
def test_every_shape_can_be_built(name: str) -> None:
    """A part of the plan's shapes, every kind among them."""
    found = layers(plan(name))
    chosen = found[:: max(1, len(found) // 200)]
    assert {shape.op for shape in chosen} == {shape.op for shape in found}
    for shape in chosen:
        assert one_layer(shape).inputs


@pytest.mark.parametrize(("device", "macs"), [("cpu", 6e9), ("cuda:0", 1.5e12)])
@pytest.mark.parametrize("name", ["quick", "standard", "batch"])
def test_no_shape_takes_long(name: str, device: str, macs: float) -> None:
    counted = [macs_of(shape) for shape in layers(plan(name, device))]
    assert None not in counted
    assert max(one or 0 for one in counted) <= macs
    assert max(elements_of(shape) for shape in layers(plan(name, device))) <= 6e8


def test_the_quick_plan_is_the_smaller_one() -> None:
    quick, standard = plan("quick"), plan("standard")
    assert len(quick.shapes) < len(standard.shapes) / 5
    assert quick.budget_s < standard.budget_s
    assert {shape.batch for shape in quick.shapes if shape.op == NETWORK} == {1}
    assert len([one for one in quick.shapes if one.op == NETWORK]) == len(QUICK_NETWORKS)
    named = {shape.network for shape in standard.shapes if shape.op == NETWORK}
    assert named == set(NETWORKS)


def test_batches_are_all_there() -> None:
    found = plan("batch", "cuda:0")
    batches = [1, 2, 4, 8, 16, 32, 64, 128, 256]
    for shapes in (layers(found), [one for one in found.shapes if one.op == NETWORK]):
        assert sorted({shape.batch for shape in shapes}) == batches
    first = {shape.batch for shape in layers(found)[:40]}
    assert sorted(first) == batches  # cut short, all of them are there


def test_clocks_are_those_that_are_given() -> None:
    found = plan("clocks", "cuda:0")
    by_clock = {
        clock: {replace(one, clock_mhz=None) for one in found.shapes if one.clock_mhz == clock}
        for clock in CLOCKS
    }
    assert by_clock[CLOCKS[0]] == by_clock[CLOCKS[1]]
    assert 2 * len(by_clock[CLOCKS[0]]) == len(found.shapes)
    assert {shape.clock_mhz for shape in plan("standard").shapes} == {None}


def test_dtypes_directions_and_networks_are_as_asked() -> None:
    found = make_plan(
        "quick", "cuda:0", dtypes=("fp32", "bf16"), networks=("lenet5",), direction="training"
    )
    assert {shape.direction for shape in found.shapes} == {"training"}
    assert Counter(shape.dtype for shape in found.shapes)["bf16"] * 2 == len(found.shapes)
    assert {shape.network for shape in found.shapes} == {None, "lenet5"}
    # Both precisions of a shape come one after the other: cut short, both are there.
    assert found.shapes[1] == replace(found.shapes[0], dtype="bf16")


def test_without_networks_there_are_the_samples_of_layers() -> None:
    found = make_plan("quick", networks=())
    assert {shape.op == NETWORK for shape in found.shapes} == {False}
    assert len(found.shapes) > 300


@pytest.mark.parametrize(
    ("name", "networks", "said"),
    [
        ("slow", None, "plan: one of quick, standard, batch, clocks, got 'slow'"),
        ("clocks", None, "clocks needs clocks"),
        ("quick", ("nothing",), "the name of a sample, got 'nothing'"),
    ],
)
def test_what_makes_no_plan(name: str, networks: Sequence[str] | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make_plan(name, networks=networks)
