"""Results add up, and a link gives the same one."""

import csv
import io
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import (
    Options,
    Result,
    decode_link,
    encode_link,
    model_from_state,
    open_state,
    price,
    result_csv,
    result_table,
    state_of,
)
from py.errors import JoulegraphError
from py.layers import Bits, Density, LoopNest, Model
from py.layers.layer import Layer, Zeros
from py.layers.loops import Planes
from py.platforms import load_platform
from tests.models import conv_net, read

EYERISS = load_platform("eyeriss")


def result(model: Model | None = None, options: Options | None = None) -> Result:
    return price(model or read(conv_net()), EYERISS, options or Options())


def density(**layers: float) -> Density:
    entries = {name: {"ifmap": share, "ofmap": share / 2} for name, share in layers.items()}
    return Density.from_json(
        {"schema": "joulegraph/density/1", "source": "test", "layers": entries}
    )


def test_rows_add_up_to_the_totals() -> None:
    document = result(options=Options(density=density(conv1=0.5))).as_json()
    layers, totals = document["layers"], document["totals"]
    assert totals["energy_macs"] == math.fsum(layer["energy_macs"] for layer in layers)
    assert totals["macs"] == sum(layer["macs"] for layer in layers)
    assert totals["ops"] == sum(layer["ops"] for layer in layers)
    for layer in layers:
        parts = [energy for levels in layer["parts"].values() for energy in levels.values()]
        assert math.fsum(parts) == pytest.approx(layer["energy_j"], rel=1e-12)
        terms = [term["energy"] for term in layer["terms"]]
        assert math.fsum(terms) == layer["energy_macs"]
        for term in layer["terms"]:
            assert term["energy"] == term["accesses"] * term["energy_per_word"]
    parts = [energy for levels in totals["parts"].values() for energy in levels.values()]
    assert math.fsum(parts) == pytest.approx(totals["energy_j"], rel=1e-12)


def test_csv_has_the_same_numbers() -> None:
    found = result()
    rows = list(csv.DictReader(io.StringIO(result_csv(found))))
    in_macs = price(found.model, load_platform("isca16_16x16"), Options())
    without_joules = list(csv.DictReader(io.StringIO(result_csv(in_macs))))
    assert [row["name"] for row in rows] == ["conv1", "pool1", "fc1", "total"]
    assert [float(row["energy_macs"]) for row in rows[:-1]] == [
        row.estimate.energy_macs for row in found.rows
    ]
    assert float(rows[-1]["energy_macs"]) == found.energy_macs
    for unit, table in (("energy_j", rows), ("energy_macs", without_joules)):
        for row in table:
            parts = [float(cell) for key, cell in row.items() if key.startswith("part_") and cell]
            assert math.fsum(parts) == pytest.approx(float(row[unit]), rel=1e-12)
    assert all(row["energy_j"] == "" for row in without_joules)  # the study gives none


def test_a_link_gives_the_same_result_to_the_digit() -> None:
    options = Options(bits=Bits(8, 4), density=density(conv1=0.25, fc1=0.75))
    first = result(read(conv_net("n")), options)
    state = decode_link("https://example.org/page/#" + encode_link(state_of(first)))
    model, stated = open_state(state, Options())
    again = price(model, EYERISS, stated)
    assert again.as_json() == first.as_json()
    assert state_of(again) == json.loads(json.dumps(state_of(first)))


def test_widths_scale_a_fixed_mapping_linearly() -> None:
    """Half the width everywhere: MACs cost a quarter; data at most half (Yang 2017, III-C)."""
    wide, narrow = result(), result(options=Options(bits=Bits(8, 8)))
    assert narrow.parts()["computation"]["mac"] == wide.parts()["computation"]["mac"] / 4
    moved = sum(
        sum(levels.values()) for name, levels in wide.parts().items() if name != "computation"
    )
    less = sum(
        sum(levels.values()) for name, levels in narrow.parts().items() if name != "computation"
    )
    assert less < moved


def test_zeros_spare_macs_by_the_product_of_shares() -> None:
    """Half of the ifmap and 40 % of the weights non-zero leave 20 % of the MACs (Yang IV-A)."""
    zeros = {"conv1": {"ifmap": 0.5, "weight": 0.6}}
    found = result(options=Options(density=Density("test", {"conv1": Zeros(**zeros["conv1"])})))
    row = found.rows[0]
    assert row.layer.macs is not None
    macs = [term.energy for term in row.counted.terms if term.tensor == "computation"]
    assert macs == [pytest.approx(0.2 * row.layer.macs)]


def test_pooling_gets_the_zeros_of_its_neighbours() -> None:
    found = result(options=Options(density=density(conv1=0.5, fc1=0.75)))
    assert found.rows[1].layer.zeros == Zeros(ifmap=0.25, ofmap=0.75)


def test_batch_divides_per_inference() -> None:
    from py.layers import Choices

    found = result(read(conv_net("n"), choices=Choices(batch=4)))
    totals = found.totals()
    assert found.model.batch == 4
    assert totals["per_inference"]["energy_macs"] == totals["energy_macs"] / 4
    assert totals["per_inference"]["macs"] == totals["macs"] // 4


def test_the_table_is_complete_and_safe_to_print() -> None:
    layer = result().rows[0].layer
    from dataclasses import replace

    model = replace(read(conv_net()), layers=(replace(layer, name="evil\x1b[31m\u202e"),))
    text = result_table(result(model))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "100.0 %" in text


@given(
    st.fixed_dictionaries({name: st.integers(1, 40) for name in "ngmcpqrs"}),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.none() | st.floats(0, 1),
    st.sampled_from([1, 4, 8, 16, 32]),
)
@settings(max_examples=60, deadline=None)
def test_any_layer_survives_the_link(
    sizes: dict[str, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    share: float | None,
    bits: int,
) -> None:
    planes = Planes(sizes["n"], 1, 3 * sizes["n"], 3, 2, (0, 1)) if bits % 2 else None
    edges = (0, 1, 2, 3)
    loops = LoopNest(
        **sizes, h=9, w=9, stride=stride, dilation=dilation, padding=edges, planes=planes
    )
    layer = Layer(
        name="layer =1",
        kind="conv",
        op_types=("Conv", "Relu"),
        nodes=(5, 3),
        macs=loops.macs,
        ops=None,
        parameters=loops.weight_elements + 3,
        ifmap_elements=loops.ifmap_elements,
        weight_elements=loops.weight_elements,
        ofmap_elements=loops.ofmap_elements + 1,
        loops=loops,
        bits=Bits(bits, 16),
        zeros=Zeros(share, None, share),
    )
    found = price(Model("m", "onnx", 1, (layer,)), EYERISS, Options())
    state = decode_link(encode_link(state_of(found)))
    assert model_from_state(state).layers == (layer,)


def _edited(path: list[Any], value: Any) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(json.dumps(state_of(result())))
    place: Any = state
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return state


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"v": 1},
        _edited(["layers", "shapes", 0, 1, 0], -1),
        _edited(["layers", "shapes", 0, 1, 0], 1 << 60),
        _edited(["layers", "shapes", 0, 0], 99),
        _edited(["layers", "shape", 0], 7),
        _edited(["layers", "name"], ["one"]),
        _edited(["layers", "name", 0], None),
        _edited(["layers", "nodes", 0], "x"),
        _edited(["options", "batch"], 0),
        _edited(["model", "name"], "x" * 70_000),
        _edited(["left"], [[1]]),
    ],
)
def test_a_state_that_is_none_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(JoulegraphError) as caught:
        model_from_state(state)
    assert caught.value.code == "link-invalid"
