"""What the result says of its proxies for energy, and the bytes of its layers."""

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from py.breakdown import Options, Result, model_from_state, price, state_of
from py.breakdown.correlation import Ranked, kendall, spearman
from py.breakdown.proxies import KNOWN_COSTS, PROXIES
from py.layers import Bits, Model
from py.layers.layer import Layer
from py.platforms import load_platform
from py.platforms.load import platform_from_json
from tests.models import conv_net, read
from tests.platforms.datasheet.made_up import MADE_UP
from tests.test_schemas import schema


def alike(count: int) -> Result:
    """So many layers without MACs, each twice as large as the one before."""
    layers = tuple(
        Layer(
            name=f"move{place}",
            kind="movement",
            op_types=("Transpose",),
            nodes=(place,),
            macs=0,
            ops=0,
            parameters=0,
            ifmap_elements=64 << place,
            weight_elements=0,
            ofmap_elements=64 << place,
        )
        for place in range(count)
    )
    model = replace(read(conv_net()), layers=layers)
    return price(model, load_platform("eyeriss"), Options())


def document(model: Model, platform: str = "eyeriss", **options: Any) -> dict[str, Any]:
    found = price(model, load_platform(platform), Options(**options)).as_json()
    told: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))
    return told


def test_bytes_are_elements_at_their_widths() -> None:
    told = document(read(conv_net()), bits=Bits(8, 4))
    conv, pool, fc = told["layers"]
    assert conv["bytes"] == (3 * 64 + 4 * 64) * 4 / 8 + conv["loops"]["m"] * 27
    assert pool["bytes"] == (4 * 64 + 4 * 16) * 4 / 8
    assert fc["bytes"] == (64 + 10) * 4 / 8 + 640
    assert told["totals"]["bytes"] == sum(layer["bytes"] for layer in told["layers"])
    jsonschema.validate(told, schema("result"))


@pytest.mark.parametrize("runs", [0, 3, 0.25, 2.5])
def test_all_runs_of_a_layer_move_bytes(runs: float) -> None:
    model = read(conv_net())
    layers = tuple(replace(layer, runs=runs) for layer in model.layers)
    once, often = (
        price(replace(model, layers=own), load_platform("eyeriss"), Options()).as_json()["layers"]
        for own in (model.layers, layers)
    )
    assert [row["bytes"] for row in often] == [row["bytes"] * runs for row in once]


def test_what_is_in_place_moves_nothing_and_what_is_unknown_stays_so() -> None:
    row = price(read(conv_net()), load_platform("eyeriss"), Options()).rows[0]
    assert replace(row, layer=replace(row.layer, in_place=True)).bytes == 0
    assert replace(row, layer=replace(row.layer, ifmap_elements=None)).bytes is None
    odd = replace(row.layer, bits=Bits(1, 1), ofmap_elements=1, weight_elements=0, ifmap_elements=2)
    estimate = replace(row.counted, bits={"weight": 1, "activation": 1})
    assert replace(row, layer=odd, estimate=estimate).bytes == 3 / 8


@pytest.mark.parametrize("platform", ["eyeriss", "isca16_16x16", "t4", "gtx-1080-ti-tf1"])
def test_each_proxy_is_correlated_as_the_columns_of_the_json_say(platform: str) -> None:
    """The page draws these columns: the JSON alone gives every number of ``proxies``."""
    told = document(read(conv_net()), platform)
    costs = told["proxies"]["costs"]
    costly = [layer for layer in told["layers"] if layer["energy_j"] or layer["energy_macs"]]
    energy = Ranked.of([layer["energy_j"] or layer["energy_macs"] for layer in costly])
    for layer in costly:
        layer["macs_and_weights"] = (
            costs["per_mac"] * layer["macs"] + costs["per_weight"] * layer["parameters"]
        )
    for proxy in PROXIES:
        column = [layer[proxy] for layer in costly]
        if None in column:
            assert (platform, proxy) == ("isca16_16x16", "time_s")  # the study gives no clock
            assert told["proxies"][proxy] is None
            continue
        own = Ranked.of(column)
        assert told["proxies"][proxy] == {
            "spearman": spearman(own, energy),
            "kendall": kendall(own, energy),
            "n": 3,
        }
    jsonschema.validate(told, schema("result"))


def test_costs_are_the_accelerators_own_or_those_of_eie() -> None:
    eyeriss = document(read(conv_net()))["proxies"]["costs"]
    assert (eyeriss["per_mac"], eyeriss["per_weight"], eyeriss["unit"]) == (1.0, 200.0, "MACe")
    assert "isca16 table IV" in eyeriss["source"]
    assert document(read(conv_net()), "t4")["proxies"]["costs"] == KNOWN_COSTS.as_json()


def test_few_layers_or_a_constant_proxy_say_nothing() -> None:
    few, more = alike(2).as_json()["proxies"], alike(3).as_json()["proxies"]
    assert [few[name] for name in PROXIES] == [None] * 5
    assert more["bytes"] == {"spearman": 1.0, "kendall": 1.0, "n": 3}
    assert [more[name] for name in ("parameters", "macs", "macs_and_weights")] == [None] * 3


def test_without_energy_there_is_nothing_to_rank_against() -> None:
    file = json.loads(json.dumps(MADE_UP))
    file["rated_power_w"] = file["idle_power_w"] = None
    found = price(read(conv_net()), platform_from_json(file), Options())
    assert found.energy_j is None
    assert [found.proxies()[name] for name in PROXIES] == [None] * 5


def test_a_link_has_the_same_bytes_and_proxies() -> None:
    first = price(read(conv_net()), load_platform("eyeriss"), Options())
    again = price(model_from_state(state_of(first)), load_platform("eyeriss"), Options())
    assert again.proxies() == first.proxies()
    assert [row.bytes for row in again.rows] == [row.bytes for row in first.rows]
