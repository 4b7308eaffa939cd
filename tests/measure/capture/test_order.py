"""The order of a plan: every beginning serves a fit, networks stand last."""

from collections import Counter

import pytest

from py.measure.capture.order import (
    NEEDED,
    by_share,
    kind_of,
    ordered,
    shape_of,
    with_networks_at,
)
from py.measure.plans.plan import Plan, make_plan
from py.measure.plans.shape import Shape
from py.measure.table.row import NETWORK

DTYPES = ("fp32", "bf16")
BATCHES = (64, 256)


def made() -> Plan:
    plan = make_plan("standard", "cuda:0", dtypes=DTYPES, networks=("alexnet", "mobilenet_v2"))
    return ordered(with_networks_at(plan, BATCHES))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return made()


def test_no_layer_is_lost_or_added(plan: Plan) -> None:
    standard = make_plan("standard", "cuda:0", dtypes=DTYPES, networks=("alexnet", "mobilenet_v2"))
    layers = [shape for shape in plan.shapes if shape.op != NETWORK]
    assert set(layers) == {shape for shape in standard.shapes if shape.op != NETWORK}
    assert len(set(layers)) == len(layers)


def test_networks_stand_last_in_every_precision_and_batch(plan: Plan) -> None:
    networks = plan.shapes[-2 * len(BATCHES) * len(DTYPES) :]
    assert all(shape.op == NETWORK for shape in networks)
    assert sum(shape.op == NETWORK for shape in plan.shapes) == len(networks)
    assert {(shape.network, shape.batch, shape.dtype) for shape in networks} == {
        (name, batch, dtype)
        for name in ("alexnet", "mobilenet_v2")
        for batch in BATCHES
        for dtype in DTYPES
    }


@pytest.mark.parametrize("rows", [150, 300, 600])
def test_every_beginning_has_enough_of_what_networks_are_made_of(plan: Plan, rows: int) -> None:
    seen = Counter((kind_of(shape), shape.dtype) for shape in plan.shapes[:rows])
    for kind in NEEDED:
        for dtype in DTYPES:
            assert seen[kind, dtype] >= rows // 30, (kind, dtype)
    assert seen["conv", "fp32"] == max(seen.values())
    assert abs(sum(seen[one] for one in seen if one[1] == "fp32") - rows / 2) <= len(seen)


def test_the_same_plan_each_time(plan: Plan) -> None:
    assert made().hash == plan.hash


def test_within_a_kind_the_order_stays() -> None:
    shapes = [Shape("fc", batch, cin=8, cout=8) for batch in (3, 1, 2)]
    assert by_share(shapes) == shapes


def test_a_row_tells_its_layer(plan: Plan) -> None:
    for shape in plan.shapes[:200]:
        assert shape_of(shape.cells) == shape
